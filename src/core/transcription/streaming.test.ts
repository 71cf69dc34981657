import { describe, expect, it } from 'vitest';
import type { RealtimeSession } from '../../protocol/types.ts';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';
import { ticksPerMs } from '../audio-clock.ts';
import { entriesOf } from '../conversation/item-list.ts';
import type { Effect } from '../effect.ts';

type InputSettings = NonNullable<NonNullable<RealtimeSession['audio']>['input']>;

const vad = { type: 'server_vad', silence_duration_ms: 200 } as const;
const transcription = { model: 'gpt-4o-transcribe', language: 'en' };
const streaming = { model: 'gpt-realtime-whisper' };

/** A session whose model follows speech. */
function following(input: InputSettings, transcribesFirst = false): SessionScript {
  const script = sessionScript({ rules: { transcribesStream: true, transcribesFirst } });
  update(script, input);
  return script;
}

function update(script: SessionScript, input: InputSettings): void {
  script.client({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
}

/** The id of the streamed speech. */
function followed(script: SessionScript): string {
  return script.session.streaming?.itemId ?? 'nobody speaks';
}

type Stretch = Extract<Effect, { do: 'hand-over' }>;

/** The stretches that were handed over, in milliseconds. */
function handed(script: SessionScript): [fromMs: number, toMs: number][] {
  const stretches = script.allEffects.filter((effect): effect is Stretch => effect.do === 'hand-over');
  return stretches.map(({ fromTick, toTick }) => [fromTick / ticksPerMs, toTick / ticksPerMs]);
}

function kinds(script: SessionScript): string[] {
  const ofSpeech: ReadonlySet<string> = new Set(['stream-speech', 'end-speech', 'drop-speech', 'transcribe']);
  return script.allEffects.map((effect) => effect.do).filter((kind) => ofSpeech.has(kind));
}

const heard = { type: 'completed', transcript: 'Hello there.' } as const;

describe('speech under server_vad', () => {
  it('is followed from its padding on, with what the session says of transcription', () => {
    const script = following({ turn_detection: vad, transcription });
    script.hear(0, 1000);
    const [started] = script.hear(1, 60);
    const itemId = started?.type === 'input_audio_buffer.speech_started' ? started.item_id : '';
    expect(script.effects).toContainEqual({
      do: 'stream-speech',
      request: { itemId, ...transcription, prompt: null, keywords: null, languages: null, delay: null },
    });
    expect(handed(script)).toEqual([[700, 1060]]);
  });

  it('is handed over window by window, no further than it was judged, and ends with its item', () => {
    const script = following({ turn_detection: vad });
    script.hear(1, 300);
    // More than a turn's silence comes at once; the turn ends in the middle of it.
    script.append(1000);
    const windowTicks = 20 * ticksPerMs;
    for (let endMs = 320; endMs <= 1300; endMs += 20) {
      script.feed({ from: 'vad', endTick: endMs * ticksPerMs, windowTicks, probability: 0 });
    }
    const stretches = handed(script);
    expect(stretches[0]?.[0]).toBe(0);
    expect(stretches.at(-1)?.[1]).toBe(500);
    expect(stretches.slice(1).map(([fromMs]) => fromMs)).toEqual(stretches.slice(0, -1).map(([, toMs]) => toMs));
    const kept = script.allEffects.find((effect) => effect.do === 'keep-input');
    expect(kept).toMatchObject({ fromTick: 0, toTick: 500 * ticksPerMs });
    expect(kinds(script)).toEqual(['stream-speech', 'end-speech']);
  });

  it('is handed over to its last sample where the client commits it', () => {
    const script = following({ turn_detection: vad });
    script.hear(1, 200);
    script.append(130);
    script.client({ type: 'input_audio_buffer.commit' });
    expect(handed(script).at(-1)).toEqual([200, 330]);
    expect(kinds(script)).toEqual(['stream-speech', 'end-speech']);
  });

  it('is put into words as a whole where it is silence that is committed', () => {
    const script = following({ turn_detection: vad });
    script.hear(0, 500);
    script.client({ type: 'input_audio_buffer.commit' });
    expect(kinds(script)).toEqual(['transcribe']);
  });

  it.each<[what: string, discard: (script: SessionScript) => void]>([
    ['the buffer is cleared', (script) => script.client({ type: 'input_audio_buffer.clear' })],
    ['turn detection changes', (script) => update(script, { turn_detection: { ...vad, threshold: 0.9 } })],
    ['the client goes', (script) => script.feed({ from: 'wire', say: 'closed' })],
  ])('is dropped when %s, with all that was said of it', (_, discard) => {
    const script = following({ turn_detection: vad, transcription });
    script.hear(1, 300);
    const itemId = followed(script);
    script.transcriber(itemId, { type: 'delta', text: 'Hello' });
    discard(script);
    expect(kinds(script)).toEqual(['stream-speech', 'drop-speech']);
    expect(script.session.streaming).toBeNull();
    expect(script.transcriber(itemId, heard)).toEqual([]);
  });
});

describe('words of speech that goes on', () => {
  it('wait for the commit, and come after it in their order', () => {
    const script = following({ turn_detection: vad, transcription });
    script.hear(1, 300);
    expect(script.transcriber(followed(script), { type: 'delta', text: 'Hello there.' }, heard)).toEqual([]);
    const ended = script.hear(0, 200);
    expect(typesOf(ended)).toEqual([
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.completed',
      'response.created',
    ]);
    expect(ended[5]).toMatchObject({ transcript: 'Hello there.', usage: { seconds: 0.5 } });
  });

  it('answer at once a model that needs them first', () => {
    const script = following({ turn_detection: vad }, true);
    script.hear(1, 300);
    script.transcriber(followed(script), heard);
    expect(typesOf(script.hear(0, 200)).at(-1)).toBe('response.created');
    const asked = script.effects.find((effect) => effect.do === 'respond');
    expect(asked).toMatchObject({ request: { items: [{ words: 'Hello there.' }] } });
  });

  it('go on after the commit, and end once', () => {
    const script = following({ turn_detection: vad, transcription });
    script.hear(1, 300);
    const itemId = followed(script);
    script.transcriber(itemId, { type: 'delta', text: 'Hello ' });
    script.hear(0, 200);
    const late = script.transcriber(itemId, { type: 'delta', text: 'there.' }, heard, heard);
    expect(late).toMatchObject([{ delta: 'there.' }, { transcript: 'Hello there.' }]);
  });

  it('that fail before the commit are told to have failed after it', () => {
    const script = following({ turn_detection: vad, transcription });
    script.hear(1, 300);
    script.transcriber(followed(script), { type: 'failed', code: 'busy', message: 'Too much to do.' });
    expect(script.hear(0, 200)).toContainEqual(
      expect.objectContaining({
        type: 'conversation.item.input_audio_transcription.failed',
        error: { type: 'transcription_error', code: 'busy', message: 'Too much to do.', param: '' },
      }),
    );
  });

  it('are told as transcription was when the speech began', () => {
    const script = following({ turn_detection: vad, transcription: null });
    script.hear(1, 300);
    const itemId = followed(script);
    update(script, { transcription });
    script.hear(0, 200);
    expect(script.transcriber(itemId, heard)).toEqual([]);
    expect(entriesOf(script.session.conversation.items)[0]?.words).toBe('Hello there.');
  });

  it.each([
    ['What is the weather in Paris?', 400],
    ['I would like to go to the', 4000],
  ])('tell semantic_vad how finished the turn sounds: after "%s" it waits %i ms', (words, silenceMs) => {
    const script = following({ turn_detection: { type: 'semantic_vad' } });
    script.hear(1, 300);
    script.transcriber(followed(script), { type: 'delta', text: words });
    expect(script.hear(0, silenceMs - 20)).toEqual([]);
    expect(typesOf(script.hear(0, 20))).toContain('input_audio_buffer.speech_stopped');
  });
});

describe('speech with turn detection off', () => {
  it('begins with the first append, and its id is told by the commit', () => {
    const script = following({ turn_detection: null, transcription });
    expect(script.append(500)).toEqual([]);
    const itemId = followed(script);
    script.append(250);
    expect(handed(script)).toEqual([
      [0, 500],
      [500, 750],
    ]);
    expect(script.client({ type: 'input_audio_buffer.commit' })[0]).toMatchObject({ item_id: itemId });
    expect(kinds(script)).toEqual(['stream-speech', 'end-speech']);
    script.append(20);
    expect(followed(script)).not.toBe(itemId);
  });

  it('is followed on where a commit is refused as too short', () => {
    const script = following({ turn_detection: null });
    script.append(60);
    const itemId = followed(script);
    expect(typesOf(script.client({ type: 'input_audio_buffer.commit' }))).toEqual(['error']);
    script.append(60);
    expect(script.client({ type: 'input_audio_buffer.commit' })[0]).toMatchObject({ item_id: itemId });
    expect(handed(script)).toEqual([
      [0, 60],
      [60, 120],
    ]);
  });

  it('holds what was buffered when detection was switched off', () => {
    const script = following({ turn_detection: vad });
    script.hear(0, 400);
    update(script, { turn_detection: null });
    script.append(100);
    expect(handed(script)).toEqual([[0, 500]]);
  });

  it('is told of before the commit by a transcription model that streams, and completed after it', () => {
    const script = following({ turn_detection: null, transcription: streaming });
    script.append(500);
    const itemId = followed(script);
    expect(script.transcriber(itemId, { type: 'delta', text: 'Hello ' })).toMatchObject([
      { type: 'conversation.item.input_audio_transcription.delta', item_id: itemId, delta: 'Hello ' },
    ]);
    expect(script.transcriber(itemId, { type: 'delta', text: 'there.' }, heard)).toHaveLength(1);
    const committed = script.client({ type: 'input_audio_buffer.commit' });
    expect(committed[0]).toMatchObject({ item_id: itemId });
    expect(typesOf(committed).slice(1)).toEqual([
      'conversation.item.added',
      'conversation.item.done',
      'conversation.item.input_audio_transcription.completed',
    ]);
  });

  it('keeps its id from items that clients create', () => {
    const script = following({ turn_detection: null });
    script.append(500);
    const item = { type: 'message', role: 'user', id: followed(script), content: [] } as const;
    const [refused] = script.client({ type: 'conversation.item.create', item: { ...item, content: [] } });
    expect(refused).toMatchObject({ error: { code: 'item_create_duplicate_item_id' } });
  });

  it('is nothing before a whole sample has come', () => {
    const script = following({ turn_detection: null });
    script.feed({ from: 'microphone', audio: new Uint8Array(1), eventId: null });
    expect(kinds(script)).toEqual([]);
    script.feed({ from: 'microphone', audio: new Uint8Array(1), eventId: null });
    expect(kinds(script)).toEqual(['stream-speech']);
  });
});

describe('a model that takes whole utterances only', () => {
  it('is asked at the commit', () => {
    const script = sessionScript();
    update(script, { turn_detection: vad, transcription });
    script.hear(1, 300);
    script.hear(0, 200);
    expect(kinds(script)).toEqual(['transcribe']);
    expect(handed(script)).toEqual([]);
  });
});
