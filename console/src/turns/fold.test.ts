import { describe, expect, it } from 'vitest';
import { frameOfEvent } from '../story/frame.ts';
import { foldTurns, noTurns, type Turns } from './fold.ts';
import { latenciesOf, percentile } from './latency.ts';
import { stepsOf } from './steps.ts';
import { endOf } from './turn.ts';

type Told = readonly [
  t: number,
  by: '<' | '>',
  type: string,
  fields?: Readonly<Record<string, unknown>>,
  soundMs?: number,
];

function folded(...told: readonly Told[]): Turns {
  return told.reduce<Turns>(
    (turns, [t, by, type, fields = {}, soundMs = 0]) =>
      foldTurns(turns, frameOfEvent(t, by, { type, ...fields }), soundMs),
    noTurns,
  );
}

const detection = { prefix_padding_ms: 300, silence_duration_ms: 500 };
const session: Told = [0, '<', 'session.created', { session: { audio: { input: { turn_detection: detection } } } }];
const created = (t: number, id: string): Told => [t, '<', 'response.created', { response: { id } }];
const sound = (t: number, response_id: string, ms: number): Told => [
  t,
  '<',
  'response.output_audio.delta',
  { response_id, item_id: `said_${response_id}` },
  ms,
];
const done = (t: number, id: string, more: object = {}): Told => [
  t,
  '<',
  'response.done',
  { response: { id, status: 'completed', usage: { input_tokens: 5, output_tokens: 7 }, ...more } },
];

const spoken: readonly Told[] = [
  session,
  [1100, '<', 'input_audio_buffer.speech_started', { item_id: 'u', audio_start_ms: 700 }],
  [2600, '<', 'input_audio_buffer.speech_stopped', { item_id: 'u', audio_end_ms: 2600 }],
  [2601, '<', 'input_audio_buffer.committed', { item_id: 'u' }],
  created(2610, 'r'),
  [2650, '<', 'conversation.item.input_audio_transcription.delta', { item_id: 'u', delta: 'Good ' }],
  [2700, '<', 'conversation.item.input_audio_transcription.completed', { item_id: 'u', transcript: 'Good morning' }],
  [2800, '<', 'response.output_audio_transcript.delta', { response_id: 'r', delta: 'Good' }],
  sound(2900, 'r', 400),
  sound(2950, 'r', 600),
  done(3000, 'r'),
];

describe('a spoken turn', () => {
  const [turn] = folded(...spoken).list;

  it('knows when the user spoke, and the silence that ended it', () => {
    expect(turn?.speech).toEqual({ fromT: 1000, toT: 2100 });
    expect(turn?.silence).toEqual({ fromT: 2100, toT: 2600 });
    expect(turn?.fromT).toBe(1000);
  });

  it('knows each step to the answer', () => {
    expect(turn).toMatchObject({
      n: 1,
      cause: 'spoken',
      words: 'Good morning',
      committedT: 2601,
      firstWordT: 2650,
      transcriptT: 2700,
      createdT: 2610,
      firstTokenT: 2800,
      firstSoundT: 2900,
      lastSoundT: 2950,
      playedT: 2900,
      soundMs: 1000,
      doneT: 3000,
      status: 'completed',
      inputTokens: 5,
      outputTokens: 7,
    });
  });

  it('is a waterfall with a number on each step', () => {
    const steps = turn === undefined ? [] : stepsOf(turn);
    expect(steps.map(({ name, ms }) => [name, ms])).toEqual([
      ['speech', 1100],
      ['silence', 500],
      ['commit', 1],
      ['transcript', 99],
      ['token', 199],
      ['sound', 299],
      ['heard', 1000],
    ]);
    expect(turn === undefined ? 0 : endOf(turn)).toBe(3900);
  });

  it('was waited for since the last word', () => {
    expect(latenciesOf(turn === undefined ? [] : [turn])).toEqual([{ n: 1, toSound: 800, toToken: 700, silence: 500 }]);
  });
});

describe('an interruption', () => {
  const cutOff: readonly Told[] = [
    ...spoken,
    [3300, '<', 'input_audio_buffer.speech_started', { item_id: 'u2', audio_start_ms: 2900 }],
    [3310, '<', 'conversation.item.truncated', { item_id: 'said_r', audio_end_ms: 390 }],
  ];

  it('belongs to the turn whose answer was being heard', () => {
    const { list } = folded(...cutOff);
    expect(list[0]).toMatchObject({ interruptedT: 3300, heardMs: 390 });
    expect(list[1]).toMatchObject({ n: 2, itemId: 'u2' });
  });

  it('shows what was heard and what nobody heard', () => {
    const [turn] = folded(...cutOff).list;
    const steps = turn === undefined ? [] : stepsOf(turn);
    expect(steps.slice(-3).map(({ name, fromT, ms }) => [name, fromT, ms])).toEqual([
      ['heard', 2900, 390],
      ['unheard', 3290, 610],
      ['interrupted', 3300, 400],
    ]);
  });

  it('is none where the answer had been heard to its end', () => {
    const { list } = folded(...spoken, [9000, '<', 'input_audio_buffer.speech_started', { item_id: 'u2' }]);
    expect(list[0]?.interruptedT).toBeNull();
  });

  it('on a call is told by the server, which plays', () => {
    const { list } = folded(
      ...spoken.slice(0, 5),
      [2700, '<', 'output_audio_buffer.started', { response_id: 'r' }],
      [3400, '<', 'output_audio_buffer.cleared', { response_id: 'r' }],
      done(3410, 'r', { status: 'cancelled', status_details: { reason: 'turn_detected' } }),
    );
    expect(list[0]).toMatchObject({
      playedT: 2700,
      playedToT: 3400,
      interruptedT: 3400,
      status: 'cancelled: turn detected',
    });
  });
});

describe('other turns', () => {
  it('are typed, and begin when the client sends them', () => {
    const { list } = folded(
      [100, '>', 'conversation.item.create', { item: { role: 'user' } }],
      [101, '>', 'response.create'],
      [
        150,
        '<',
        'conversation.item.added',
        { item: { id: 'u', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] } },
      ],
      created(160, 'r'),
      [180, '<', 'response.output_text.delta', { response_id: 'r', delta: 'H' }],
    );
    expect(list).toMatchObject([{ cause: 'typed', fromT: 100, words: 'Hi', askedT: 101, firstTokenT: 180 }]);
    expect(latenciesOf(list)).toEqual([{ n: 1, toSound: null, toToken: 79, silence: null }]);
  });

  it('are asked for, after the output of a tool for instance', () => {
    const { list } = folded(...spoken, [4000, '>', 'response.create'], created(4010, 'r2'));
    expect(list[1]).toMatchObject({ cause: 'asked', fromT: 4000, responseId: 'r2', createdT: 4010 });
  });

  it('are played one behind the other', () => {
    const { list } = folded(...spoken, created(3100, 'r2'), sound(3150, 'r2', 200));
    expect(list[1]).toMatchObject({ playedT: 3900 });
  });

  it('may end by the client’s own commit, without speech events', () => {
    const { list } = folded([500, '<', 'input_audio_buffer.committed', { item_id: 'u' }], created(510, 'r'));
    expect(list).toMatchObject([{ cause: 'spoken', committedT: 500, speech: null, responseId: 'r' }]);
  });

  it('are left alone by events that are broken or about nothing known', () => {
    const before = folded(...spoken);
    const after = ['response.done', 'response.output_audio.delta', 'conversation.item.added', 'x'].reduce(
      (turns, type) => foldTurns(turns, frameOfEvent(1, '<', { type }), 0),
      before,
    );
    expect(after.list).toEqual(before.list);
  });
});

describe('a percentile', () => {
  it('is one of the values', () => {
    expect(percentile([5, 1, 3], 0.5)).toBe(3);
    expect(percentile([5, 1, 3], 0.95)).toBe(5);
    expect(percentile([], 0.5)).toBeNull();
  });
});
