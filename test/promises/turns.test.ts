import { describe, expect, it } from 'vitest';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { TurnDetection } from '../../src/protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../src/testing/session-script.ts';
import { append, meet, typed, update } from './memory-client.ts';

const vad = { type: 'server_vad', silence_duration_ms: 200 } as const;

function listening(detection: TurnDetection | null, script: SessionScript = sessionScript()): SessionScript {
  const session = { type: 'realtime', audio: { input: { turn_detection: detection } } } as const;
  script.client({ type: 'session.update', session });
  return script;
}

function respond(script: SessionScript): string {
  const [created] = script.client({ type: 'response.create' });
  return created?.type === 'response.created' ? (created.response.id ?? '') : '';
}

const says = (text: string) => `replies: [{ steps: [{ say: ${JSON.stringify(text)} }] }]`;
const off = update({ audio: { input: { turn_detection: null } } });

describe('an append', () => {
  const mebibytes15 = 15 * 1024 * 1024;
  const bytes = (count: number) => ({
    type: 'input_audio_buffer.append',
    audio: Buffer.alloc(count).toString('base64'),
  });

  it('may bring 15 MiB of audio', () => {
    const client = meet('{}');
    client.send(off);
    expect(client.send(bytes(mebibytes15))).toEqual([]);
    expect(typesOf(client.send({ type: 'input_audio_buffer.commit' }))).toContain('input_audio_buffer.committed');
  });

  it('of more is refused, with both sizes, and the session goes on', () => {
    const client = meet('{}');
    client.send(off);
    const [error] = client.send(bytes(mebibytes15 + 1));
    expect(error).toMatchObject({ error: { code: 'string_above_max_length', param: 'audio' } });
    expect(JSON.stringify(error)).toMatch(/15728640.*15728641/);
    expect(client.send({ type: 'input_audio_buffer.clear' })).toMatchObject([{ type: 'input_audio_buffer.cleared' }]);
  });
});

describe('a commit', () => {
  it('may take silence in which turn detection heard nobody', () => {
    const script = listening(vad);
    script.hear(0, 500);
    expect(typesOf(script.client({ type: 'input_audio_buffer.commit' }))).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ]);
  });
});

describe('turn detection', () => {
  it('with a higher threshold needs louder speech', () => {
    expect(typesOf(listening({ ...vad, threshold: 0.5 }).hear(0.7, 200))).toEqual([
      'input_audio_buffer.speech_started',
    ]);
    expect(listening({ ...vad, threshold: 0.9 }).hear(0.7, 200)).toEqual([]);
  });

  it('keeps as much audio before speech as prefix_padding_ms says', () => {
    const script = listening({ ...vad, prefix_padding_ms: 120 });
    script.hear(0, 1000);
    expect(script.hear(1, 200)).toMatchObject([{ audio_start_ms: 880 }]);
  });

  it.each([
    ['low', 8000],
    ['medium', 4000],
    ['high', 2000],
    ['auto', 4000],
  ] as const)('by meaning, eagerness %s, waits at most %i ms', (eagerness, longestMs) => {
    const script = listening({ type: 'semantic_vad', eagerness });
    const [started] = script.hear(1, 300);
    const itemId = started?.type === 'input_audio_buffer.speech_started' ? started.item_id : '';
    script.transcriber(itemId, { type: 'delta', text: 'I would like to go to the' });
    expect(script.hear(0, longestMs - 20)).toEqual([]);
    expect(typesOf(script.hear(0, 20))).toContain('input_audio_buffer.speech_stopped');
  });

  it('tells places in all the audio since the session began, whatever was committed or cleared', () => {
    const script = listening({ ...vad, create_response: false });
    script.hear(1, 400);
    script.hear(0, 600);
    script.client({ type: 'input_audio_buffer.clear' });
    script.hear(0, 1000);
    const started = script.hear(1, 200);
    const stopped = script.hear(0, 200);
    expect(started).toMatchObject([{ type: 'input_audio_buffer.speech_started', audio_start_ms: 1700 }]);
    expect(stopped[0]).toMatchObject({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 2400 });
  });

  it.each([
    [true, true, 'cancelled', true],
    [true, false, undefined, false],
    [false, true, 'cancelled', false],
    [false, false, undefined, false],
  ])('with create_response %s and interrupt_response %s', (creates, interrupts, ended, answers) => {
    const script = listening({ ...vad, create_response: creates, interrupt_response: interrupts });
    const running = respond(script);
    const done = script.hear(1, 300).find((event) => event.type === 'response.done');
    expect(done?.type === 'response.done' ? done.response.status : undefined).toBe(ended);
    expect(typesOf(script.hear(0, 200)).includes('response.created')).toBe(answers);
    const later = typesOf(script.model(running, { type: 'end' }));
    expect(later.includes('response.created')).toBe(creates && !interrupts);
    expect(entriesOf(script.session.conversation.items)).toHaveLength(1);
  });
});

describe('push-to-talk', () => {
  it('is clear, append, commit and response.create, and the server does nothing of itself', () => {
    const client = meet(`hear: ["hello"]\n${says('Yes?')}`);
    client.send(off);
    expect(typesOf(client.send({ type: 'input_audio_buffer.clear' }))).toEqual(['input_audio_buffer.cleared']);
    expect(client.send(append(800))).toEqual([]);
    expect(client.send(append(800, 0))).toEqual([]);
    expect(typesOf(client.send({ type: 'input_audio_buffer.commit' }))).toEqual([
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
    ]);
    expect(typesOf(client.send({ type: 'response.create' })).slice(-2)).toEqual([
      'response.done',
      'rate_limits.updated',
    ]);
  });

  it('is interrupted by response.cancel and conversation.item.truncate', () => {
    const client = meet(`pace: { delta_ms: 50 }\n${says('One two three')}`);
    client.send(off);
    client.send(typed('Count.'));
    client.send({ type: 'response.create' });
    client.clock.advance(60);
    const cancelled = client.send({ type: 'response.cancel' });
    expect(cancelled.find(({ type }) => type === 'response.done')).toMatchObject({ response: { status: 'cancelled' } });
    const item_id = client.of('response.output_item.done')[0]?.item.id;
    const heard = client.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 200 });
    expect(heard).toMatchObject([{ type: 'conversation.item.truncated', item_id, audio_end_ms: 200 }]);
  });
});

describe('the idle timeout', () => {
  it('starts anew with every response', () => {
    const script = listening({ ...vad, idle_timeout_ms: 6000 });
    script.model(respond(script), { type: 'end' });
    expect(script.effects).toContainEqual({ do: 'arm', timer: 'idle', afterMs: 6000 });
    const second = respond(script);
    expect(script.effects).toContainEqual({ do: 'disarm', timer: 'idle' });
    expect(script.feed({ from: 'timer', timer: 'idle' })).toEqual([]);
    script.model(second, { type: 'end' });
    expect(script.effects).toContainEqual({ do: 'arm', timer: 'idle', afterMs: 6000 });
  });
});

describe('barge-in', () => {
  it('puts what the user says after the answer that it cut off', () => {
    const script = listening(vad);
    const id = respond(script);
    script.model(id, { type: 'text', text: 'Well' }, { type: 'audio', audio: new Uint8Array(960) });
    script.hear(1, 300);
    script.hear(0, 200);
    const roles = entriesOf(script.session.conversation.items).map(({ item }) =>
      item.type === 'message' ? item.role : '',
    );
    expect(roles).toEqual(['assistant', 'user']);
    const committed = script.events.find(({ type }) => type === 'input_audio_buffer.committed');
    expect(committed).toMatchObject({ previous_item_id: entriesOf(script.session.conversation.items)[0]?.item.id });
  });

  it('sends no more sound after speech_started', () => {
    const client = meet(`pace: { delta_ms: 50 }\n${says('One two three four five six seven')}`);
    client.send(typed('Count.'));
    client.send({ type: 'response.create' });
    client.clock.advance(120);
    expect(client.of('response.output_audio.delta').length).toBeGreaterThan(0);
    const events = client.send(append(300));
    client.clock.advance(10_000);
    expect(typesOf(events)[0]).toBe('input_audio_buffer.speech_started');
    const started = client.events.findIndex(({ type }) => type === 'input_audio_buffer.speech_started');
    expect(typesOf(client.events.slice(started))).not.toContain('response.output_audio.delta');
  });

  it('has nothing to cut off where no response runs', () => {
    const script = listening(vad);
    script.model(respond(script), { type: 'audio', audio: new Uint8Array(48_000) }, { type: 'end' });
    expect(typesOf(script.hear(1, 100))).toEqual(['input_audio_buffer.speech_started']);
  });
});
