import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { configurationPage } from './configuration-page.ts';
import { entries, type Target } from './entries.ts';
import { countOf, entryPages } from './entry-pages.ts';
import { type AsyncApi, eventsPage } from './events-page.ts';
import type { Schema } from './json-schema.ts';
import { metricsPage } from './metrics-page.ts';
import { Modules } from './modules.ts';
import { objectsIn, objectsPage, type PublishedSchemas } from './objects.ts';

const root = join(import.meta.dirname, '../..');
const built = join(root, 'dist');

/** The declarations of the built package. */
export const modules = new Modules(built);

/** What package.json exports. */
export const targets: Readonly<Record<string, Target>> = json(join(root, 'package.json')).exports;

/** Every page of `docs/reference` by its name, made from the built package. */
export function referencePages(): ReadonlyMap<string, string> {
  const schemas = publishedSchemas();
  const asyncApi: AsyncApi = json(join(built, 'schema/asyncapi.json'));
  const openApi: { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } } = json(
    join(built, 'schema/openapi.json'),
  );
  const objects = objectsIn(schemas, asyncApi.components.schemas, openApi.components.schemas);
  return new Map([
    ['README.md', indexPage()],
    ...entryPages(modules, targets),
    ['events.md', eventsPage(asyncApi)],
    ['objects.md', objectsPage(objects)],
    ['configuration.md', configurationPage(schemas['config'] ?? {})],
    ['metrics.md', metricsPage()],
  ]);
}

// What the build wrote, in shapes that its own tests hold.
// oxlint-disable-next-line typescript/no-explicit-any
function json(file: string): any {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function publishedSchemas(): PublishedSchemas {
  const folder = join(built, 'schema');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(files.map((file) => [file.replace('.json', ''), json(join(folder, file))]));
}

function indexPage(): string {
  const rows = entries.map((entry) => {
    const target = targets[entry.specifier.replace('antiphon', '.')] ?? '';
    return `| [\`${entry.specifier}\`](${entry.page}) | ${countOf(modules, target)} | ${entry.says} |`;
  });
  return `# Reference

Look here for the exact name, type or bound of something. What a thing is for, and how to use it, is told on the pages of
[the book](../README.md), with examples.

| What you look up | Page |
| --- | --- |
| an event, its fields and an example | [Events](events.md) |
| an object that events carry: an item, a session, a tool | [Objects](objects.md) |
| a key of \`antiphon.yaml\` | [Every key of the configuration](configuration.md) |
| a flag or an environment variable | [Configuration](../configuration.md#flags-and-environment-variables) |
| an error code, a close code, an exit code | [Errors](../errors.md) |
| a metric | [Metrics](metrics.md) |
| a path of the HTTP API | [REST](../rest.md) |
| a rule of \`antiphon check\` | [Rules](../checks.md) |
| a file for editors and checkers of JSON | [The published schemas](../schemas.md) |

## What programs import

| Import | Exports | What it is |
| --- | --- | --- |
${rows.join('\n')}

Two more need no page: \`antiphon/schema/*.json\` are [the schemas](../schemas.md), and \`antiphon/client/worklet.js\` is the script that
[pages with a strict content policy](../client-audio.md) name to play and record.

These pages are written by \`node scripts/write-reference.ts\` from the built package, and a test fails if one is not current. The words
in them are the doc comments of the sources.
`;
}
