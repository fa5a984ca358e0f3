/**
 * Journeys through the built app in Chromium, with WebGPU on SwiftShader.
 *
 * One at a time: the software adapter takes both cores.
 */
import { defineConfig, devices } from '@playwright/test';
import { CHROMIUM_FLAGS, findChromium } from './bin/find.js';

const port = Number(process.env.E2E_PORT ?? 4179);
const url = `http://127.0.0.1:${port}/`;
/** The recorded run of the first screen is put away: it has a journey of its own. */
const localStorage = [{ name: 'ontoscope.recorded', value: 'away' }];

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/e2e',
  workers: 1,
  fullyParallel: false,
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
    trace: 'retain-on-failure',
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
