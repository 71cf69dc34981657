import { describe, expect, it } from 'vitest';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { memoryState } from '../../src/state/memory/state.ts';
import { type VirtualClock, virtualClock } from '../../src/testing/index.ts';
import { until } from '../clients/until.ts';
import { serve } from '../e2e/test-server.ts';
import { append, typed, update } from '../promises/memory-client.ts';
import { type Recorder, record, typeOf } from './frames.ts';

const model = scenarioModel(
  readScenario(
    `
seed: 7
voice: tone
hear: [what is the weather in paris, tell me everything]
replies:
  - when: { contains: weather }
    steps: [{ say: Let me check. }, { call: { name: get_weather, arguments: { city: Paris } } }]
  - when: { tool: get_weather }
    steps: [{ say: "It is {output}." }]
  - when: { contains: everything }
    pace: { delta_ms: 20 }
    steps: [{ say: It all began with a word }]
  - steps: [{ say: Hello there. }]
`,
    'scenario.yaml',
  ),
);

const tools = [{ type: 'function', name: 'get_weather', parameters: { type: 'object' } }];

/** Text, speech, a tool, a mistake, an answer that is spoken into. `asked`: what the first update says besides. */
async function converse({ frames, send, saw }: Recorder, asked: object): Promise<void> {
  send(update({ tools, audio: { input: { turn_detection: null, transcription: { model: 'whisper-1' } } }, ...asked }));
  send(typed('Hello'));
  send({ type: 'response.create', response: { output_modalities: ['text'] } });
  await saw('response.done');
  send(append(300));
  send({ type: 'input_audio_buffer.commit' });
  await saw('conversation.item.input_audio_transcription.completed');
  send({ type: 'response.create' });
  await saw('response.done', 2);
  const call_id = heardOf(frames, 'response.function_call_arguments.done', 'call_id');
  send({ type: 'conversation.item.create', item: { type: 'function_call_output', call_id, output: 'sunny' } });
  send({ type: 'response.create' });
  await saw('response.done', 3);
  send(update({ audio: { input: { turn_detection: { type: 'server_vad', silence_duration_ms: 200 } } } }));
  const said = frames.filter((text) => typeOf(text) === 'response.output_audio.delta').length;
  for (const event of [append(400), append(400, 0)]) send(event);
  await saw('response.output_audio.delta', said + 1);
  for (const event of [append(400), append(400, 0)]) send(event);
  await saw('response.done', 5);
  const item_id = heardOf(frames, 'response.output_audio.delta', 'item_id');
  send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 60 });
  await saw('conversation.item.truncated');
  send({ type: 'conversation.item.retrieve', item_id });
  await saw('conversation.item.retrieved');
}

/** A field of the newest event of a type. */
function heardOf(frames: readonly string[], type: string, field: string): unknown {
  return JSON.parse(frames.findLast((text) => typeOf(text) === type) ?? '{}')[field];
}

interface Asking {
  /** Joined to the address. */
  readonly query?: string;
  /** Said in the first update. */
  readonly update?: object;
}

/** What was told is said to be written down, which takes time that passes here alone. */
function writtenDown({ frames }: { readonly frames: readonly string[] }, clock: VirtualClock): Promise<true> {
  return until('it to be written down', () => {
    clock.advance(50);
    return frames.some((text) => typeOf(text) === 'session.resumption.updated');
  });
}

/** The frames of the conversation, but for the id of the session, which is never the same. */
async function heard(isShared: boolean, asking: Asking = {}): Promise<readonly string[]> {
  const clock = virtualClock();
  const state = isShared ? { state: memoryState(virtualClock()) } : {};
  const server = await serve({ clock, models: { scripted: model }, ...state });
  const peer = record(`${server.ws}/v1/realtime?model=scripted${asking.query ?? ''}`);
  try {
    await converse(peer, asking.update ?? {});
    if (asking.query !== undefined || asking.update !== undefined) await writtenDown(peer, clock);
  } finally {
    peer.close();
  }
  return peer.frames.map((text) => text.replaceAll(/sess_[0-9A-Za-z]{21}/g, 'sess_'));
}

/** What is told of resuming, taken out. */
function withoutResuming(frames: readonly string[]): string[] {
  return frames
    .filter((text) => typeOf(text) !== 'session.resumption.updated')
    .map((text) => text.replace(/,"resumption":\{"enabled":true,"handle":"rsm_[\w-]+","expires_in":3600\}/, ''));
}

describe('who does not ask to be able to resume', () => {
  it('is sent the same bytes by a server that shares its state and by one that does not', async () => {
    const frames = await heard(false);
    expect(await heard(true)).toEqual(frames);
    expect(frames.join()).not.toMatch(/resum|rsm_/);
    const types = new Set(frames.map(typeOf));
    for (const type of [
      'response.function_call_arguments.done',
      'response.output_audio.delta',
      'conversation.item.truncated',
    ])
      expect(types).toContain(type);
    const done = frames
      .filter((text) => typeOf(text) === 'response.done')
      .map((text) => JSON.parse(text).response.status);
    expect(done).toEqual(['completed', 'completed', 'completed', 'cancelled', 'completed']);
  });

  it.each<[string, Asking]>([
    ['in its address', { query: '&resumption=1' }],
    ['in an update', { update: { resumption: { enabled: true } } }],
  ])('is sent what one is sent who asks %s, but for what is said of resuming, to the byte', async (_, asking) => {
    const asked = await heard(true, asking);
    expect(withoutResuming(asked)).toEqual(await heard(false));
    expect(asked.map(typeOf)).toContain('session.resumption.updated');
    expect(asked.filter((text) => text.includes('"resumption":{')).length).toBeGreaterThanOrEqual(2);
  });
});
