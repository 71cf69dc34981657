import { describe, expect, it } from 'vitest';
import type { Input } from '../../core/input.ts';
import type { McpAccess } from '../../core/session.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { silentLog } from '../log.ts';
import type { McpConnection } from './connection.ts';
import { maxTools } from './listed-tools.ts';
import { callTimeoutMs, McpWork } from './work.ts';

const access: McpAccess = { id: 'item_list', label: 'docs', url: 'https://mcp.example/', headers: {} };
const call = {
  do: 'call-tool',
  responseId: 'resp_1',
  itemId: 'item_1',
  access,
  name: 'search',
  arguments: {},
} as const;

/** Work with connections whose answers the test gives; what it is told of, in words. */
function begin(tools: readonly { name: string; inputSchema: { type: 'object' } }[] = []) {
  const clock = virtualClock();
  const told: Input[] = [];
  const seen: string[] = [];
  const answers: ((text: string) => void)[] = [];
  const connect = (): McpConnection => {
    seen.push('connected');
    return {
      list: async () => tools,
      call: (name, _args, signal) =>
        new Promise((resolve) => {
          seen.push(`called ${name}`);
          signal.addEventListener('abort', () => seen.push('given up'));
          answers.push((text) => resolve({ content: [{ type: 'text', text }] }));
        }),
      close: () => void seen.push('closed'),
    };
  };
  const work = new McpWork({ connect, clock, log: silentLog, feed: (input) => void told.push(input) });
  return {
    work,
    clock,
    told,
    seen,
    async answer(text: string) {
      answers.shift()?.(text);
      await settled();
    },
  };
}

/** Lets every promise that is due be kept. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('the work of MCP servers for a session', () => {
  it('uses one connection for a definition', async () => {
    const { work, seen, told, answer } = begin();
    work.list(access);
    await settled();
    work.call(call);
    await answer('found');
    expect(told).toMatchObject([
      { from: 'mcp', say: 'listed', id: 'item_list', tools: [] },
      { from: 'mcp', say: 'called', itemId: 'item_1', outcome: { output: 'found' } },
    ]);
    expect(seen).toEqual(['connected', 'called search']);
  });

  it('is stopped with the response that waits for it, and says nothing more', async () => {
    const { work, clock, seen, told, answer } = begin();
    work.call(call);
    work.abortResponse('resp_2');
    expect(seen).not.toContain('given up');
    work.abortResponse('resp_1');
    expect(seen).toContain('given up');
    await answer('late');
    expect(told).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  it('tells of a call that takes too long once, though it answers later', async () => {
    const { work, clock, told, answer } = begin();
    work.call(call);
    clock.advance(callTimeoutMs);
    await answer('late');
    expect(told).toMatchObject([{ say: 'called', outcome: { error: { type: 'protocol_error', code: -32_001 } } }]);
  });

  it('lets go of a definition out of use when its last call is over', async () => {
    const { work, seen, told, answer } = begin();
    work.call(call);
    work.call({ ...call, responseId: 'resp_2', itemId: 'item_2' });
    work.leave('item_list');
    await answer('one');
    expect(seen).not.toContain('closed');
    await answer('two');
    expect(seen.at(-1)).toBe('closed');
    expect(told).toHaveLength(2);
    work.call(call);
    await answer('three');
    expect(seen.slice(-3)).toEqual(['connected', 'called search', 'closed']);
  });

  it('lets go of a definition out of use when its call is stopped', async () => {
    const { work, seen } = begin();
    work.call(call);
    work.leave('item_list');
    work.abort('item_1');
    expect(seen.slice(-2)).toEqual(['given up', 'closed']);
  });

  it('stops everything at the end of the session', () => {
    const { work, clock, seen } = begin();
    work.call(call);
    work.stop();
    expect(seen).toEqual(['connected', 'called search', 'given up', 'closed']);
    expect(clock.waiting).toBe(0);
  });

  it('takes no more tools of a server than a session can hold', async () => {
    const many = Array.from({ length: maxTools + 1 }, (_, index) => ({
      name: `tool ${index}`,
      inputSchema: { type: 'object' as const },
    }));
    const { work, told } = begin(many);
    work.list(access);
    await settled();
    expect(told).toMatchObject([{ say: 'list_failed', id: 'item_list' }]);
  });
});
