import { defineConfig } from 'vitest/config';

const report = process.env['ANTIPHON_TEST_REPORT'];

/** `unit`: beside the sources, no sockets, run under every supported Node. `whole`: what only the built package can show. */
export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/setup/debian.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
