import { randomUUID } from 'node:crypto';
import { createServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NodeStreamableHTTPServerTransport, toNodeHandler } from '@modelcontextprotocol/node';
import { type CallToolResult, createMcpHandler, ProtocolError, Server, type Tool } from '@modelcontextprotocol/server';

/** The tools that every server of these tests has; listed two on a page. */
export const tools: readonly Tool[] = [
  {
    name: 'echo',
    description: 'Says the text back.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
    annotations: { readOnlyHint: true },
  },
  { name: 'fail', description: 'Fails.', inputSchema: { type: 'object' } },
  { name: 'break', description: 'Breaks the protocol.', inputSchema: { type: 'object' } },
  { name: 'wait', description: 'Answers when it is told to.', inputSchema: { type: 'object' } },
  { name: 'bare', inputSchema: { type: 'object' } },
];

/** A real MCP server in this process, on a loopback port of its own. */
export interface McpTestServer {
  readonly port: number;
  readonly url: string;
  /** Every request so far: method and headers. */
  readonly requests: { readonly method: string; readonly headers: IncomingMessage['headers'] }[];
  /** Names of the tools called, in order. */
  readonly calls: string[];
  /** Calls of `wait` whose client has given up. */
  readonly cancelled: () => number;
  /** Lets calls of `wait` answer. */
  release(): void;
  /** Resolves once this holds; asked again whenever something happens at the server. */
  until(holds: () => boolean): Promise<void>;
  /** From now on every request is answered like this instead. */
  answerWith(status: number | null, headers?: Readonly<Record<string, string>>): void;
  /** Forgets the sessions of its clients. */
  forget(): void;
  close(): Promise<void>;
}

export type Era = 'sessions' | 'stateless';

interface House {
  readonly calls: string[];
  readonly waiting: Set<() => void>;
  cancelled: number;
  told: () => void;
}

export async function startMcpServer(era: Era = 'sessions'): Promise<McpTestServer> {
  const house: House = { calls: [], waiting: new Set(), cancelled: 0, told: () => {} };
  const requests: McpTestServer['requests'] = [];
  let refusal: { status: number; headers: Readonly<Record<string, string>> } | null = null;
  const handler = era === 'sessions' ? withSessions(house) : withoutSessions(house);
  const http = createServer((request, response) => {
    requests.push({ method: request.method ?? '', headers: request.headers });
    house.told();
    if (refusal !== null) response.writeHead(refusal.status, refusal.headers).end('no');
    else handler.handle(request, response);
  });
  const port = await listening(http);
  return {
    port,
    url: `http://127.0.0.1:${port}/mcp`,
    requests,
    calls: house.calls,
    cancelled: () => house.cancelled,
    release() {
      for (const go of house.waiting) go();
      house.waiting.clear();
    },
    async until(holds) {
      while (!holds()) {
        await new Promise<void>((resolve) => {
          house.told = resolve;
        });
      }
    },
    answerWith(status, headers = {}) {
      refusal = status === null ? null : { status, headers };
    },
    forget: () => handler.forget(),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}

export function listening(http: HttpServer): Promise<number> {
  return new Promise((resolve) => {
    // A server that listens on a port has an address with one.
    http.listen(0, '127.0.0.1', () => resolve((http.address() as AddressInfo).port));
  });
}

interface Handler {
  handle(request: IncomingMessage, response: ServerResponse): void;
  forget(): void;
}

function withSessions(house: House): Handler {
  const sessions = new Map<string, NodeStreamableHTTPServerTransport>();
  return {
    async handle(request, response) {
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      if (typeof id === 'string' && known === undefined) {
        response.writeHead(404).end('gone');
        return;
      }
      await (known ?? (await opened(sessions, house))).handleRequest(request, response);
    },
    forget: () => sessions.clear(),
  };
}

async function opened(
  sessions: Map<string, NodeStreamableHTTPServerTransport>,
  house: House,
): Promise<NodeStreamableHTTPServerTransport> {
  const transport = new NodeStreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (fresh) => void sessions.set(fresh, transport),
  });
  await serverOf(house).connect(transport);
  return transport;
}

function withoutSessions(house: House): Handler {
  const handle = toNodeHandler(createMcpHandler(() => serverOf(house)));
  return {
    // A request that a server has received has a method and a URL.
    handle: (request, response) => void handle(Object.assign(request, { method: 'POST', url: '/mcp' }), response),
    forget: () => {},
  };
}

function serverOf(house: House): Server {
  const server = new Server({ name: 'test', version: '1' }, { capabilities: { tools: {} } });
  server.setRequestHandler('tools/list', ({ params }) => {
    const from = Number(params?.cursor ?? 0);
    const page = tools.slice(from, from + 2);
    return from + 2 < tools.length ? { tools: page, nextCursor: String(from + 2) } : { tools: page };
  });
  server.setRequestHandler('tools/call', ({ params }, context) => {
    house.calls.push(params.name);
    house.told();
    return answer(params.name, params.arguments ?? {}, house, context.mcpReq.signal);
  });
  return server;
}

async function answer(
  name: string,
  args: Readonly<Record<string, unknown>>,
  house: House,
  signal: AbortSignal,
): Promise<CallToolResult> {
  switch (name) {
    case 'echo':
      return { content: [{ type: 'text', text: `echo ${String(args['text'] ?? '')}` }] };
    case 'fail':
      return { content: [{ type: 'text', text: 'out of paper' }], isError: true };
    case 'break':
      throw new ProtocolError(-32_050, 'no such printer for secret-token');
    case 'wait':
      await new Promise<void>((resolve) => {
        house.waiting.add(resolve);
        signal.addEventListener('abort', () => {
          house.cancelled++;
          house.told();
          resolve();
        });
      });
      return { content: [{ type: 'text', text: 'at last' }] };
    default:
      return { content: [], structuredContent: { done: true } };
  }
}
