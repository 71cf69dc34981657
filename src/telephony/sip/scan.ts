/**
 * Cuts a text at a separator where that stands neither in quotes nor in angle brackets; null where one of those is not
 * closed. The parts are trimmed.
 */
export function cutAt(text: string, separator: ',' | ';'): string[] | null {
  const parts: string[] = [];
  let from = 0;
  let isQuoted = false;
  let isBracketed = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isQuoted) {
      if (character === '\\') at++;
      else if (character === '"') isQuoted = false;
    } else if (character === '"' && !isBracketed) isQuoted = true;
    else if (character === '<') isBracketed = true;
    else if (character === '>') isBracketed = false;
    else if (character === separator && !isBracketed) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  if (isQuoted || isBracketed) return null;
  return [...parts, text.slice(from).trim()];
}

/** What may stand for itself without quotes: `token` of RFC 3261, section 25.1. */
export const token = /^[\w\-.!%*+`'~]+$/;

/** Parameters by their names in lower case; a value without quotes, null where there is none. */
export type Parameters = ReadonlyMap<string, string | null>;

/** Reads `name=value` and `name`, each of which was cut from the others; null for what is neither. */
export function parametersIn(parts: readonly string[]): Parameters | null {
  const found = new Map<string, string | null>();
  for (const part of parts) {
    const [, name, value] = /^([\w\-.!%*+`'~]+)\s*(?:=\s*(.+))?$/s.exec(part) ?? [];
    if (name === undefined) return null;
    if (!found.has(name.toLowerCase()))
      found.set(name.toLowerCase(), value === undefined ? null : unquoted(value.trim()));
  }
  return found;
}

function unquoted(value: string): string {
  return /^".*"$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, '$1') : value;
}

/** A whole number without a sign, up to `most`; null for anything else. */
export function numberIn(text: string, most: number): number | null {
  if (!/^\d{1,20}$/.test(text)) return null;
  const number = Number(text);
  return number <= most ? number : null;
}
