import { defineConfig } from 'vitest/config';

/** `unit`: beside the sources, no sockets, runs under every supported Node. `whole`: what only the built package can show. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts'] } },
      { test: { name: 'whole', include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 } },
    ],
  },
});
