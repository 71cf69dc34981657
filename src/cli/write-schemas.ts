import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scenarioSchema } from '../engines/scenario/schema.ts';
import { asyncApi } from '../protocol/published/asyncapi.ts';
import { readDocs } from '../protocol/published/docs.ts';
import { type SchemaFile, schemaFileContent, schemaFiles } from '../protocol/published/schema-files.ts';
import { configSchema } from '../server/config/schema.ts';
import { version } from './version.ts';

/** The files that people write: what their editors check and complete them by. */
export const writtenByPeople: readonly SchemaFile[] = [
  {
    name: 'scenario',
    title: 'Antiphon scenario',
    description: 'A script that plays the model: the same frames from the client give the same frames from the server.',
    schema: scenarioSchema,
    definition: 'ScenarioSchema',
    unknownKeys: 'refuse',
  },
  {
    name: 'config',
    title: 'Antiphon configuration',
    description: 'What `antiphon serve` reads from `antiphon.yaml` or from the file that `--config` names.',
    schema: configSchema,
    definition: 'ConfigSchema',
    unknownKeys: 'refuse',
  },
];

/** Where schemas live, whose doc comments become descriptions: folders of this package, as source or compiled. */
const documented = ['../protocol/schemas', '../engines/scenario', '../server/config'];

/** Every published schema by the name of its file. */
export function publishedSchemas(): ReadonlyMap<string, unknown> {
  const docs = readDocs(documented.flatMap(sourcesIn));
  const files = [...schemaFiles, ...writtenByPeople].map((file): [string, unknown] => [
    `${file.name}.json`,
    schemaFileContent(file, docs),
  ]);
  return new Map([...files, ['asyncapi.json', asyncApi(docs, version())]]);
}

function sourcesIn(folder: string): string[] {
  const path = join(import.meta.dirname, folder);
  const names = readdirSync(path).filter((name) => /(?<!\.d|\.test)\.[jt]s$/.test(name));
  return names.toSorted().map((name) => readFileSync(join(path, name), 'utf8'));
}

/** Writes all of them into the folder, which is made where it is missing. */
function writeSchemas(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of publishedSchemas()) {
    writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }
}

const [, program = '', folder] = process.argv;
if (import.meta.url === pathToFileURL(program).href) {
  if (folder === undefined) process.stderr.write('usage: write-schemas FOLDER\n');
  else writeSchemas(folder);
  process.exitCode = folder === undefined ? 2 : 0;
}
