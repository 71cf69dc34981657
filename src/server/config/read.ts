import { type Document, isMap, isScalar, LineCounter, type Node, parseDocument, Scalar, visit } from 'yaml';
import type * as z from 'zod';
import { SetupError } from '../setup-error.ts';
import { type ConfigFile, configSchema } from './schema.ts';

/** The environment that `${NAME}` is filled in from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the text of a configuration file. `${NAME}` in a value stands for an environment variable; `$${` for `${` itself.
 * In a value without quotes what was filled in may be a number or true or false; in quotes it is always text.
 *
 * @throws {SetupError} naming the file, the line and the key, for the first thing that is wrong.
 */
export function readConfig(text: string, fileName: string, environment: Environment): ConfigFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const fail = (offset: number, message: string): never => {
    throw new SetupError('invalid_configuration', `${fileName}:${lines.linePos(offset).line}: ${message}`);
  };
  const [syntax] = document.errors;
  if (syntax !== undefined) fail(syntax.pos[0], asSentence(syntax.message));
  visit(document, { Scalar: (_, scalar) => fillIn(scalar, environment, fail) });
  const checked = configSchema.safeParse(document.toJS() ?? {});
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  return fail(offsetOf(document, issue), describe(issue, document));
}

type Fail = (offset: number, message: string) => never;

function fillIn(scalar: Scalar, environment: Environment, fail: Fail): void {
  const { value } = scalar;
  if (typeof value !== 'string' || !value.includes('${')) return;
  const filled = value.replaceAll(/\$(\$?)\{([^}]*)(\}?)/g, (match, dollar: string, name: string) => {
    if (dollar !== '') return match.slice(1);
    if (!/^[A-Za-z_]\w*$/.test(name) || !match.endsWith('}')) {
      return fail(startOf(scalar), `"${match}" is not a reference such as \${NAME}; write $\${ for a plain \${`);
    }
    return environment[name] ?? fail(startOf(scalar), `the environment variable ${name} is not set`);
  });
  scalar.value = scalar.type === Scalar.PLAIN ? plainValue(filled) : filled;
}

function plainValue(text: string): string | number | boolean {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

type Issue = z.core.$ZodIssue | undefined;

function describe(issue: Issue, document: Document): string {
  if (issue === undefined) return 'the file does not fit';
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `unknown key "${issue.keys[0] ?? ''}"${place === '' ? '' : ` in ${place}`}; ${issue.message}`;
  }
  return `${place === '' ? 'the file' : place} ${issue.message}${found(issue, document)}`;
}

/** The value that was found, where it is short and no secret. */
function found(issue: z.core.$ZodIssue, document: Document): string {
  const value = document.getIn(issue.path);
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  const isSecret = issue.path[0] === 'auth' && issue.path[1] === 'keys';
  return isPlain && !isSecret && /^(must|can)/.test(issue.message) ? `, not ${JSON.stringify(value)}` : '';
}

/** Where in the text the blame lies: at the unknown key, at the bad value, or where the missing key's section begins. */
function offsetOf(document: Document, issue: Issue): number {
  if (issue === undefined) return 0;
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path;
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOfPath(document, path.slice(0, length));
    if (offset !== null) return offset;
  }
  return document.contents === null ? 0 : startOf(document.contents);
}

/** The key's own place where there is one: a value may begin on a later line. */
function offsetOfPath(document: Document, path: readonly PropertyKey[]): number | null {
  const parent = document.getIn(path.slice(0, -1), true) ?? document.contents;
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last));
    return isScalar(pair?.key) ? startOf(pair.key) : null;
  }
  const node = document.getIn(path, true);
  return isScalar(node) || isMap(node) ? startOf(node) : null;
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** The parser's first line, as the end of a sentence of ours. */
function asSentence(message: string): string {
  const [first = message] = message.split('\n');
  return first.replace(/[.:]?$/, '').replace(/ at line \d+, column \d+$/, '');
}
