/**
 * Serves the page on http://127.0.0.1:8090. Start a server first: `npm start`, in another terminal; then
 * `node examples/run.js browser/serve.ts`.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { build } from 'esbuild';

const folder = import.meta.dirname;
const port = 8090;

async function pageScript(): Promise<string> {
  const entryPoints = [join(folder, 'page.ts')];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
  return outputFiles.map(({ text }) => text).join('');
}

const script = await pageScript();
const html = await readFile(join(folder, 'index.html'), 'utf8');

createServer((request, response) => {
  const isScript = request.url === '/page.js';
  response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
  response.end(isScript ? script : html);
}).listen(port, '127.0.0.1', () => process.stdout.write(`Open http://127.0.0.1:${port}\n`));
