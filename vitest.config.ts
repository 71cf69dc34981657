import { availableParallelism } from 'node:os';
import { configDefaults, defineConfig } from 'vitest/config';
import { ownEntries } from './console/vite.config.ts';
import { hangMs } from './test/setup/hang.ts';
import { testScale } from './test/setup/scale.ts';

const report = process.env['ANTIPHON_TEST_REPORT'];

/** Ends tests that hang, after the waits within them have said what did not come. What repeats more may take longer. */
const testTimeout = 5 * hangMs * Math.max(1, testScale);
const timeouts = { testTimeout, hookTimeout: testTimeout };

const temporary = 'test/setup/temporary.ts';

/** Files share what they import: half of the work where tests are short. Not where a test measures its own process. */
const shared = { isolate: false };

/** Tests of the client's session against our server in memory: they need neither sockets nor the build. */
const clientInMemory = [
  'answers',
  'continuity',
  'door',
  'long-times',
  'playhead',
  'requests',
  'responses',
  'sequencer',
  'tools',
  'unnamed-errors',
  'view',
].map((name) => `test/client/${name}.test.ts`);

/**
 * Suites of stock clients that pass through a relay as they are. Not those that start servers of their own, and not that of
 * client secrets: what one settles is sent upstream first, so that `session.updated` shows it and not `session.created`.
 */
const relayed = ['test/clients/**/*.test.ts'];
const notRelayed = ['tls', 'beta', 'client-secret'].map((name) => `test/clients/${name}.test.ts`);

/** On two cores, two at a time: most tests wait for sockets, browsers and children more than they compute. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

/** `unit`: beside the sources or in memory, no sockets, run under every supported Node. `whole`: what only the built package can show. `relayed`: stock clients, through a relay. */
export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    teardownTimeout: hangMs,
    maxWorkers,
    projects: [
      {
        resolve: { alias: ownEntries },
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'console/src/**/*.test.ts', ...clientInMemory],
          globalSetup: [temporary],
          ...timeouts,
          ...shared,
        },
      },
      {
        test: {
          name: 'whole',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...clientInMemory],
          globalSetup: [temporary, 'test/setup/debian.ts'],
          expect: { poll: { timeout: hangMs } },
          ...timeouts,
        },
      },
      {
        test: {
          name: 'relayed',
          include: relayed,
          exclude: [...configDefaults.exclude, ...notRelayed],
          env: { ANTIPHON_TEST_RELAYED: '1' },
          globalSetup: [temporary, 'test/setup/debian.ts'],
          expect: { poll: { timeout: hangMs } },
          ...timeouts,
          ...shared,
        },
      },
    ],
  },
});
