/** What a file says about a constant, or about a field inside one. */
export interface Declaration {
  /** Its doc comment, as one paragraph. */
  readonly text: string | undefined;
  readonly exported: boolean;
  readonly fields: Map<string, Declaration>;
  /** The constants whose fields it has: by spreading or extending them, or as an object made of them. */
  readonly sources: string[];
}

/** The constants of one file, by name. */
export type Declarations = ReadonlyMap<string, Declaration>;

/**
 * Reads the doc comments of a file of schemas, so that they are written once and published with the schemas. Goes by the
 * lines and indentation of formatted code, TypeScript or what the compiler makes of it; it is no parser.
 */
export function readDeclarations(source: string): Declarations {
  const constants = new Map<string, Declaration>();
  let enclosing: readonly { readonly indent: number; readonly declaration: Declaration }[] = [];
  let comment: string | undefined;
  for (const line of linesOf(source)) {
    const indent = line.search(/\S/);
    const text = commentIn(line);
    if (text !== undefined) comment = text;
    if (text !== undefined || indent < 0) continue;
    enclosing = enclosing.filter((outer) => outer.indent < indent);
    const parent = enclosing.at(-1)?.declaration;
    const name = parent === undefined ? constantIn(line) : fieldIn(line);
    if (name === undefined) {
      parent?.sources.push(...sourcesIn(line));
    } else {
      const declaration = {
        text: comment,
        exported: line.startsWith('export'),
        fields: new Map(),
        sources: sourcesIn(line),
      };
      (parent?.fields ?? constants).set(name, declaration);
      enclosing = [...enclosing, { indent, declaration }];
    }
    comment = undefined;
  }
  return constants;
}

/** The lines of a text, each doc comment on one. */
function linesOf(source: string): string[] {
  return source.replace(/\/\*\*[^]*?\*\//g, (comment) => comment.replace(/\s*\n\s*(?:\*(?!\/)\s*)?/g, ' ')).split('\n');
}

function commentIn(line: string): string | undefined {
  return /^\s*\/\*\*\s*(.*?)\s*\*\/\s*$/.exec(line)?.[1];
}

function constantIn(line: string): string | undefined {
  return /^(?:export )?const (\w+) =/.exec(line)?.[1];
}

function fieldIn(line: string): string | undefined {
  const [, quoted, plain] = /^\s*(?:'([^']+)':|(\w+)(?::|,$))/.exec(line) ?? [];
  return quoted ?? plain;
}

function sourcesIn(line: string): string[] {
  const taken = line.matchAll(/\.\.\.(\w+)|(\w+)\.extend\(|z\.object\((\w+)\)/g);
  return Array.from(taken, ([, spread, extended, made]) => spread ?? extended ?? made ?? '');
}
