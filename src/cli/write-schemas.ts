import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { scenarioSchema } from '../engines/scenario/schema.ts';
import { readDocs } from '../protocol/published/docs.ts';
import { type SchemaFile, schemaFileContent, schemaFiles } from '../protocol/published/schema-files.ts';
import { configSchema } from '../server/config/schema.ts';

/** The files that people write: what their editors check and complete them by. */
const writtenByPeople: readonly SchemaFile[] = [
  {
    name: 'scenario',
    title: 'Antiphon scenario',
    description: 'A script that plays the model: same frames from the client, same frames from the server.',
    schema: scenarioSchema,
    definition: 'ScenarioSchema',
    unknownKeys: 'refuse',
  },
  {
    name: 'config',
    title: 'Antiphon configuration',
    description: 'What `antiphon serve` reads from `antiphon.yaml` or the file that `--config` names.',
    schema: configSchema,
    definition: 'ConfigSchema',
    unknownKeys: 'refuse',
  },
];

/** Where the schemas live, whose doc comments become descriptions: folders of this package, as source or compiled. */
const documented = ['../protocol/schemas', '../engines/scenario', '../server/config'];

/** Every published schema by the name of its file. */
export function publishedFiles(): ReadonlyMap<string, unknown> {
  const docs = readDocs(documented.flatMap(sourcesIn));
  return new Map(
    [...schemaFiles, ...writtenByPeople].map((file) => [`${file.name}.json`, schemaFileContent(file, docs)]),
  );
}

function sourcesIn(folder: string): string[] {
  const path = join(import.meta.dirname, folder);
  const files = readdirSync(path).filter((name) => /(?<!\.d|\.test)\.[jt]s$/.test(name));
  return files.toSorted().map((name) => readFileSync(join(path, name), 'utf8'));
}

/** Writes all of them into a folder, which is made where it is missing. */
function main([folder]: readonly string[]): void {
  if (folder === undefined) {
    process.stderr.write('usage: write-schemas FOLDER\n');
    process.exitCode = 2;
    return;
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of publishedFiles()) {
    writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main(process.argv.slice(2));
