import { describe, expect, it } from 'vitest';
import type { TurnDetection } from '../../protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';

function listening(
  turnDetection: TurnDetection | null,
  options: Parameters<typeof sessionScript>[0] = {},
): SessionScript {
  const script = sessionScript(options);
  const update = { type: 'realtime', audio: { input: { turn_detection: turnDetection } } } as const;
  script.client({ type: 'session.update', session: update });
  return script;
}

const vad = { type: 'server_vad', silence_duration_ms: 200 } as const;

describe('server_vad', () => {
  it('turns speech into a committed item and a response', () => {
    const script = listening(vad);
    script.hear(0, 1000);
    const started = script.hear(1, 500);
    expect(typesOf(started)).toEqual(['input_audio_buffer.speech_started']);
    const ended = script.hear(0, 400);
    expect(typesOf(ended)).toEqual([
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ]);
    const itemId = started[0]?.type === 'input_audio_buffer.speech_started' ? started[0].item_id : '';
    expect(started[0]).toMatchObject({ audio_start_ms: 700 });
    expect(ended[0]).toMatchObject({ item_id: itemId, audio_end_ms: 1700 });
    expect(ended[1]).toMatchObject({ item_id: itemId, previous_item_id: null });
    expect(ended[2]).toMatchObject({
      previous_item_id: null,
      item: { id: itemId, role: 'user', status: 'completed', content: [{ type: 'input_audio', transcript: null }] },
    });
  });

  it('starts no turn for a click', () => {
    const script = listening(vad);
    script.hear(0, 500);
    expect(script.hear(1, 40)).toEqual([]);
    expect(script.hear(0, 500)).toEqual([]);
  });

  it('hears a pause shorter than the silence duration as part of the turn', () => {
    const script = listening(vad);
    script.hear(1, 300);
    expect(script.hear(0, 180)).toEqual([]);
    script.hear(1, 100);
    expect(typesOf(script.hear(0, 220))).toContain('input_audio_buffer.speech_stopped');
  });

  it('keeps the padding within what is buffered', () => {
    const script = listening(vad);
    script.hear(0, 100);
    expect(script.hear(1, 100)[0]).toMatchObject({ audio_start_ms: 0 });
  });

  it('hands each stretch of audio to one item only', () => {
    const script = listening(vad);
    script.hear(1, 300);
    script.hear(0, 200);
    const first = script.session.buffer.startTick;
    script.hear(1, 100);
    const keeps = script.events.filter(({ type }) => type === 'input_audio_buffer.speech_started');
    expect(keeps[1]).toMatchObject({ audio_start_ms: first / 24 });
  });

  it('answers after the running response where it must not interrupt it', () => {
    const script = listening({ ...vad, interrupt_response: false });
    script.hear(1, 300);
    const created = script.hear(0, 200).find(({ type }) => type === 'response.created');
    const id = created?.type === 'response.created' ? (created.response.id ?? '') : '';
    script.hear(1, 300);
    expect(typesOf(script.hear(0, 200))).not.toContain('response.created');
    expect(typesOf(script.model(id, { type: 'end' }))).toEqual([
      'response.done',
      'rate_limits.updated',
      'response.created',
    ]);
  });

  it('commits without answering where create_response is off', () => {
    const script = listening({ ...vad, create_response: false });
    script.hear(1, 300);
    const ended = typesOf(script.hear(0, 200));
    expect(ended).toContain('input_audio_buffer.committed');
    expect(ended).not.toContain('response.created');
  });

  it('waits for the words of the turn where the model needs them first', () => {
    const script = listening(vad, { rules: { transcribesFirst: true } });
    script.hear(1, 300);
    const ended = script.hear(0, 200);
    expect(typesOf(ended)).not.toContain('response.created');
    const committed = ended.find(({ type }) => type === 'input_audio_buffer.committed');
    const itemId = committed?.type === 'input_audio_buffer.committed' ? committed.item_id : '';
    expect(typesOf(script.transcriber(itemId, { type: 'completed', transcript: 'hi' }))).toEqual(['response.created']);
  });
});

describe('barge-in', () => {
  it('closes the response after speech_started, with everything it had open', () => {
    const script = listening(vad);
    const [created] = script.client({ type: 'response.create' });
    const id = created?.type === 'response.created' ? (created.response.id ?? '') : '';
    script.model(id, { type: 'text', text: 'Well' }, { type: 'audio', audio: new Uint8Array(960) });
    const events = script.hear(1, 100);
    expect(typesOf(events)).toEqual([
      'input_audio_buffer.speech_started',
      'response.output_audio.done',
      'response.output_audio_transcript.done',
      'response.content_part.done',
      'conversation.item.done',
      'response.output_item.done',
      'response.done',
      'rate_limits.updated',
    ]);
    expect(events.at(-2)).toMatchObject({
      response: {
        status: 'cancelled',
        status_details: { type: 'cancelled', reason: 'turn_detected' },
        output: [{ status: 'incomplete', content: [{ type: 'output_audio', transcript: 'Well' }] }],
      },
    });
    expect(script.model(id, { type: 'text', text: 'late' })).toEqual([]);
  });

  it('lets out-of-band responses go on', () => {
    const script = listening(vad);
    script.client({ type: 'response.create', response: { conversation: 'none' } });
    expect(typesOf(script.hear(1, 100))).toEqual(['input_audio_buffer.speech_started']);
  });

  it('does nothing to the response where interrupt_response is off', () => {
    const script = listening({ ...vad, interrupt_response: false });
    script.client({ type: 'response.create' });
    expect(typesOf(script.hear(1, 100))).toEqual(['input_audio_buffer.speech_started']);
  });
});

describe('turn detection that changes', () => {
  it('drops an open turn', () => {
    const script = listening(vad);
    script.hear(1, 200);
    script.client({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: null } } },
    });
    expect(script.hear(0, 1000)).toEqual([]);
  });

  it('keeps an open turn through any other update', () => {
    const script = listening(vad);
    script.hear(1, 200);
    script.client({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    expect(typesOf(script.hear(0, 200))).toContain('input_audio_buffer.speech_stopped');
  });

  it('keeps an open turn through a change of the input format', () => {
    const script = listening(vad);
    script.hear(1, 200);
    const audio = { input: { format: { type: 'audio/pcmu' as const } } };
    script.client({ type: 'session.update', session: { type: 'realtime', audio } });
    script.feed({ from: 'microphone', audio: new Uint8Array(3200), eventId: null });
    const windowTicks = 20 * 24;
    const events = Array.from({ length: 20 }, (_, index) =>
      script.feed({ from: 'vad', endTick: (200 + 20 * (index + 1)) * 24, windowTicks, probability: 0 }),
    ).flat();
    expect(events[0]).toMatchObject({ type: 'input_audio_buffer.speech_stopped', audio_end_ms: 400 });
  });

  it('starts nothing by itself once it is off', () => {
    const script = listening(null);
    expect(script.hear(1, 2000)).toEqual([]);
  });
});

describe('semantic_vad', () => {
  it.each([
    ['high', 400],
    ['auto', 800],
    ['low', 1600],
  ] as const)('with eagerness %s ends a turn after %i ms of silence', (eagerness, silenceMs) => {
    const script = listening({ type: 'semantic_vad', eagerness });
    script.hear(1, 300);
    expect(script.hear(0, silenceMs - 20)).toEqual([]);
    expect(typesOf(script.hear(0, 20))).toContain('input_audio_buffer.speech_stopped');
  });
});

describe('semantic_vad beside a transcriber that streams', () => {
  it.each([
    ['What is the weather in Paris?', 400],
    ['I would like to know', 800],
    ['I would like to go to the', 4000],
  ])('after "%s" waits %i ms', (words, silenceMs) => {
    const script = listening({ type: 'semantic_vad' });
    const [started] = script.hear(1, 300);
    const itemId = started?.type === 'input_audio_buffer.speech_started' ? started.item_id : '';
    script.transcriber(itemId, { type: 'delta', text: words });
    expect(script.hear(0, silenceMs - 20)).toEqual([]);
    expect(typesOf(script.hear(0, 20))).toContain('input_audio_buffer.speech_stopped');
  });
});

describe('the idle timeout', () => {
  const idle = { ...vad, idle_timeout_ms: 6000 };

  function answered(script: SessionScript): void {
    const [created] = script.client({ type: 'response.create' });
    const id = created?.type === 'response.created' ? (created.response.id ?? '') : '';
    script.model(id, { type: 'audio', audio: new Uint8Array(48_000) }, { type: 'end' });
  }

  it('counts from the end of the playback of the last response', () => {
    const script = listening(idle);
    answered(script);
    expect(script.effects).toContainEqual({ do: 'arm', timer: 'idle', afterMs: 7000 });
  });

  it('commits the silence and makes a response', () => {
    const script = listening(idle);
    answered(script);
    script.hear(0, 7000);
    const events = script.feed({ from: 'timer', timer: 'idle' });
    expect(typesOf(events)).toEqual([
      'input_audio_buffer.timeout_triggered',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'response.created',
    ]);
    expect(events[0]).toMatchObject({ audio_start_ms: 1000, audio_end_ms: 7000 });
  });

  it('is called off by speech and by a response', () => {
    const script = listening(idle);
    answered(script);
    script.hear(1, 60);
    expect(script.effects).toContainEqual({ do: 'disarm', timer: 'idle' });
    expect(script.feed({ from: 'timer', timer: 'idle' })).toEqual([]);
  });
});
