import { describe, expect, it } from 'vitest';
import { answered, makeTurn, never, typed } from '../../../test/engines/turn.ts';
import type { ContextItem } from '../../core/response/model-input.ts';
import type { McpCall } from '../../protocol/types.ts';
import type { Paced, Spoken, Turn } from '../contract.ts';
import { scenarioModel } from './model.ts';
import { readScenario } from './read.ts';

function mcpCall(rest: Partial<McpCall> = {}): McpCall {
  const made = { id: 'item_1', server_label: 'docs', name: 'search', arguments: '{"q":1}' };
  return { type: 'mcp_call', ...made, approval_request_id: null, output: 'found', error: null, ...rest };
}

const asItem = (item: McpCall): ContextItem => ({ item, words: null });

/** The pieces of a reply, where every call is over with the next of these outcomes. */
function play(yaml: string, given: Partial<Turn>, outcomes: readonly McpCall[] = []): Paced<Spoken>[] {
  const made: McpCall[] = [];
  const turn = makeTurn({ ...given, mcpCalls: () => made });
  const pieces: Paced<Spoken>[] = [];
  const all = scenarioModel(readScenario(yaml, 'test.yaml')).open().respond(turn, never);
  if (!(Symbol.iterator in all)) throw new Error('these pieces have to be waited for');
  for (const piece of all) {
    pieces.push(piece);
    const next = outcomes[made.length];
    if (piece.type === 'call_end' && next !== undefined) made.push(next);
  }
  return pieces;
}

const words = (pieces: readonly Paced<Spoken>[]) =>
  pieces.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('');

const searching = `
replies:
  - when: { contains: look }
    steps: [{ say: "One moment. " }, { call: { name: search, arguments: { q: 1 } } }, { say: "It is {output}." }]
`;

describe('scenarioModel, calling MCP tools', () => {
  it('says the output of a call in the steps after it', () => {
    expect(words(play(searching, { items: [typed('look')] }, [mcpCall()]))).toBe('One moment. It is found.');
  });

  it('says why a call failed', () => {
    const error = { type: 'tool_execution_error', message: 'out of paper' } as const;
    const pieces = play(searching, { items: [typed('look')] }, [mcpCall({ output: null, error })]);
    expect(words(pieces)).toBe('One moment. It is out of paper.');
  });

  it('says the output of the newest of several calls', () => {
    const yaml =
      'replies: [{ steps: [{ call: { name: a } }, { say: "{output} " }, { call: { name: b } }, { say: "{output}" }] }]';
    expect(words(play(yaml, {}, [mcpCall({ output: 'one' }), mcpCall({ output: 'two' })]))).toBe('one two');
  });

  it('goes on after the call where a response was started by its approval', () => {
    const items = [typed('look'), asItem(mcpCall({ approval_request_id: 'item_0' }))];
    const pieces = play(searching, { items });
    expect(words(pieces)).toBe('It is found.');
    expect(pieces.some(({ type }) => type === 'call_start')).toBe(false);
  });

  it('does not start the reply anew by the old words where the newest call is one that it did not ask for', () => {
    const approved = mcpCall({ approval_request_id: 'item_0', arguments: '{"q":2}' });
    expect(words(play(searching, { items: [typed('look'), asItem(approved)] }, [mcpCall()]))).toBe('');
    expect(words(play(searching, { items: [typed('look'), asItem(mcpCall())] }, [mcpCall()]))).toBe('');
  });

  it('goes on after each of several calls of the same kind as they are approved, and then is done', () => {
    const twice = `
replies:
  - when: { contains: look }
    steps: [{ call: { name: search, arguments: { q: 1 } } }, { say: "{output}, " }, { call: { name: search, arguments: { q: 1 } } }, { say: "done" }]
`;
    const approved = asItem(mcpCall({ approval_request_id: 'item_0' }));
    const once = play(twice, { items: [typed('look'), approved] });
    expect(words(once)).toBe('found, done');
    expect(once.filter(({ type }) => type === 'call_start')).toHaveLength(1);
    const after = play(twice, { items: [typed('look'), approved, answered('found, '), approved] });
    expect(words(after)).toBe('done');
    expect(after.some(({ type }) => type === 'call_start')).toBe(false);
  });

  it('answers a call by the name of its tool, like the output of a function', () => {
    const yaml = 'replies: [{ when: { tool: search }, steps: [{ say: "{output}!" }] }, { steps: [{ say: else }] }]';
    expect(words(play(yaml, { items: [typed('hi'), asItem(mcpCall())] }))).toBe('found!');
    expect(words(play(yaml, { items: [typed('hi'), asItem(mcpCall({ name: 'other' }))] }))).toBe('else');
  });
});
