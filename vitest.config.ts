/**
 * Five kinds of test in one configuration: `unit` in Node; `gpu` in Node on a software Vulkan driver; `terminal` and `runs`, the
 * command line and whole runs over such a driver; `component` in a real browser.
 */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_FLAGS, findChromium } from './bin/find.js';

/** A process per file, one at a time: a device each. */
const ON_ADAPTER = {
  environment: 'node',
  pool: 'forks',
  fileParallelism: false,
  maxWorkers: 1,
  testTimeout: 120_000,
  hookTimeout: 120_000,
} as const;

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: ['test/helpers/property-seed.ts'],
          // Vitest leaves a core free, which on two cores is half of them.
          maxWorkers: '100%',
          // Files share what they import: pure modules, loaded once a worker. Files' own state must not outlive them.
          isolate: false,
          // Ten thousand mutated inputs take half a minute on an idle machine.
          testTimeout: 180_000,
        },
      },
      {
        extends: true,
        test: {
          ...ON_ADAPTER,
          name: 'gpu',
          include: ['test/gpu/**/*.test.ts'],
        },
      },
      ...['terminal', 'runs'].map((name) => ({
        extends: true as const,
        test: { ...ON_ADAPTER, name, include: [`test/${name}/**/*.test.ts`] },
      })),
      {
        extends: true,
        plugins: [svelte()],
        test: {
          name: 'component',
          include: ['test/component/**/*.test.ts'],
          testTimeout: 30_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath: findChromium(), args: CHROMIUM_FLAGS } }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
