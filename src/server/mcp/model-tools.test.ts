import { describe, expect, it } from 'vitest';
import type { McpConnection } from './connection.ts';
import { type GivenMcpServer, openModelTools } from './model-tools.ts';

const server = (label: string, more: Partial<GivenMcpServer> = {}): GivenMcpServer => ({
  label,
  url: `http://${label}.example/mcp`,
  headers: { authorization: 'Bearer token-of-ours' },
  ...more,
});

type Calls = McpConnection['call'];

/** Servers that have these tools; what they were called with, and which were let go. */
function house(tools: readonly string[], call: Calls = async () => ({ content: [{ type: 'text', text: 'done' }] })) {
  const called: unknown[] = [];
  const closed: string[] = [];
  let failures = 0;
  return {
    called,
    closed,
    /** The next listings fail. */
    fail: (times: number) => {
      failures = times;
    },
    connect: ({ label }: { readonly label: string }): McpConnection => ({
      async list() {
        if (failures-- > 0) throw new Error('secret reason');
        return tools.map((name) => ({
          name,
          description: `${name} of ${label}`,
          inputSchema: { type: 'object' as const },
        }));
      },
      call(name, args, signal) {
        called.push([label, name, args]);
        return call(name, args, signal);
      },
      close: () => void closed.push(label),
    }),
  };
}

const signal = new AbortController().signal;

describe("an operator's MCP servers", () => {
  it('offer their tools, by another name where a name is taken', async () => {
    const { connect, called } = house(['find', 'sell']);
    const tools = openModelTools([server('one'), server('other', { allowedTools: ['find'] })], connect);
    const offered = await tools.offer(new Set(['sell']), signal);
    expect(offered.map(({ tool }) => [tool.name, tool.description])).toEqual([
      ['find', 'find of one'],
      ['one_sell', 'sell of one'],
      ['other_find', 'find of other'],
    ]);
    expect(await offered[2]?.call('{"what":"bread"}', signal)).toBe('done');
    expect(called).toEqual([['other', 'find', { what: 'bread' }]]);
  });

  it('are asked again where they did not list their tools', async () => {
    const { connect, fail } = house(['find']);
    fail(1);
    const tools = openModelTools([server('one')], connect);
    const failure = await tools.offer(new Set(), signal).catch((cause: unknown) => cause);
    expect(failure).toMatchObject({ code: 'mcp_server_failed', message: expect.stringContaining('"one"') });
    expect(String(failure)).not.toMatch(/secret|one\.example/);
    expect(await tools.offer(new Set(), signal)).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', 'The tool was not called: its arguments are no JSON object.'],
    ['a list', '[1]', 'The tool was not called: its arguments are no JSON object.'],
    ['nothing', '', 'done'],
  ])('are called with an object only: %s', async (_, text, output) => {
    const [tool] = await openModelTools([server('one')], house(['find']).connect).offer(new Set(), signal);
    expect(await tool?.call(text, signal)).toBe(output);
  });

  it('tell the model of a call that failed, without our secrets', async () => {
    const failing = async (answer: Calls) => {
      const [tool] = await openModelTools([server('one')], house(['find'], answer).connect).offer(new Set(), signal);
      return tool?.call('{}', signal);
    };
    expect(await failing(async () => ({ isError: true, content: [{ type: 'text', text: 'sold out' }] }))).toBe(
      'The tool failed: sold out',
    );
    const refusal = Object.assign(new Error('no entry with Bearer token-of-ours'), { code: -32_001 });
    expect(await failing(() => Promise.reject(refusal))).toBe('The tool failed: no entry with ***');
  });

  it('are waited for no longer once the answer is interrupted', async () => {
    const stop = new AbortController();
    const never: Calls = (_name, _args, until) =>
      new Promise((_resolve, reject) => until.addEventListener('abort', () => reject(until.reason)));
    const [tool] = await openModelTools([server('one')], house(['find'], never).connect).offer(new Set(), signal);
    const calling = tool?.call('{}', stop.signal);
    stop.abort(new Error('interrupted'));
    await expect(calling).rejects.toThrow('interrupted');
    await expect(openModelTools([server('one')], house([]).connect).offer(new Set(), stop.signal)).rejects.toThrow(
      'interrupted',
    );
  });

  it('are let go of with the session', () => {
    const { connect, closed } = house([]);
    openModelTools([server('one'), server('other')], connect).close();
    expect(closed).toEqual(['one', 'other']);
  });
});
