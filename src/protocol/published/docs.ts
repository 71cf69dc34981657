import { type Declaration, type Declarations, readDeclarations } from './declaration.ts';
import { capitalised, eventName } from './definitions.ts';

/** What is said of a definition or of a field. */
export interface Doc {
  readonly text: string | undefined;
  readonly fields: Docs;
}

/** By the name of a definition in published schemas, or by the key of a field. */
export type Docs = ReadonlyMap<string, Doc>;

/**
 * Reads the doc comments of the exported constants of the files that hold the schemas. Those called `…Events` are tables of
 * events.
 */
export function readDocs(sources: readonly string[]): Docs {
  const files = sources.map(readDeclarations);
  const exported = new Map(files.flatMap((file) => [...file].filter(([, constant]) => constant.exported)));
  const docs = files.flatMap((file) => {
    const known = new Map([...exported, ...file]);
    return Array.from(file, ([name, constant]) => (constant.exported ? named(name, docOf(constant, known)) : []));
  });
  return new Map(docs.flat());
}

/** A doc under the name of its definition; those of a table of events each under the name of its event. */
function named(constant: string, doc: Doc): [name: string, doc: Doc][] {
  if (!constant.endsWith('Events')) return [[capitalised(constant), doc]];
  const family = constant.startsWith('translation') ? 'Translation' : '';
  return Array.from(doc.fields, ([type, event]) => [eventName(type, family), event]);
}

/** The doc of a declaration and its fields, those that it has from other constants included. */
function docOf({ text, sources, fields }: Declaration, known: Declarations): Doc {
  const taken = sources.flatMap((name) => {
    const source = known.get(name);
    return source === undefined ? [] : [...docOf(source, known).fields];
  });
  const own = Array.from(fields, ([key, field]): [string, Doc] => [key, docOf(field, known)]);
  return { text: text === undefined ? undefined : forReaders(text), fields: new Map([...taken, ...own]) };
}

/** Without references to the notes that the project is written from, which readers of a schema do not have. */
function forReaders(text: string): string | undefined {
  const sentences = text.replace(/ \(behaviour §[^)]*\)/g, '').split(/(?<=[.!?]) /);
  const kept = sentences.filter((sentence) => !sentence.includes('§'));
  return kept.length === 0 ? undefined : kept.join(' ');
}
