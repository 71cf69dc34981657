import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Way } from './upstreams.ts';

const megabyte = 'x'.repeat(1_000_000);
const megabytes = 64;
const calls = 100_000;
/** How often a drop falls. */
const dripMs = 50;

const answers: Readonly<Record<Way, (body: string, response: ServerResponse) => void>> = {
  hang() {},
  drip(_, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => response.write(':\n\n'), dripMs);
    response.once('close', () => clearInterval(timer));
  },
  huge(_, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"choices":[{"delta":{"content":"');
    void sendAll(response, Array(megabytes).fill(megabyte), '"}}]}\n\n');
  },
  calls(_, response) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const call = (index: number): string => {
      const tool = { index, id: `call_${index}`, type: 'function', function: { name: 'f', arguments: '{}' } };
      return `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [tool] } }] })}\n\n`;
    };
    const thousand = (from: number): string =>
      Array.from({ length: 1000 }, (_nothing, index) => call(from + index)).join('');
    void sendAll(
      response,
      Array.from({ length: calls / 1000 }, (_nothing, index) => thousand(index * 1000)),
      'data: [DONE]\n\n',
    );
  },
  pages(body, response) {
    const { id, method, params } = JSON.parse(body === '' ? '{}' : body);
    if (id === undefined) return void response.writeHead(202).end();
    const page = Number(params?.cursor ?? 0);
    const results: Readonly<Record<string, object>> = {
      initialize: {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'bad', version: '1' },
      },
      'tools/list': { tools: [{ name: `f${page}`, inputSchema: { type: 'object' } }], nextCursor: String(page + 1) },
    };
    const result = results[method];
    const error = { code: -32601, message: 'No.' };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result === undefined ? { error } : { result }) }));
  },
};

/** Sends no faster than it is read, and no more once nobody listens. */
async function sendAll(response: ServerResponse, parts: readonly string[], end: string): Promise<void> {
  const gone = once(response, 'close');
  for (const part of parts) {
    if (response.destroyed) return;
    if (!response.write(part)) await Promise.race([once(response, 'drain'), gone]);
  }
  response.end(end);
}

/** Endpoints of OpenAI's shape and MCP servers that do as the first part of the path says. */
export async function startBadServers(): Promise<{ readonly url: string }> {
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const way = request.url?.split('/')[1] ?? '';
    const body = await textOf(request);
    if (isWay(way)) answers[way](body, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}` };
}

function isWay(name: string): name is Way {
  return name in answers;
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return text;
}
