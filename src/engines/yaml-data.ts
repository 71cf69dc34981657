import { type Alias, type Document, type Node, visit } from 'yaml';

/** What a document of YAML says, or why it says nothing: the end of a line, and where in the text. */
export type YamlData =
  | { readonly ok: true; readonly data: unknown }
  | { readonly ok: false; readonly problem: string; readonly offset: number };

/**
 * What a document says that was parsed without errors, its aliases followed: one that leads nowhere, leads back into what
 * it stands in, or is one of so many that they would fill the memory is a mistake like any other.
 */
export function yamlData(document: Document): YamlData {
  const aliases = aliasesOf(document);
  const bad = aliases.find(({ problem }) => problem !== null);
  if (bad?.problem) return { ok: false, problem: bad.problem, offset: bad.offset };
  try {
    return { ok: true, data: document.toJS() };
  } catch (cause) {
    const problem =
      cause instanceof ReferenceError
        ? 'the aliases multiply what they stand for beyond measure; write it out, or leave some out'
        : plainYaml(cause instanceof Error ? cause.message : 'this is no YAML');
    return { ok: false, problem, offset: aliases[0]?.offset ?? 0 };
  }
}

/** The words of the parser, but for those that speak of its own insides. */
export function plainYaml(message: string): string {
  if (message.startsWith('Source contains multiple documents')) return 'a second document begins here; one is enough';
  return message.startsWith('Maximum call stack') ? 'it is nested too deeply' : message;
}

interface Reference {
  readonly offset: number;
  readonly problem: string | null;
}

function aliasesOf(document: Document): Reference[] {
  const found: Reference[] = [];
  visit(document, {
    Alias(_, alias, path) {
      found.push({ offset: alias.range?.[0] ?? 0, problem: problemOf(alias, alias.resolve(document), path) });
    },
  });
  return found;
}

function problemOf({ source }: Alias, target: Node | undefined, path: readonly unknown[]): string | null {
  if (target === undefined) return `the alias *${source} stands for nothing: no anchor &${source} comes before it`;
  return path.includes(target) ? `the alias *${source} stands within what it stands for` : null;
}
