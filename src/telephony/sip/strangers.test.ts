import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { Agent } from './agent.ts';
import type { AgentCall } from './agent-call.ts';

/** An agent, and what it says to one who sends it datagrams. */
function agentAndStranger() {
  const clock = virtualClock(0);
  const calls: AgentCall[] = [];
  const said: string[] = [];
  const agent = new Agent({
    clock,
    unique: () => 'tag-of-24-characters-abc',
    here: () => '203.0.113.7:5060',
    send: (text) => said.push(text) > 0,
    incoming: (call) => void calls.push(call),
  });
  return {
    agent,
    clock,
    calls,
    /** What is said to a datagram at once. */
    send(text: string): string[] {
      said.length = 0;
      agent.take(text, { transport: 'UDP', address: '192.0.2.66', port: 5060 });
      return [...said];
    },
  };
}

interface Asked {
  readonly number?: number;
  readonly tag?: string;
  readonly lines?: readonly string[];
}

/** A request in as few bytes as it can be said. */
function request(method: string, { number = 1, tag = '', lines = [] }: Asked = {}): string {
  const envelope = ['f:<sip:a@b>;tag=1', `t:<sip:c@d>${tag}`, 'i:1', `CSeq:${number} ${method}`];
  const via = `v:SIP/2.0/UDP a;branch=z9hG4bK${method}${number}`;
  return [`${method} sip:c@d SIP/2.0`, via, ...envelope, ...lines, '', ''].join('\r\n');
}

const statusOf = (text: string | undefined): number => Number(text?.slice('SIP/2.0 '.length).split(' ')[0]);

describe('a stranger', () => {
  it('hears no more by UDP than was said, and so nobody is flooded in whose name others speak', () => {
    const { send } = agentAndStranger();
    const asked = [0, 120, 300].map((length) => request('OPTIONS', { lines: [`s:${'x'.repeat(length)}`] }));
    const senseless = ['A b SIP/2.0', request('FOO'), request('INVITE'), request('OPTIONS').replace('f:', 'f:<')];
    for (const text of [...asked, ...senseless])
      for (const answer of send(text)) expect(answer.length).toBeLessThanOrEqual(text.length);
    const answers = asked.map((text) => send(text).map((answer) => answer.includes('Allow: ')));
    expect(answers).toEqual([[], [false], [true]]);
  });

  it('whose INVITE makes no sense hears so once, and leaves no trace', () => {
    const { agent, clock, send } = agentAndStranger();
    const filler = `s:${'x'.repeat(200)}`;
    const [often] = send(request('INVITE', { lines: ['m:<sip:a@b>', 'x:10', 'k:timer', filler] }));
    const [nowhere] = send(request('INVITE', { lines: ['m:*', filler] }));
    expect([often, nowhere].map(statusOf)).toEqual([422, 400]);
    expect([agent.transactions, agent.calls.length, clock.waiting]).toEqual([0, 0, 0]);
  });
});

describe('more callers than can be', () => {
  it('hear nothing, and those who are there go on', () => {
    const { agent, calls, send } = agentAndStranger();
    const filler = `s:${'x'.repeat(200)}`;
    const invite = (number: number): string[] =>
      send(request('INVITE', { number, lines: ['m:<sip:a@b>', filler] }).replace('i:1', `i:${number}`));
    for (let number = 1; number <= 10_000; number++) invite(number);
    expect([agent.transactions, agent.calls.length]).toEqual([10_000, 10_000]);
    expect(invite(10_001)).toEqual([]);
    expect([agent.transactions, agent.calls.length]).toEqual([10_000, 10_000]);
    calls[0]?.accept('v=0');
    expect(calls[0]?.isRinging).toBe(false);
  });
});

describe('a caller who asks without end', () => {
  it('has a hundred requests remembered, keeps nobody else from being answered, and can hang up', () => {
    const { agent, clock, calls, send } = agentAndStranger();
    const tag = ';tag=tag-of-24-characters-abc';
    const filler = `s:${'x'.repeat(200)}`;
    send(request('INVITE', { lines: ['m:<sip:a@b>', filler] }));
    calls[0]?.accept('v=0');
    send(request('ACK', { tag }));
    const before = agent.transactions;
    const ask = (method: string, number: number): number =>
      statusOf(send(request(method, { number, tag, lines: [filler] }))[0]);
    const statuses = Array.from({ length: 150 }, (_, at) => ask('INFO', at + 2));
    expect(statuses.indexOf(503)).toBe(100);
    expect(agent.transactions - before).toBe(100);
    clock.advance(40_000);
    expect(ask('INFO', 200)).toBe(200);
    expect(ask('BYE', 201)).toBe(200);
    clock.advance(40_000);
    expect([agent.transactions, clock.waiting]).toEqual([0, 0]);
  });
});
