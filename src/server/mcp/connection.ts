import type { CallToolResult, Client, Tool } from '@modelcontextprotocol/client';
import type { McpAccess } from '../../core/session.ts';
import { type Alarms, realAlarms } from '../../engines/within-time.ts';
import { type GuardedFetch, guardedFetch, maxListingBytes, type Resolve } from './guarded-fetch.ts';
import { httpStatus } from './outcome.ts';
import type { McpRules } from './rules.ts';

/** How a session reaches MCP servers. */
export interface McpNetwork {
  readonly rules: McpRules;
  readonly resolve: Resolve;
}

/** One server as one session uses it: connected at the first need, and again where the server has lost the connection. */
export interface McpConnection {
  /** Every page of the server's tools. */
  list(signal: AbortSignal): Promise<readonly Tool[]>;
  call(name: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult>;
  /** Tells the server that its session is over, then cuts the connection. Calling it again does nothing. */
  close(): void;
}

export type Connect = (access: McpAccess) => McpConnection;

/** Connections over the network, with the official client. `alarms` end what takes too long; default the machine's. */
export function connector(network: McpNetwork, alarms: Alarms = realAlarms): Connect {
  return (access) => new Connection(access, network, alarms);
}

/** How long a server has to take the connection and to say who it is, in milliseconds. */
const connectTimeoutMs = 30_000;

/** The session's own clock ends a request, so the client's timer is set as far off as timers go. */
const never = 2_147_483_647;

/** Most pages of tools that are asked for. */
const maxPages = 32;

/** What is needed to talk, and to stop. */
interface Link {
  readonly client: Client;
  /** Ends the server's side of it; null where there is nothing to end. */
  readonly terminate: (() => Promise<void>) | null;
}

class Connection implements McpConnection {
  readonly #access: McpAccess;
  readonly #http: GuardedFetch;
  readonly #alarms: Alarms;
  #link: Promise<Link> | null = null;
  /** The link is there, and can be told that it is over. */
  #isLinked = false;
  #isClosed = false;
  /** Aborted when an answer is given up in its midst: the client would go on waiting for the rest of it. */
  #broken = new AbortController();

  constructor(access: McpAccess, { rules, resolve }: McpNetwork, alarms: Alarms) {
    this.#access = access;
    this.#alarms = alarms;
    this.#http = guardedFetch(rules, resolve, { alarms, givenUp: (cause) => this.#breakOff(cause) });
  }

  async list(signal: AbortSignal): Promise<readonly Tool[]> {
    const { client } = await this.#connected(signal);
    this.#http.allow(maxListingBytes);
    try {
      const { tools } = await this.#whole(signal, (whole) =>
        client.listTools({}, { signal: whole, timeout: never, cacheMode: 'refresh' }),
      );
      return tools;
    } finally {
      this.#http.allow(Infinity);
    }
  }

  async call(name: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult> {
    const lost = this.#link;
    try {
      return await this.#call(name, args, signal);
    } catch (cause) {
      // By the protocol 404 means that the server has forgotten the session, and did nothing.
      if (lost === null || httpStatus(cause) !== 404 || signal.aborted || this.#isClosed) throw cause;
      if (this.#link === lost) this.#forget();
      void lost.then(({ client }) => client.close()).catch(() => {});
      return this.#call(name, args, signal);
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const link = this.#link;
    if (link === null || !this.#isLinked) return this.#http.close();
    void link.then(hangUp, () => {}).finally(() => this.#http.close());
  }

  #forget(): void {
    this.#link = null;
    this.#isLinked = false;
  }

  async #call(name: string, args: Readonly<Record<string, unknown>>, signal: AbortSignal): Promise<CallToolResult> {
    const { client } = await this.#connected(signal);
    return this.#whole(signal, (whole) =>
      client.callTool({ name, arguments: { ...args } }, { signal: whole, timeout: never }),
    );
  }

  /** Everything that is asked of the server at this time fails; what is asked later may go well. */
  #breakOff(cause: Error): void {
    const broken = this.#broken;
    this.#broken = new AbortController();
    broken.abort(cause);
    this.#http.cut();
  }

  /** Asks for something; fails with the reason where the answer is given up. */
  async #whole<T>(signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const broken = this.#broken.signal;
    try {
      return await ask(AbortSignal.any([signal, broken]));
    } catch (cause) {
      throw broken.aborted ? broken.reason : cause;
    }
  }

  /** Connecting is nobody's own: whoever gives up waits no longer, the others still do. */
  #connected(signal: AbortSignal): Promise<Link> {
    signal.throwIfAborted();
    this.#link ??= this.#connectInTime();
    return Promise.race([this.#link, aborted(signal)]);
  }

  /** A server that accepts the connection and says nothing is cut off, so that no socket to it stays. */
  async #connectInTime(): Promise<Link> {
    const cancel = this.#alarms.after(connectTimeoutMs, () => this.#http.cut());
    try {
      const link = await this.#connect(this.#broken.signal);
      this.#isLinked = true;
      return link;
    } catch (cause) {
      this.#forget();
      throw cause;
    } finally {
      cancel();
    }
  }

  async #connect(signal: AbortSignal): Promise<Link> {
    try {
      return await streamable(this.#access, this.#http, signal);
    } catch (cause) {
      const status = httpStatus(cause);
      if (status === null || status < 400 || status >= 500 || status === 401 || status === 403) throw cause;
      // By the protocol a server that does not know the newer transport answers 4xx.
      return serverSentEvents(this.#access, this.#http, signal).catch(() => {
        throw cause;
      });
    }
  }
}

/** Loaded where it may be needed: most servers let nobody use MCP servers. */
const library = () => import('@modelcontextprotocol/client');

/** Loads what connections need, in the background: to load it with the first of them would hold up everybody. */
export function prepareConnections(): void {
  library().catch(() => {}); // who needs it will be told
}

async function streamable({ url, headers }: McpAccess, { fetch }: GuardedFetch, signal: AbortSignal): Promise<Link> {
  const { StreamableHTTPClientTransport } = await library();
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch,
    requestInit: { headers: { ...headers } },
  });
  const client = await newClient('auto');
  await opened(client, Promise.race([client.connect(transport, { timeout: never }), aborted(signal)]));
  return { client, terminate: () => transport.terminateSession() };
}

async function serverSentEvents(
  { url, headers }: McpAccess,
  { fetch }: GuardedFetch,
  signal: AbortSignal,
): Promise<Link> {
  const { SSEClientTransport } = await library();
  const transport = new SSEClientTransport(new URL(url), { fetch, requestInit: { headers: { ...headers } } });
  const client = await newClient('legacy');
  await opened(client, Promise.race([client.connect(transport, { timeout: never }), aborted(signal)]));
  return { client, terminate: null };
}

/** A client that failed to connect would try on by itself. */
async function opened(client: Client, connecting: Promise<void>): Promise<void> {
  try {
    await connecting;
  } catch (cause) {
    await client.close().catch(() => {});
    throw cause;
  }
}

async function newClient(mode: 'auto' | 'legacy'): Promise<Client> {
  const { Client } = await library();
  return new Client(
    { name: 'antiphon', version: '1' },
    { versionNegotiation: { mode }, listMaxPages: maxPages, jsonSchemaValidator: trusting },
  );
}

/** A stranger's schema is not compiled: what a tool returns is text for a model to judge. */
const trusting = {
  getValidator: () => (input: unknown) => ({ valid: true as const, data: input as never, errorMessage: undefined }),
};

/** How long a server may take to hear that its session is over; on the machine's clock, since the session's has ended. */
const farewellMs = 2_000;

async function hangUp({ client, terminate }: Link): Promise<void> {
  let cancel = (): void => {};
  const tooLong = new Promise<void>((resolve) => (cancel = realAlarms.after(farewellMs, resolve)));
  await Promise.race([terminate?.().catch(() => {}), tooLong]);
  cancel();
  await client.close().catch(() => {});
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
