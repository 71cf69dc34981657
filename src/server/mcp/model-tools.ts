import { EngineError } from '../../engines/parts.ts';
import type { FunctionTool, McpListedTool } from '../../protocol/types.ts';
import { type Connect, connector, type McpConnection } from './connection.ts';
import { systemResolve } from './guarded-fetch.ts';
import { listedTools } from './listed-tools.ts';
import { errorOf, outcomeOf } from './outcome.ts';
import type { McpRules } from './rules.ts';

/** An MCP server of the operator's own, whose tools a model calls by itself. */
export interface GivenMcpServer {
  /** Names the server in errors; comes before the name of a tool whose name is taken. */
  readonly label: string;
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The names of the tools that may be called. Default: all. */
  readonly allowedTools?: readonly string[];
}

/** A tool as a model is told of it. */
export interface OfferedTool {
  readonly tool: FunctionTool & { readonly name: string };
  /** Calls it with arguments as JSON text; gives what came of it in words. Throws only where the signal aborts. */
  call(argumentsText: string, signal: AbortSignal): Promise<string>;
}

/** The tools of some servers, for one session. */
export interface ModelTools {
  /** The tools on offer beside functions of these names. Throws an `EngineError` where a server does not list its tools. */
  offer(taken: ReadonlySet<string>, signal: AbortSignal): Promise<readonly OfferedTool[]>;
  /** Lets go of the servers. */
  close(): void;
}

/** Longest waits for a listing and for a call, in milliseconds. */
const listTimeoutMs = 30_000;
const callTimeoutMs = 60_000;

/** Asks the servers for their tools at once, so that they are known when the session's first answer is wanted. */
export function openModelTools(servers: readonly GivenMcpServer[], connect: Connect = trusting): ModelTools {
  const open = servers.map((server) => opened(server, connect));
  return {
    async offer(taken, signal) {
      const lists = await Promise.all(open.map(({ list }) => list(signal)));
      const names = new Set(taken);
      return lists.flatMap((tools, index) => {
        const server = open[index];
        return server === undefined ? [] : tools.map((tool) => offered(server, tool, names));
      });
    },
    close() {
      for (const { connection } of open) connection.close();
    },
  };
}

interface OpenServer {
  readonly server: GivenMcpServer;
  readonly connection: McpConnection;
  readonly list: (signal: AbortSignal) => Promise<readonly McpListedTool[]>;
}

function opened(server: GivenMcpServer, connect: Connect): OpenServer {
  const { label, url, headers, allowedTools } = server;
  const connection = connect({ id: label, label, url, headers });
  let known: Promise<readonly McpListedTool[]> | null = null;
  async function ask(): Promise<readonly McpListedTool[]> {
    const tools = listedTools(await connection.list(AbortSignal.timeout(listTimeoutMs))) ?? [];
    return tools.filter(({ name }) => allowedTools === undefined || allowedTools.includes(name));
  }
  function list(): Promise<readonly McpListedTool[]> {
    known ??= ask().catch((cause: unknown) => {
      known = null; // the next answer asks again
      const message = `The MCP server "${label}" does not list its tools. Check its address and key.`;
      throw new EngineError('mcp_server_failed', message, { cause });
    });
    return known;
  }
  list().catch(() => {}); // whoever needs the tools hears of it
  return { server, connection, list: (signal) => Promise.race([list(), aborted(signal)]) };
}

function offered({ server, connection }: OpenServer, listed: McpListedTool, taken: Set<string>): OfferedTool {
  const name = taken.has(listed.name) ? `${server.label}_${listed.name}` : listed.name;
  taken.add(name);
  return {
    tool: { type: 'function', name, description: listed.description ?? '', parameters: listed.input_schema },
    async call(argumentsText, signal) {
      const args = objectIn(argumentsText);
      if (args === null) return 'The tool was not called: its arguments are no JSON object.';
      try {
        const until = AbortSignal.any([signal, AbortSignal.timeout(callTimeoutMs)]);
        const outcome = outcomeOf(await connection.call(listed.name, args, until));
        return 'error' in outcome ? failed(outcome.error) : outcome.output;
      } catch (cause) {
        signal.throwIfAborted();
        return failed(errorOf(cause, Object.values(server.headers)));
      }
    },
  };
}

function failed(error: ReturnType<typeof errorOf>): string {
  return `The tool failed: ${error.message}`;
}

function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text === '' ? '{}' : text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The operator chose the server: any address will do, as long as no redirect leads elsewhere. */
const trusting: Connect = (access) => {
  const { origin } = new URL(access.url);
  const rules: McpRules = {
    urlOf: () => access.url,
    permitSome: true,
    permits: (url) => url.origin === origin,
    permitsAddress: () => true,
  };
  return connector({ rules, resolve: systemResolve })(access);
};

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
