import { SetupError } from '../../server/setup-error.ts';

/** A variable of the environment, and what it brought into the file. */
export interface Filled {
  readonly name: string;
  readonly value: string;
}

/** Shorter values are no secrets, and would eat words that have nothing to do with them. */
const shortest = 4;
/** So much of a longer value gives it away: errors quote beginnings, V8's of JSON ten characters. */
const telling = 9;

/**
 * Puts `${NAME}` in place of what variables brought into a file, wherever it stands in a text, as it was or as programs
 * rewrite it: in a URL, in JSON, in one line, as a number, in lower case, or cut off.
 */
export function concealer(filled: readonly Filled[]): (text: string) => string {
  const spellings = filled
    .flatMap(({ name, value }) => spellingsOf(value).map((spelling) => ({ name, spelling })))
    .filter(({ spelling }) => spelling.length >= shortest);
  if (spellings.length === 0) return (text) => text;
  return (text) => {
    const owners = Array.from<string | undefined>({ length: text.length });
    for (const { name, spelling } of spellings) mark(text, spelling, (index) => (owners[index] ??= name));
    return written(text, owners);
  };
}

function spellingsOf(value: string): readonly string[] {
  const number = Number(value);
  const wellFormed = value.replaceAll(/\p{Cs}/gu, '\uFFFD');
  return [
    ...new Set([
      value,
      value.trim().replaceAll(/\s+/g, ' '),
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(wellFormed),
      encodeURI(wellFormed),
      value.toLowerCase(),
      ...(Number.isNaN(number) ? [] : [String(number)]),
    ]),
  ];
}

/** Tells of every character that belongs to the spelling or to a part of it that gives it away. */
function mark(text: string, spelling: string, take: (index: number) => void): void {
  const isLong = spelling.length >= telling;
  const [where, what] = isLong ? [text.toLowerCase(), spelling.toLowerCase()] : [text, spelling];
  const length = Math.min(telling, what.length);
  const parts = new Set(Array.from({ length: what.length - length + 1 }, (_, at) => what.slice(at, at + length)));
  for (let at = 0; at + length <= where.length; at++) {
    if (parts.has(where.slice(at, at + length))) for (let index = at; index < at + length; index++) take(index);
  }
}

function written(text: string, owners: readonly (string | undefined)[]): string {
  let out = '';
  for (let index = 0; index < text.length; index++) {
    const owner = owners[index];
    if (owner === undefined) out += text[index];
    else if (owner !== owners[index - 1]) out += `\${${owner}}`;
  }
  return out;
}

/** The failures of a file without what variables brought into it. What is no SetupError keeps its place in the code. */
export function concealedIn(cause: unknown, conceal: (text: string) => string): Error {
  if (cause instanceof AggregateError) {
    const errors = cause.errors.map((error) => concealedIn(error, conceal));
    return new AggregateError(errors, conceal(cause.message));
  }
  if (cause instanceof SetupError) return new SetupError(cause.code, conceal(cause.message));
  const error = cause instanceof Error ? cause : new Error(String(cause));
  const options = error.cause instanceof Error ? { cause: concealedIn(error.cause, conceal) } : {};
  const safe = new Error(conceal(error.message), options);
  safe.name = error.name;
  safe.stack = conceal(error.stack ?? '');
  return 'code' in error ? Object.assign(safe, { code: error.code }) : safe;
}
