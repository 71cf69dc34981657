import { join } from 'node:path';
import { defineConfig } from 'vite';

const sources = join(import.meta.dirname, '../src');

/** The package's own entries, from their sources: the console is built of the same files as what is published. */
export const ownEntries = {
  'antiphon/audio': join(sources, 'audio/index.ts'),
  'antiphon/client/browser': join(sources, 'client/browser/index.ts'),
  'antiphon/client': join(sources, 'client/index.ts'),
  'antiphon/protocol/events': join(sources, 'protocol/events/index.ts'),
};

/** Makes `dist/console`: a page and its files, all named relative to where they are served. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  resolve: { alias: ownEntries },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsDir: 'console',
    // The page's policy lets nothing come out of its own text.
    assetsInlineLimit: 0,
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
});
