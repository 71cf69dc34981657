import { describe, expect, it } from 'vitest';
import { EngineError, type LanguageModel, type LanguageOutput, type Question } from '../../engines/parts.ts';
import type { ModelTools } from './model-tools.ts';
import { toolUser } from './tool-user.ts';

const question: Question = {
  instructions: '',
  items: [],
  tools: [{ type: 'function', name: 'hang_up' }],
  mcpTools: [],
  toolChoice: 'required',
  maxOutputTokens: 'inf',
  prompt: null,
  reasoning: null,
  parallelToolCalls: null,
  inputFormat: 'audio/pcm',
  sound: () => null,
};

const call = (name: string, args: string, callId = name): LanguageOutput[] => [
  { type: 'call_start', name, callId },
  { type: 'call_arguments', delta: args },
  { type: 'call_end' },
];
const say = (text: string): LanguageOutput => ({ type: 'text', text });

/** A model that gives these answers one after the other, the last again and again, and notes what it was asked. */
function scripted(...answers: readonly LanguageOutput[][]) {
  const asked: Question[] = [];
  const model: LanguageModel = {
    async *answer(given) {
      asked.push(given);
      yield* answers[Math.min(asked.length, answers.length) - 1] ?? [];
    },
  };
  return { asked, model };
}

/** A server with one tool, `weather`, that says where. */
function weather(act: (text: string, signal: AbortSignal) => Promise<string> = async (text) => `sunny in ${text}`) {
  const calls: string[] = [];
  const tools: ModelTools = {
    offer: async () => [
      {
        tool: { type: 'function', name: 'weather' },
        call: (text, signal) => {
          calls.push(text);
          return act(text, signal);
        },
      },
    ],
    close() {},
  };
  return { calls, tools };
}

async function heard(model: LanguageModel, signal = new AbortController().signal): Promise<LanguageOutput[]> {
  const pieces: LanguageOutput[] = [];
  for await (const piece of model.answer(question, signal)) pieces.push(piece);
  return pieces;
}

describe('a model with tools of its own', () => {
  it('calls them by itself and goes on with what they said, and nobody sees the call', async () => {
    const { asked, model } = scripted([say('One moment.'), ...call('weather', '"Paris"')], [say('It is sunny.')]);
    const { calls, tools } = weather();
    expect(await heard(toolUser(model, tools))).toEqual([
      say('One moment.'),
      say(' '),
      say('It is sunny.'),
      { type: 'end' },
    ]);
    expect(calls).toEqual(['"Paris"']);
    expect(asked[0]).toMatchObject({ tools: [{ name: 'hang_up' }, { name: 'weather' }], toolChoice: 'required' });
    expect(asked[1]?.toolChoice).toBe('auto');
    expect(asked[1]?.items.map(({ item }) => item)).toEqual([
      expect.objectContaining({ type: 'message', role: 'assistant' }),
      { type: 'function_call', call_id: 'weather', name: 'weather', arguments: '"Paris"' },
      { type: 'function_call_output', call_id: 'weather', output: 'sunny in "Paris"' },
    ]);
  });

  it('makes calls of one answer at the same time, and passes what was said between them', async () => {
    const { model } = scripted(
      [...call('weather', '1', 'a'), say('and'), ...call('weather', '2', 'b')],
      [say(' done')],
    );
    let arrived = 0;
    let go = (): void => {};
    const all = new Promise<void>((resolve) => {
      go = resolve;
    });
    const { tools } = weather(async () => {
      arrived += 1;
      if (arrived === 2) go();
      await all;
      return 'fine';
    });
    expect(await heard(toolUser(model, tools))).toEqual([say('and'), say(' '), say(' done'), { type: 'end' }]);
  });

  it('ends its answer where it also calls a function of the session', async () => {
    const { asked, model } = scripted([...call('weather', '{}'), ...call('hang_up', '{}'), { type: 'end' }]);
    const { calls, tools } = weather();
    expect(await heard(toolUser(model, tools))).toEqual([...call('hang_up', '{}'), { type: 'end' }]);
    expect(asked).toHaveLength(1);
    expect(calls).toEqual([]);
  });

  it('stops asking after eight rounds, the last without a choice of tools', async () => {
    const { asked, model } = scripted(call('weather', '{}'));
    const { calls, tools } = weather();
    expect(await heard(toolUser(model, tools))).toEqual([{ type: 'end' }]);
    expect(asked).toHaveLength(9);
    expect(asked.map(({ toolChoice }) => toolChoice)).toEqual(['required', ...Array(7).fill('auto'), 'none']);
    expect(calls).toHaveLength(8);
  });

  it('adds up what its answers cost', async () => {
    const usage = { total_tokens: 10, input_tokens: 8, output_tokens: 2 };
    const { model } = scripted([...call('weather', '{}'), { type: 'end', usage }], [say('ok'), { type: 'end', usage }]);
    expect((await heard(toolUser(model, weather().tools))).at(-1)).toEqual({
      type: 'end',
      usage: { total_tokens: 20, input_tokens: 16, output_tokens: 4 },
    });
  });

  it('stays an answer that failed or was cut short', async () => {
    const { model } = scripted([...call('weather', '{}'), { type: 'incomplete', reason: 'max_output_tokens' }]);
    const { calls, tools } = weather();
    expect(await heard(toolUser(model, tools))).toEqual([{ type: 'incomplete', reason: 'max_output_tokens' }]);
    expect(calls).toEqual([]);
  });

  it('stops where the answer is interrupted during a call', async () => {
    const { asked, model } = scripted(call('weather', '{}'));
    const stop = new AbortController();
    const { tools } = weather(async (_, signal) => {
      stop.abort();
      signal.throwIfAborted();
      return '';
    });
    expect(await heard(toolUser(model, tools), stop.signal)).toEqual([]);
    expect(asked).toHaveLength(1);
  });

  it('fails where its tools are not to be had', async () => {
    const { model } = scripted([say('never')]);
    const offer = () => Promise.reject(new EngineError('mcp_server_failed', 'gone'));
    await expect(heard(toolUser(model, { offer, close() {} }))).rejects.toThrow('gone');
  });
});
