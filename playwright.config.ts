/**
 * Journeys through the built app in Chromium, with WebGPU on SwiftShader.
 *
 * Two at a time, one of them with runs: the software adapter keeps one core busy and a second one half. What is timed by the
 * clock comes last and alone.
 */
import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './bin/find.js';

const port = Number(process.env.E2E_PORT ?? 4179);
const url = `http://127.0.0.1:${port}/`;
/** The recorded run of the first screen is put away: it has a journey of its own. */
const localStorage = [{ name: 'ontoscope.recorded', value: 'away' }];

/** Journeys in which a model is trained for more than a moment. */
const RUNS = /\/(controls|memory|real-model|researcher|same-bits|soak|start|study|world)\.spec\.ts$/;
const TIMED = /\/budgets\.spec\.ts$/;

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  workers: 2,
  fullyParallel: false,
  projects: [
    { name: 'runs', testMatch: RUNS, workers: 1 },
    { name: 'page', testIgnore: [RUNS, TIMED], workers: 1 },
    { name: 'timed', testMatch: TIMED, workers: 1, dependencies: ['runs', 'page'] },
  ],
  forbidOnly: Boolean(process.env.CI),
  timeout: 180_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    ...devices['Desktop Chrome'],
    baseURL: url,
    storageState: { cookies: [], origins: [{ origin: new URL(url).origin, localStorage }] },
    // Pages are held as they are served; going offline has a journey of its own.
    serviceWorkers: 'block',
    // The runner's recording copies the page on its thread, which takes time: `npm run e2e -- --trace retain-on-failure`.
    trace: 'off',
    // What cannot be pressed fails at once, not at the end of its test.
    actionTimeout: 30_000,
    screenshot: 'only-on-failure',
    launchOptions: { executablePath: findChromium(), args: CHROMIUM_FLAGS },
  },
  webServer: {
    command: `npm run --silent build && npx vite preview --host 127.0.0.1 --port ${port} --strictPort`,
    url,
    timeout: 180_000,
    reuseExistingServer: false,
  },
});
