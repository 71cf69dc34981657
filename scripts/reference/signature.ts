import type { Statement } from './statements.ts';

/** A statement as the reference shows it: what a caller can use, indented by two. */
export function signatureOf({ text }: Statement): string {
  const shown = text
    .replace(/^export /, '')
    .replace(/^declare /, '')
    .replaceAll(/^ *(?:#private|private [^;]*);\n/gm, '')
    .replaceAll(/^(?: {4})+/gm, (indent) => ' '.repeat(indent.length / 2));
  return withoutSchemas(shown);
}

/** What a schema's type holds inside is as long as a page, and says less than a table of its fields. */
const longest = { schema: 60, other: 300 };

/** Long type arguments become `…`. */
function withoutSchemas(text: string): string {
  let shown = '';
  let at = 0;
  for (const { 0: found, 1: name = '', index } of text.matchAll(/\b(z\.[\w.$]*|\w+)</g)) {
    const begin = index + found.length;
    if (index < at) continue;
    const end = closing(text, begin);
    shown += text.slice(at, begin);
    const isLong = end - begin > (name.startsWith('z.') ? longest.schema : longest.other);
    shown += isLong ? '…' : '';
    at = isLong ? end : begin;
  }
  return shown + text.slice(at);
}

/** Where the angle bracket closes that was opened before this place. */
function closing(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '<') depth += 1;
    if (text[at] === '>' && text[at - 1] !== '=') depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

/** The names in a signature that may stand for a type: words that are no part of a comment or a text. */
export function namesIn(signature: string): readonly string[] {
  const code = signature.replaceAll(/\/\*[\s\S]*?\*\/|'[^'\n]*'|"[^"\n]*"/g, '');
  return [...new Set(code.match(/\b[A-Z]\w*\b/g) ?? [])];
}
