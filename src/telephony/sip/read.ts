import { knownName, type SipHeader, type SipMessage, valuesOf } from './message.ts';
import { numberIn, token } from './scan.ts';

/** What a datagram holds. `malformed`: its beginning is a request's, which can be answered, but it is not whole. */
export type ReadMessage =
  | { readonly is: 'message'; readonly message: SipMessage; readonly problem: string | null }
  /** Nobody can be answered. */
  | { readonly is: 'nothing' };

/** Larger messages are nobody's, in bytes, and so are more header fields. */
const maxBytes = 65_535;
const maxHeaders = 256;

const nothing: ReadMessage = { is: 'nothing' };

/**
 * Reads what came in one datagram. A message that breaks the rules of its form is read as far as it can be answered, with
 * what is wrong with it. Never throws.
 */
export function readMessage(datagram: string): ReadMessage {
  if (datagram.length > maxBytes) return nothing;
  // Keep-alives and stragglers before the first line are ignored (RFC 3261, section 7.5).
  const text = datagram.replace(/^(?:\r?\n)+/, '');
  const [, head, rest] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(text) ?? [];
  const lines = unfolded(head ?? text.replace(/(?:\r?\n)+$/, ''));
  const [first = '', ...fields] = lines;
  if (fields.length > maxHeaders) return nothing;
  const start = startOf(first);
  if (start === null) return nothing;
  const headers: SipHeader[] = [];
  let problem: string | null = head === undefined ? 'its header is not closed' : start.problem;
  for (const field of fields) {
    const [, name, value = ''] = /^([\w\-.!%*+`'~]+)[ \t]*:(.*)$/s.exec(field) ?? [];
    if (name === undefined) problem ??= 'a header field has no name';
    else headers.push({ name: knownName(name), value: value.trim() });
  }
  const sized = bodyOf(headers, rest ?? '');
  const message = { ...start.line, headers, body: sized.body };
  return { is: 'message', message, problem: problem ?? sized.problem };
}

/** Lines that begin with blanks go on with the line before. */
function unfolded(head: string): string[] {
  const lines: string[][] = [];
  for (const line of head.split(/\r?\n/)) {
    const last = line.startsWith(' ') || line.startsWith('\t') ? lines.at(-1) : undefined;
    if (last === undefined) lines.push([line]);
    else last.push(line.trim());
  }
  return lines.map((parts) => parts.join(' '));
}

type StartLine =
  | { readonly is: 'request'; readonly method: string; readonly uri: string }
  | { readonly is: 'response'; readonly status: number; readonly reason: string };

interface Start {
  readonly line: StartLine;
  readonly problem: string | null;
}

/** What another version than ours is told apart by. */
export const wrongVersion = 'it is of another version of SIP';

function startOf(line: string): Start | null {
  const [, code, reason] = /^SIP\/2\.0 (\d{3})(?: (.*))?$/s.exec(line) ?? [];
  if (code !== undefined) {
    const status = Number(code);
    return status < 100 || status > 699
      ? null
      : { line: { is: 'response', status, reason: reason ?? '' }, problem: null };
  }
  const [, method, uri, version] = /^(\S+) (.*) SIP\/(\d+\.\d+)[ \t]*$/s.exec(line) ?? [];
  if (method === undefined || uri === undefined || !token.test(method)) return null;
  const isUri = uri !== '' && !/[\s<>]/.test(uri);
  const problem = version === '2.0' ? (isUri ? null : 'its Request-URI is no URI') : wrongVersion;
  return { line: { is: 'request', method, uri }, problem };
}

/** The body is as long as it says, or as there is; what follows it is nobody's. */
function bodyOf(
  headers: readonly SipHeader[],
  rest: string,
): { readonly body: string; readonly problem: string | null } {
  const [length, ...more] = valuesOf({ headers }, 'Content-Length');
  if (length === undefined) return { body: rest, problem: null };
  const bytes = numberIn(length, maxBytes);
  if (bytes === null || more.some((other) => other !== length))
    return { body: '', problem: 'its Content-Length is none' };
  if (bytes > rest.length) return { body: rest, problem: 'it is shorter than it says' };
  return { body: rest.slice(0, bytes), problem: null };
}
