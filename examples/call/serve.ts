/**
 * Serves the page on http://127.0.0.1:8090. Start a server first: `npm start`, in another terminal; then
 * `node examples/run.js call/serve.ts`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';

const page = readFileSync(join(import.meta.dirname, 'index.html'));
const port = 8090;

createServer((_, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(page);
}).listen(port, '127.0.0.1', () => process.stdout.write(`Open http://127.0.0.1:${port}\n`));
