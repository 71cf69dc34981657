import { createServer, type RequestListener } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { guardedFetch, maxAnswerBytes, systemResolve } from '../../src/server/mcp/guarded-fetch.ts';
import { mcpRules } from '../../src/server/mcp/rules.ts';
import { listening } from './mcp-server.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function served(answer: RequestListener) {
  const http = createServer(answer);
  const port = await listening(http);
  const { fetch, close } = guardedFetch(mcpRules({ allow: [`http://127.0.0.1:${port}/*`] }), systemResolve);
  open.push(close, () => http.close().closeAllConnections());
  return (init?: RequestInit) => fetch(`http://127.0.0.1:${port}/`, init);
}

describe('what an MCP server answers', () => {
  it('comes with its status, headers and body, to a request that was whole', async () => {
    const get = await served((request, response) => {
      request.pipe(response.writeHead(201, 'Fine', { 'x-a': ['1', '2'], 'x-method': request.method ?? '' }));
    });
    const answer = await get({ method: 'POST', body: 'höllo', headers: { 'x-b': '3' } });
    expect([answer.status, answer.statusText, answer.headers.get('x-a')]).toEqual([201, 'Fine', '1, 2']);
    expect([await answer.text(), answer.headers.get('x-method')]).toEqual(['höllo', 'POST']);
  });

  it('may have no body', async () => {
    const get = await served((_, response) => response.writeHead(204).end());
    const answer = await get();
    expect([answer.status, answer.body]).toEqual([204, null]);
  });

  it('is read only up to a length, however it comes', async () => {
    const get = await served((_, response) => {
      response.writeHead(200);
      const piece = Buffer.alloc(65_536);
      const write = (): void => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', write);
      write();
    });
    const answer = await get();
    await expect(answer.arrayBuffer()).rejects.toThrow(`longer than ${maxAnswerBytes} bytes`);
  });

  it('is given up by an abort, before it begins and amid it', async () => {
    const get = await served((request, response) => {
      if (request.method === 'POST') response.writeHead(200).write('a');
    });
    const before = new AbortController();
    const waiting = get({ signal: before.signal });
    before.abort();
    await expect(waiting).rejects.toThrow('abort');
    const amid = new AbortController();
    const answer = await get({ method: 'POST', signal: amid.signal });
    const reading = answer.text();
    amid.abort();
    await expect(reading).rejects.toThrow('abort');
  });
});
