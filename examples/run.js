/**
 * Runs an example under any Node: node examples/run.js node-text.ts
 *
 * The examples are TypeScript, which an older Node can't even begin to read. This file it can, and it says which to use.
 */
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));
const checkout = dirname(folder);
const [name = '', ...args] = process.argv.slice(2);
const file = join(folder, name);

/** Whether a flag of Node's own is about what is imported, as `--conditions=browser` is. */
const isWanted = (flag) => flag.startsWith('--conditions');

/** What keeps the example from running, in one line; null where nothing does. */
function obstacle() {
  if (!name.endsWith('.ts') || !existsSync(file)) return 'name one of the examples: node examples/run.js node-text.ts';
  if (!process.features.typescript) {
    const own = join(checkout, 'node_modules/.bin/node');
    const use = [
      relative(process.cwd(), own),
      ...process.execArgv.filter(isWanted),
      relative(process.cwd(), file),
      ...args,
    ].join(' ');
    const brought = existsSync(own) ? '' : ' (npm ci brings it)';
    return `TypeScript needs Node 22.18 or newer, and this is Node ${process.versions.node}. Use this one${brought}: ${use}`;
  }
  return existsSync(join(checkout, 'dist')) ? null : 'the package is not built yet: npm run build';
}

const why = obstacle();
if (why === null) {
  process.argv.splice(1, 2, file); // as if the example had been started itself
  await import(pathToFileURL(file).href);
} else {
  process.stderr.write(`examples: ${why}\n`);
  process.exitCode = 1;
}
