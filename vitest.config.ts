import { defineConfig } from 'vitest/config';
import { hangMs } from './test/setup/hang.ts';
import { testScale } from './test/setup/scale.ts';

const report = process.env['ANTIPHON_TEST_REPORT'];

/** Ends tests that hang, after the waits within them have said what did not come. What repeats more may take longer. */
const testTimeout = 5 * hangMs * Math.max(1, testScale);
const timeouts = { testTimeout, hookTimeout: testTimeout };

/** `unit`: beside the sources, no sockets, run under every supported Node. `whole`: what only the built package can show. */
export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    teardownTimeout: hangMs,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'], ...timeouts } },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          globalSetup: ['test/setup/debian.ts'],
          expect: { poll: { timeout: hangMs } },
          ...timeouts,
        },
      },
    ],
  },
});
