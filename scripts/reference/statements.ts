/** A top-level statement of a declaration file, with the doc comment that stands before it. */
export interface Statement {
  /** The comment's words, without its stars; null where there is none. */
  readonly doc: string | null;
  readonly text: string;
}

/** Statements that end with a brace; all others end with a semicolon. */
const braced = /^(?:export )?(?:declare )?(?:abstract )?(?:interface|class|namespace|module|enum)\b/;

/** What brackets, and what must not be read for brackets: comments and texts. */
const piece = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|[()[\]{};]/g;

/** The statements of a declaration file, as the compiler writes them. */
export function statementsOf(file: string): readonly Statement[] {
  const statements: Statement[] = [];
  let doc: string | null = null;
  let at = 0;
  for (;;) {
    const rest = file.slice(at);
    const [skipped = ''] = /^\s*(?:\/\*[\s\S]*?\*\/|\/\/[^\n]*)?/.exec(rest) ?? [];
    if (skipped === '') {
      if (rest === '') return statements;
      const text = rest.slice(0, endOf(rest));
      statements.push({ doc, text });
      doc = null;
      at += text.length;
      continue;
    }
    const comment = skipped.trimStart();
    if (comment.startsWith('/**')) doc = wordsOf(comment);
    else if (comment.startsWith('/')) doc = null;
    at += skipped.length;
  }
}

/** Where the statement ends with which this text begins. */
function endOf(text: string): number {
  const endsWithBrace = braced.test(text);
  let depth = 0;
  for (const { 0: found, index } of text.matchAll(piece)) {
    if ('([{'.includes(found)) depth += 1;
    if (')]}'.includes(found)) depth -= 1;
    const isEnd = found === ';' || (endsWithBrace && found === '}');
    if (depth === 0 && isEnd) return index + 1;
  }
  throw new Error(`A statement does not end: ${text.slice(0, 80)}`);
}

/** A doc comment without its stars. */
function wordsOf(comment: string): string {
  const lines = comment.slice(3, -2).split('\n');
  return lines
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
    .join('\n')
    .trim();
}

/** What a statement declares under which name; null for those that declare nothing, such as imports. */
export function declaredBy({ text }: Statement): string | null {
  const [, name = null] =
    /^(?:export )?(?:declare )?(?:abstract )?(?:const|let|function|class|interface|type|namespace|enum) (\w+)/.exec(
      text,
    ) ?? [];
  return name;
}
