import { afterEach, expect, it, vi } from 'vitest';
import { echoModel } from '../../src/engines/index.ts';
import { type ListenOptions, listen } from '../../src/server/index.ts';
import { until } from '../clients/until.ts';

const { loads } = vi.hoisted(() => ({ loads: [] as string[] }));
vi.mock('@modelcontextprotocol/client', () => {
  loads.push('client');
  return {};
});

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function served(mcp: ListenOptions['mcp'] & object) {
  const server = await listen({ port: 0, models: { echo: echoModel({ voice: null }) }, mcp });
  open.push(() => server.close());
  for (let turns = 0; turns < 10; turns++) await new Promise((resolve) => setImmediate(resolve));
  return server;
}

it('what is needed to talk to MCP servers is loaded before anybody comes, where they are allowed and nowhere else', async () => {
  const server = await served({ allow: [] });
  expect(loads).toEqual([]);
  server.reload({ models: { echo: echoModel({ voice: null }) }, mcp: { allow: ['https://mcp.example/*'] } });
  await until('the client to be loaded', () => loads.length > 0);
  expect(loads).toEqual(['client']);
});
