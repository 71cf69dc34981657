import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Makes one script of the audio worklet and all that it imports, and writes it twice: as a file that a page can serve,
 * and as a module that holds it as text, over the empty one that the compiler has put there.
 */
const root = join(import.meta.dirname, '..');
const folder = join(root, 'dist/client/browser');

const { outputFiles } = await build({
  entryPoints: [join(root, 'src/client/browser/worklet/main.ts')],
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
  legalComments: 'none',
  write: false,
});
const script = outputFiles.map(({ text }) => text).join('');
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'worklet.js'), script);
// It exports nothing; bundlers that ask for the types of its address get that answer.
writeFileSync(join(folder, 'worklet.d.ts'), 'export {};\n');
writeFileSync(join(folder, 'worklet-source.js'), `export const workletSource = ${JSON.stringify(script)};\n`);
