import type { Connection, Endpoint, Reply, RequestAsk } from './endpoint.ts';
import { Finding } from './finding.ts';
import { at, quote } from './json.ts';
import { type Family, Line } from './line.ts';

/** How a key is shown: as the header that the endpoint's user gave, not at all, or another key as a bearer. */
export type Credential = 'own' | 'none' | { readonly bearer: string };

export interface DialOptions {
  /** Below the endpoint's address. Default: the endpoint itself. */
  readonly path?: string;
  /** Added to the endpoint's query; null takes a name out. */
  readonly query?: Readonly<Record<string, string | null>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /** Default `own`. */
  readonly credential?: Credential;
  /** Default `realtime`. */
  readonly family?: Family;
  /** Whether the server plays the session's sound, as in a call. Default false. */
  readonly hasMedia?: boolean;
}

export type AskOptions = Omit<RequestAsk, 'headers' | 'method' | 'signal'> & {
  readonly method?: RequestAsk['method'];
  readonly headers?: Readonly<Record<string, string>>;
  readonly credential?: Credential;
};

export interface ProbeOptions {
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether requests are still worth the wait. Default true. */
  readonly mayAsk?: boolean;
}

/** What a check has in hand: connections to the endpoint, and requests. */
export class Probe {
  readonly endpoint: Endpoint;
  readonly timeoutMs: number;
  /** Every connection of this check, in the order made. */
  readonly lines: Line[] = [];
  /** Whether the last request was answered; null where there was none. */
  isAnswered: boolean | null = null;
  /** Whether a connection was asked for. */
  hasDialled = false;
  readonly #mayAsk: boolean;

  constructor(endpoint: Endpoint, { timeoutMs, mayAsk = true }: ProbeOptions) {
    this.endpoint = endpoint;
    this.timeoutMs = timeoutMs;
    this.#mayAsk = mayAsk;
  }

  /** Connects and waits for `session.created`. */
  async open(options: DialOptions = {}): Promise<Line> {
    const line = await this.dial(options);
    await line.get('session.created');
    return line;
  }

  /** Connects. An answer that is no upgrade ends the check. */
  async dial(options: DialOptions = {}): Promise<Line> {
    const found = await this.knock(options);
    if (found instanceof Line) return found;
    throw new Finding('refused', `The upgrade was answered with HTTP ${found.status}: ${quote(found.body)}`);
  }

  /** Connects, or gives what the server answered by HTTP instead. */
  async knock(options: DialOptions = {}): Promise<Line | Reply> {
    this.hasDialled = true;
    const { endpoint, timeoutMs } = this;
    const { clock } = endpoint;
    const { family = 'realtime', hasMedia = false } = options;
    const line = new Line({ clock, timeoutMs, family, hasMedia });
    const ask = {
      path: options.path ?? '',
      query: withQuery(endpoint.query, options.query ?? {}),
      headers: { ...endpoint.headers, ...bearer(endpoint, options.credential ?? 'own'), ...options.headers },
      protocols: options.protocols ?? [],
    };
    const opened = await within(this, 'answer to the upgrade', (signal) => endpoint.connect({ ...ask, signal }, line));
    if ('refused' in opened) return opened.refused;
    this.keep(line, opened.connection);
    return line;
  }

  /** Counts a connection among those of this check. */
  keep(line: Line, connection: Connection): void {
    this.hasDialled = true;
    line.begin(connection);
    this.lines.push(line);
  }

  /** Waits so many milliseconds. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.endpoint.clock.after(ms, resolve));
  }

  /** Asks by HTTP. */
  async request({ method = 'POST', credential = 'own', ...ask }: AskOptions): Promise<Reply> {
    if (!this.#mayAsk) throw new Finding('error', 'Not tried: no request was answered in the checks before.');
    const { endpoint } = this;
    const headers = { ...endpoint.headers, ...bearer(endpoint, credential), ...ask.headers };
    this.isAnswered = false;
    const reply = await within(this, `answer to ${method} ${ask.path}`, (signal) =>
      endpoint.request({ ...ask, method, headers, signal }),
    );
    this.isAnswered = true;
    return reply;
  }

  /** The same with a body of JSON. */
  post(path: string, body: object, options: Partial<AskOptions> = {}): Promise<Reply> {
    const headers = { 'content-type': 'application/json', ...options.headers };
    return this.request({ ...options, path, body: JSON.stringify(body), headers });
  }
}

function withQuery(
  own: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string>> {
  const all = Object.entries({ ...own, ...added });
  return Object.fromEntries(all.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

function bearer({ key }: Endpoint, credential: Credential): Readonly<Record<string, string>> {
  if (credential === 'none') return {};
  const shown = credential === 'own' ? key : credential.bearer;
  return shown === null ? {} : { authorization: `Bearer ${shown}` };
}

/** Ends the check where something takes too long, and leaves nothing of it behind. */
function within<T>(
  { endpoint, timeoutMs }: Probe,
  what: string,
  start: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const leaving = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const cancel = endpoint.clock.after(timeoutMs, () => {
      reject(new Finding('silent', `No ${what} within ${timeoutMs / 1000} s.`));
      leaving.abort();
    });
    start(leaving.signal).then(resolve, reject).finally(cancel);
  });
}

/** The body of an answer as JSON. Fails the check where it is none. */
export function bodyOf(reply: Reply): unknown {
  try {
    const body: unknown = JSON.parse(reply.body);
    return body;
  } catch {
    throw new Finding('fail', `HTTP ${reply.status} with a body that is no JSON: ${quote(reply.body)}`);
  }
}

/** The one status from 500 on that tells of no failure. */
const notImplemented = 501;

/** Ends the check unless the request succeeded; a clean refusal makes an optional feature absent. */
export function succeeded(reply: Reply, what: string): void {
  if (reply.status >= 200 && reply.status < 300) return;
  const isClean = (reply.status >= 400 && reply.status < 500) || reply.status === notImplemented;
  throw new Finding(
    isClean ? 'refused' : 'fail',
    `${what} was answered with HTTP ${reply.status}: ${quote(reply.body)}`,
  );
}

/** Fails the check unless a refusal has the shape of the API: `{ error: { message, type, param, code } }`. */
export function isRefusal(reply: Reply, statuses: readonly number[]): unknown {
  if (!statuses.includes(reply.status)) {
    throw new Finding('fail', `HTTP ${reply.status} came, not ${statuses.join(' or ')}: ${quote(reply.body)}`);
  }
  const body = bodyOf(reply);
  const message = at(body, 'error.message');
  if (typeof message === 'string') return body;
  throw new Finding('fail', `HTTP ${reply.status} without error.message: ${quote(reply.body)}`);
}
