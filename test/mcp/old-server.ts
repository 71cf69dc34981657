import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { listening } from './mcp-server.ts';

/** An MCP server of the transport before Streamable HTTP: answers come as events of one long GET. */
export interface OldServer {
  readonly url: string;
  /** What every request brought as `authorization`. */
  readonly authorizations: (string | undefined)[];
  close(): Promise<void>;
}

const results: Readonly<Record<string, unknown>> = {
  initialize: { protocolVersion: '2024-11-05', capabilities: { tools: {} }, serverInfo: { name: 'old', version: '1' } },
  'tools/list': { tools: [{ name: 'old', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'still here' }] },
};

export async function startOldServer(): Promise<OldServer> {
  const authorizations: (string | undefined)[] = [];
  let events: ServerResponse | null = null;
  const http = createServer(async (request, response) => {
    authorizations.push(request.headers.authorization);
    if (request.method === 'GET') {
      events = response.writeHead(200, { 'content-type': 'text/event-stream' });
      events.write('event: endpoint\ndata: /messages\n\n');
    } else if (request.url === '/messages') {
      const { id, method } = JSON.parse(await text(request));
      response.writeHead(202).end();
      if (id !== undefined) {
        events?.write(`event: message\ndata: ${JSON.stringify({ jsonrpc: '2.0', id, result: results[method] })}\n\n`);
      }
    } else {
      response.writeHead(405).end();
    }
  });
  const port = await listening(http);
  return {
    url: `http://127.0.0.1:${port}/sse`,
    authorizations,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
}
