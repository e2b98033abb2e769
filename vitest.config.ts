import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium } from './test/support/chromium.ts';

const counted: ['json', { outputFile: string }] = ['json', { outputFile: 'test-results.json' }];

/** Elements run in a real browser, everything else in Node. `--project node` or `--project browser` runs one half. */
export default defineConfig(async () => ({
  test: {
    // The gate counts what ran.
    reporters: ['default', ...(process.env['CI'] ? [counted] : [])],
    projects: [
      {
        // Node takes the package's main file; Vite would take its module, a second GraphQL beside the first.
        resolve: { alias: [{ find: /^graphql$/u, replacement: 'graphql/index.js' }] },
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/client/**'],
          globalSetup: ['test/support/postgres.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/client/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1200, height: 800 },
            // A browser in the POSIX locale has a language of a name that no standard knows.
            provider: playwright({
              launchOptions: await findChromium(),
              contextOptions: { locale: 'en-US' },
            }),
            instances: [{ browser: 'chromium' as const }],
          },
        },
      },
    ],
  },
}));
