import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { connector } from '../../src/server/mcp/connection.ts';
import { maxListingBytes, systemResolve } from '../../src/server/mcp/guarded-fetch.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { listening } from './mcp-server.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server that lists tools on so many pages, one on each, with a description of so many bytes. */
async function paged(pages: number, bytes: number) {
  const asked: number[] = [];
  const results: Readonly<Record<string, (params: Record<string, unknown>) => object>> = {
    initialize: ({ protocolVersion }) => ({
      protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: 'paged', version: '1' },
    }),
    'tools/list': ({ cursor }) => {
      const page = Number(cursor ?? 1);
      asked.push(page);
      const tool = { name: `f${page}`, description: 'd'.repeat(bytes), inputSchema: { type: 'object' } };
      return { tools: [tool], ...(page < pages ? { nextCursor: String(page + 1) } : {}) };
    },
    'tools/call': () => ({ content: [{ type: 'text', text: 'fine' }] }),
  };
  const http = createServer(async (request, response) => {
    const body = await text(request);
    const { id, method, params } = JSON.parse(body === '' ? '{}' : body);
    if (id === undefined) return void response.writeHead(202).end();
    const result = results[method]?.(params ?? {});
    const error = { code: -32_601, message: 'No.' };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id, ...(result === undefined ? { error } : { result }) }));
  });
  const url = `http://127.0.0.1:${await listening(http)}/mcp`;
  const network = { rules: mcpRules({ allow: [url] }), resolve: systemResolve };
  const connection = connector(network)({ id: 'item_1', label: 'paged', url, headers: {} });
  open.push(
    () => connection.close(),
    () => http.close().closeAllConnections(),
  );
  return { asked, connection };
}

const { signal } = new AbortController();

it('pages of tools are given up once they are longer together than a listing may be, and the server is of use still', async () => {
  const { asked, connection } = await paged(32, 3_000_000);
  await expect(connection.list(signal)).rejects.toThrow(`longer than ${maxListingBytes} bytes together`);
  expect(asked).toEqual([1, 2, 3]);
  expect(await connection.call('f1', {}, signal)).toMatchObject({ content: [{ text: 'fine' }] });
});

it('pages within that are listed again and again, each time from the beginning', async () => {
  const { connection } = await paged(2, 3_000_000);
  for (let times = 0; times < 3; times++) expect(await connection.list(signal)).toHaveLength(2);
});
