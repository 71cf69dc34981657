import { describe, expect, it } from 'vitest';
import type { Model, ModelSession, Spoken } from '../../engines/contract.ts';
import type { ServerEventMap } from '../../protocol/types.ts';
import { memoryPair } from '../../testing/index.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { defaultLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { openSession } from './session.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** A session with a model that is not as it should be, at the other end of a pair in memory. */
function open(model: Partial<ModelSession>) {
  const clock = virtualClock();
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  wire.open({
    frame: (text) => events.push(JSON.parse(text)),
    binary: () => {},
    drained: () => {},
    closed: () => {},
  });
  const whole: Model = {
    open: () => ({
      seed: 1,
      transcribesFirst: false,
      vad: () => ({ windowSamples: 480, probability: (window) => (window[0] ? 1 : 0), reset: () => {} }),
      respond: () => [{ type: 'end' }],
      transcribe: () => [{ type: 'completed', transcript: '' }],
      close: () => {},
      ...model,
    }),
  };
  openSession({
    wire: server,
    model: whole,
    modelName: 'test',
    clock,
    limits: defaultLimits,
    sendConversationCreated: false,
    log: silentLog,
  });
  return {
    clock,
    events,
    send: (event: object) => wire.send(JSON.stringify(event)),
    of: <T extends ServerEvent['type']>(type: T) => events.filter((event) => event.type === type),
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const create = (modality: 'text' | 'audio') => ({
  type: 'response.create',
  response: { output_modalities: [modality] },
});
const append = (level: number, ms: number) => ({
  type: 'input_audio_buffer.append',
  audio: Buffer.from(new Int16Array(ms * 24).fill(level).buffer).toString('base64'),
});
const transcribed = { type: 'session.update', session: { type: 'realtime', audio: { input: { transcription: {} } } } };

/** Pieces that are there, and nothing after them. */
async function* thenNothing<T>(...pieces: readonly T[]): AsyncGenerator<T, void> {
  yield* pieces;
  await new Promise(() => {});
}

function failedWith(code: string) {
  return { response: { status: 'failed', status_details: { error: { code } } } };
}

describe('a model that falls silent', () => {
  it.each([
    ['before its first piece', []],
    ['in the midst of its answer', [{ type: 'text', text: 'Well' } as const]],
  ])('%s fails its response by name, and is stopped', async (_, pieces) => {
    let asked: AbortSignal | undefined;
    const { clock, send, of } = open({
      respond(_turn, signal) {
        asked = signal;
        return thenNothing<Spoken>(...pieces);
      },
    });
    send(create('text'));
    await settled();
    clock.advance(59_999);
    await settled();
    expect(of('response.done')).toEqual([]);
    clock.advance(1);
    await settled();
    expect(of('response.done')).toMatchObject([failedWith('engine_timeout')]);
    expect(asked?.aborted).toBe(true);
    send(create('text'));
    expect(of('response.created')).toHaveLength(2);
  });

  it('has as long as it says that it needs', async () => {
    const { clock, send, of } = open({ respond: () => thenNothing<Spoken>(), silenceMs: { response: 600_000 } });
    send(create('text'));
    clock.advance(599_999);
    await settled();
    expect(of('response.done')).toEqual([]);
    clock.advance(1);
    await settled();
    expect(of('response.done')).toMatchObject([failedWith('engine_timeout')]);
  });

  it('while it puts speech into words fails the transcript', async () => {
    const { clock, send, of } = open({ transcribe: () => thenNothing() });
    send(transcribed);
    send(append(1, 400));
    send(append(0, 1000));
    await settled();
    clock.advance(60_000);
    await settled();
    expect(of('conversation.item.input_audio_transcription.failed')).toMatchObject([
      { error: { code: 'engine_timeout' } },
    ]);
  });

  it('may be silent while it follows speech, and not once that is over', async () => {
    const { clock, send, of } = open({ transcribeStream: () => thenNothing() });
    send(transcribed);
    send(append(1, 400));
    await settled();
    clock.advance(600_000);
    await settled();
    send(append(0, 1000));
    await settled();
    clock.advance(59_999);
    await settled();
    expect(of('conversation.item.input_audio_transcription.failed')).toEqual([]);
    clock.advance(1);
    await settled();
    expect(of('conversation.item.input_audio_transcription.failed')).toMatchObject([
      { error: { code: 'engine_timeout' } },
    ]);
  });
});

describe('a model that says too much', () => {
  const endless = function* (piece: Spoken): Generator<Spoken> {
    for (;;) yield piece;
  };

  it.each([
    ['text without end', { type: 'text', text: 'x'.repeat(1000) }, 'text'],
    ['calls without end', { type: 'call_start', name: 'look' }, 'text'],
  ] satisfies [string, Spoken, 'text'][])('%s fails its response by name', (_, piece, modality) => {
    const { send, of } = open({ respond: () => endless(piece) });
    send(create(modality));
    expect(of('response.done')).toMatchObject([failedWith('engine_bad_answer')]);
  });

  it('in a transcript fails that', () => {
    const { send, of } = open({ transcribe: () => [{ type: 'completed', transcript: 'x'.repeat(1_000_001) }] });
    send(transcribed);
    send(append(1, 400));
    send(append(0, 1000));
    expect(of('conversation.item.input_audio_transcription.failed')).toMatchObject([
      { error: { code: 'engine_bad_answer' } },
    ]);
  });

  it('of a kind that is no sound fails its response, and the session goes on', () => {
    const { send, of } = open({
      // What a program without types may give.
      respond: () => JSON.parse('[{ "type": "sound", "sampleRate": 24000 }]'),
    });
    send(create('audio'));
    expect(of('response.done')).toMatchObject([failedWith('server_error')]);
    send(create('text'));
    expect(of('response.created')).toHaveLength(2);
  });
});

describe('a long sound in one piece', () => {
  it.each([
    ['five minutes as they are', 300, 24_000, 5],
    ['two minutes and a half of another rate', 150, 16_000, 3],
    ['a minute', 60, 24_000, 1],
  ])('%s goes out in deltas of a minute, whole', (_, seconds, sampleRate, deltas) => {
    const samples = new Int16Array(sampleRate * seconds);
    const pieces: Spoken[] = [{ type: 'sound', samples, sampleRate }, { type: 'end' }];
    const { send, of } = open({ respond: () => pieces });
    send(create('audio'));
    const lengths = of('response.output_audio.delta').map((event) =>
      event.type === 'response.output_audio.delta' ? Buffer.from(event.delta, 'base64').length : 0,
    );
    // What the resampler held back comes at the end.
    expect(lengths.length - (sampleRate === 24_000 ? 0 : 1)).toBe(deltas);
    expect(lengths.reduce((sum, length) => sum + length, 0)).toBe(seconds * 48_000);
    expect(of('response.done')).toMatchObject([{ response: { status: 'completed' } }]);
  });
});
