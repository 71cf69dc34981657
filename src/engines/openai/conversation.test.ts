import { describe, expect, it } from 'vitest';
import { answered, called, makeTurn, returned, spoken, typed } from '../../../test/engines/turn.ts';
import type { ContextItem } from '../../core/response/model-input.ts';
import type { McpCall } from '../../protocol/types.ts';
import { conversationOf } from './conversation.ts';
import { toolNames } from './tool-names.ts';

function read(items: readonly ContextItem[], given: Parameters<typeof makeTurn>[0] = {}, hears = false) {
  const question = makeTurn({ items, ...given });
  return conversationOf(question, { names: toolNames(question), hears });
}

const user = (text: string) => ({ kind: 'user', parts: [{ kind: 'text', text }] });
const call = (sentName: string, callId: string, output: string) => ({ callId, sentName, arguments: '{}', output });

function mcpCall(given: Partial<McpCall>): ContextItem {
  return {
    item: { type: 'mcp_call', id: 'mcp_1', server_label: 'shop', name: 'find', arguments: '{"q":1}', ...given },
    words: null,
  };
}

describe('conversationOf', () => {
  it('gives words of the assistant as they were heard, and nothing of what nobody heard', () => {
    const cut = { ...answered('Good morning to you'), words: 'Good morning' };
    expect(read([cut, { ...answered('unheard'), words: null }, answered(' ')])).toEqual([
      { kind: 'assistant', text: 'Good morning' },
    ]);
  });

  it('says that speech was there where nobody could make words of it', () => {
    expect(read([spoken(null), spoken(' ')])).toEqual([user('[inaudible]'), user('[inaudible]')]);
  });

  it('puts an output right after its call, though something was said between', () => {
    expect(read([called('f', 'c1'), typed('and?'), returned('done', 'c1')])).toEqual([
      { kind: 'calls', calls: [call('f', 'c1', 'done')] },
      user('and?'),
    ]);
  });

  it('keeps calls apart that were made one after the other', () => {
    expect(read([called('f', 'c1'), returned('1', 'c1'), called('g', 'c2'), returned('2', 'c2')])).toEqual([
      { kind: 'calls', calls: [call('f', 'c1', '1')] },
      { kind: 'calls', calls: [call('g', 'c2', '2')] },
    ]);
  });

  it('tells outputs apart that have the same id', () => {
    expect(read([called('f', 'c'), returned('1', 'c'), called('f', 'c'), returned('2', 'c')])).toMatchObject([
      { calls: [{ output: '1' }] },
      { calls: [{ output: '2' }] },
    ]);
  });

  it('gives a call an output that has none, and an output without a call a place', () => {
    expect(read([returned('late', 'gone'), called('f', 'c1')])).toEqual([
      user('Output of an earlier tool call: late'),
      { kind: 'calls', calls: [call('f', 'c1', 'The call gave no output.')] },
    ]);
  });

  it('tells of calls of MCP tools and what came of them', () => {
    const failed = mcpCall({ id: 'mcp_2', error: { type: 'tool_execution_error', message: 'No stock.' } });
    expect(read([mcpCall({ output: 'two' }), failed])).toMatchObject([
      { calls: [{ callId: 'mcp_1', sentName: 'find', arguments: '{"q":1}', output: 'two' }] },
      { calls: [{ callId: 'mcp_2', output: 'The call failed: No stock.' }] },
    ]);
  });

  it.each(['', '{"half":', '[1]', '3'])('makes an empty object of the arguments %j', (text) => {
    const item = { type: 'function_call', name: 'f', call_id: 'c', arguments: text } as const;
    expect(read([{ item, words: null }])).toMatchObject([{ calls: [{ arguments: '{}' }] }]);
  });

  it('keeps text and images in their order, and puts words of speech first', () => {
    const image = { type: 'input_image', image_url: 'data:a' } as const;
    const text = { type: 'input_text', text: 'this?' } as const;
    const seen = { kind: 'image', url: 'data:a', detail: null };
    const message = (
      content: (typeof image | typeof text | { type: 'input_audio' })[],
      words: string,
    ): ContextItem => ({
      item: { type: 'message', role: 'user', content },
      words,
    });
    expect(read([message([image, text], 'this?')])).toEqual([
      { kind: 'user', parts: [seen, { kind: 'text', text: 'this?' }] },
    ]);
    expect(read([message([image, { type: 'input_audio' }], 'what is it')])).toEqual([
      { kind: 'user', parts: [{ kind: 'text', text: 'what is it' }, seen] },
    ]);
  });

  it('gives sound to a model that hears: what stands in the item, else what was kept', () => {
    const kept = { samples: Int16Array.of(1, 2), sampleRate: 8000 };
    expect(read([spoken('hi', 'item_1')], { sounds: { item_1: kept } }, true)).toEqual([
      { kind: 'user', parts: [{ kind: 'sound', sound: kept }] },
    ]);
    const content = [{ type: 'input_audio', audio: Buffer.from([1, 0, 2, 0]).toString('base64') } as const];
    const given: ContextItem = { item: { type: 'message', role: 'user', content: [...content] }, words: null };
    const parts = [{ kind: 'sound', sound: { samples: Int16Array.of(1, 2), sampleRate: 24_000 } }];
    expect(read([given], {}, true)).toEqual([{ kind: 'user', parts }]);
    expect(read([spoken('hi', 'gone')], {}, true)).toEqual([user('hi')]);
  });
});
