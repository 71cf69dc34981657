import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedSchemas } from './schema-list.ts';

/** Part of the build: writes every published schema into the folder named by the first argument. */
const [, , folder] = process.argv;
if (folder === undefined) {
  process.stderr.write('usage: node write-schemas.js FOLDER\n');
  process.exitCode = 2;
} else {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of publishedSchemas()) {
    writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }
}
