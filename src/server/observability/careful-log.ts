import type { LogFields, SessionLog } from '../log.ts';

/** A log whose every line is rewritten: its message, and the value of each of its fields, which is told by its name. */
export function rewritten(log: SessionLog, rewrite: (value: unknown, name?: string) => unknown): SessionLog {
  const all = (fields: LogFields = {}): LogFields =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, rewrite(value, name)]));
  const text = (message: string): string => String(rewrite(message));
  return {
    debug: (message, fields) => log.debug(text(message), all(fields)),
    info: (message, fields) => log.info(text(message), all(fields)),
    warn: (message, fields) => log.warn(text(message), all(fields)),
    error: (message, fields) => log.error(text(message), all(fields)),
    child: (fields) => rewritten(log.child(all(fields)), rewrite),
  };
}

/**
 * A log that holds nothing of errors but what kind they are, what their makers say of them, and where they come from. What
 * may quote an upstream, and so a user, is left out: bodies and headers that libraries hang on their errors, and, unless
 * `words` are wanted, what servers and parsers say.
 */
export function carefulLog(log: SessionLog, words: boolean): SessionLog {
  return rewritten(log, (value, name) => {
    if (value instanceof Error) return carefulError(value, words);
    return name === 'err' && !words ? `${typeof value}, which is no error` : value;
  });
}

/** Causes of causes that are told of. */
const deepest = 5;

function carefulError(error: Error, words: boolean, depth = 0): Error {
  const message = words ? error.message : unquoted(error, depth > 0);
  const cause =
    error.cause instanceof Error && depth < deepest ? carefulError(error.cause, words, depth + 1) : undefined;
  const safe = new Error(message, cause === undefined ? {} : { cause });
  safe.name = error.name;
  safe.stack = [`${error.name}: ${message}`, ...framesOf(error)].join('\n');
  const { code, status } = marksOf(error);
  return Object.assign(safe, code === undefined ? {} : { code }, status === undefined ? {} : { status });
}

/** What an error says, as far as it is its maker's own; of causes only what the system says. */
function unquoted(error: Error, isCause: boolean): string {
  const { code, status, logged } = marksOf(error);
  if (logged !== undefined) return logged;
  if (status !== undefined) return `status ${status}`;
  // A parser quotes the text that it could not read.
  if (error instanceof SyntaxError || error.name === 'SyntaxError') return 'what it could not read is not told';
  const isOfSystem = 'syscall' in error && typeof code === 'string';
  return isCause && !isOfSystem ? 'what it says is not told' : error.message;
}

interface Marks {
  readonly code: string | number | undefined;
  readonly status: number | undefined;
  readonly logged: string | undefined;
}

function marksOf(error: Error): Marks {
  const field = (name: string): unknown => Reflect.get(error, name);
  const [code, status, logged] = [field('code'), field('status') ?? field('statusCode'), field('logged')];
  return {
    code: typeof code === 'string' || typeof code === 'number' ? code : undefined,
    status: typeof status === 'number' ? status : undefined,
    logged: typeof logged === 'string' ? logged : undefined,
  };
}

/** Where it was thrown; the stack also begins with the message, which may look like anything. */
function framesOf({ stack = '', message }: Error): string[] {
  return stack
    .replace(message, '')
    .split('\n')
    .filter((line) => /^ {4}at /.test(line));
}
