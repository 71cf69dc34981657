import { describe, expect, it } from 'vitest';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import type { ModelSession, PreemptiveTurn, Sound, StreamingUtterance } from '../../engines/contract.ts';
import { EngineError } from '../../engines/parts.ts';
import type { ServerEventMap } from '../../protocol/types.ts';
import { memoryPair } from '../../testing/index.ts';
import { loudVad } from '../../testing/loud-vad.ts';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { defaultLimits } from '../limits.ts';
import { silentLog } from '../log.ts';
import { openSession } from './session.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

interface Opened {
  readonly events: ServerEvent[];
  send(event: object): void;
  /** Appends a ramp of samples of this level, in pieces of so many bytes. */
  append(ms: number, level: number, pieceBytes?: number): void;
  types(): string[];
  hangUp(): void;
}

/** A session on a wire, whose model hears loud samples as speech. */
function open(model: Partial<ModelSession>): Opened {
  const [server, wire] = memoryPair();
  const events: ServerEvent[] = [];
  const ignore = () => {};
  wire.open({ frame: (text) => events.push(JSON.parse(text)), binary: ignore, drained: ignore, closed: ignore });
  const whole: ModelSession = {
    seed: 1,
    transcribesFirst: false,
    vad: loudVad,
    respond: () => [{ type: 'text', text: 'Yes.' }],
    transcribe: () => [],
    close: ignore,
    ...model,
  };
  const common = { clock: virtualClock(), limits: defaultLimits, sendConversationCreated: false, log: silentLog };
  openSession({ wire: server, model: { open: () => whole }, modelName: 'test', ...common });
  const send = (event: object): void => wire.send(JSON.stringify(event));
  return {
    events,
    send,
    append(ms, level, pieceBytes = ms * 48) {
      const samples = Int16Array.from({ length: ms * 24 }, (_, index) => (level === 0 ? 0 : level + (index % 97)));
      const bytes = Buffer.from(samples.buffer);
      for (let from = 0; from < bytes.length; from += pieceBytes) {
        send({ type: 'input_audio_buffer.append', audio: bytes.subarray(from, from + pieceBytes).toString('base64') });
      }
    },
    types: () => events.map(({ type }) => type),
    hangUp: () => wire.close(1000, 'bye'),
  };
}

/** A transcriber that hears speech to its end, and remembers what it heard. */
function listener(): {
  heard: Int16Array[];
  signals: AbortSignal[];
  transcribeStream: NonNullable<ModelSession['transcribeStream']>;
} {
  const heard: Int16Array[] = [];
  const signals: AbortSignal[] = [];
  async function* transcribeStream(speech: StreamingUtterance, signal: AbortSignal): AsyncGenerator<TranscriberOutput> {
    signals.push(signal);
    for await (const { samples } of speech.sound) {
      if (heard.length === 0) yield { type: 'delta', text: 'Hello ' };
      heard.push(samples);
    }
    yield { type: 'delta', text: 'there.' };
  }
  return { heard, signals, transcribeStream };
}

function joined(pieces: readonly Int16Array[]): number[] {
  return pieces.flatMap((piece) => [...piece]);
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function update(input: object): object {
  return { type: 'session.update', session: { type: 'realtime', audio: { input } } };
}

function retrievedSamples(session: Opened): number[] {
  const committed = session.events.findLast((event) => event.type === 'input_audio_buffer.committed');
  const item_id = committed?.type === 'input_audio_buffer.committed' ? committed.item_id : '';
  session.send({ type: 'conversation.item.retrieve', item_id });
  const last = session.events.at(-1);
  const item = last?.type === 'conversation.item.retrieved' ? last.item : null;
  const part = item?.type === 'message' && item.role === 'user' ? item.content[0] : undefined;
  const bytes = Buffer.from(part?.audio ?? '', 'base64');
  return Array.from({ length: bytes.length / 2 }, (_, index) => bytes.readInt16LE(index * 2));
}

describe('a model that transcribes streams', () => {
  it.each([1, 7, 960, 48_000])(
    'hears it sample for sample as its item keeps it, in appends of %i bytes',
    async (bytes) => {
      const { heard, transcribeStream } = listener();
      const session = open({ transcribeStream });
      session.append(100, 0, bytes);
      session.append(200, 5000, bytes);
      session.append(500, 0, bytes);
      await settle();
      const kept = retrievedSamples(session);
      expect(kept.length).toBe(500 * 24);
      expect(joined(heard)).toEqual(kept);
    },
  );

  it('says its words after the commit, and running dry is the end of them', async () => {
    const { transcribeStream } = listener();
    const session = open({ transcribeStream });
    session.send(update({ transcription: { model: 'gpt-4o-transcribe' } }));
    session.append(200, 5000);
    await settle();
    expect(session.types()).not.toContain('conversation.item.input_audio_transcription.delta');
    session.append(300, 0);
    await settle();
    const words = session.events.filter(({ type }) => type.includes('transcription'));
    expect(words).toMatchObject([{ delta: 'Hello ' }, { delta: 'there.' }, { transcript: 'Hello there.' }]);
  });

  it('is told of nothing more once the buffer is cleared', async () => {
    const { heard, signals, transcribeStream } = listener();
    const session = open({ transcribeStream });
    session.append(200, 5000);
    await settle();
    const before = heard.length;
    session.send({ type: 'input_audio_buffer.clear' });
    session.append(20, 0);
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(heard.length).toBe(before);
  });

  it('is stopped when the session ends', async () => {
    const { signals, transcribeStream } = listener();
    const session = open({ transcribeStream });
    session.append(200, 5000);
    session.hangUp();
    await settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it('streams words before the commit where the transcription model does', async () => {
    const { transcribeStream } = listener();
    const session = open({ transcribeStream });
    session.send(update({ turn_detection: null, transcription: { model: 'gpt-realtime-whisper' } }));
    session.append(200, 5000);
    await settle();
    expect(session.types().at(-1)).toBe('conversation.item.input_audio_transcription.delta');
    session.send({ type: 'input_audio_buffer.commit' });
    await settle();
    expect(session.events.at(-1)).toMatchObject({ transcript: 'Hello there.' });
  });

  it('hears G.711 at its own rate', async () => {
    const rates: number[] = [];
    async function* transcribeStream({ sound }: StreamingUtterance): AsyncGenerator<TranscriberOutput> {
      for await (const { sampleRate, samples } of sound) {
        rates.push(sampleRate, samples.length);
        yield { type: 'delta', text: 'so ' };
      }
    }
    const session = open({ transcribeStream });
    session.send(update({ turn_detection: null, format: { type: 'audio/pcmu' } }));
    session.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(80, 0xff).toString('base64') });
    await settle();
    expect(rates).toEqual([8000, 80]);
  });
});

describe('a model that preempts turns', () => {
  it('hears of one with the sound so far, and that it will not come when the user goes on', () => {
    const expected: { turn: PreemptiveTurn; signal: AbortSignal; sound: Sound | null }[] = [];
    const session = open({
      preempt: (turn, signal) => {
        const id = turn.items.at(-1)?.item.id ?? '';
        expected.push({ turn, signal, sound: turn.sound(id) });
      },
    });
    session.append(200, 5000);
    session.append(100, 0);
    expect(expected.map(({ sound }) => sound?.samples.length)).toEqual([300 * 24]);
    expect(expected[0]?.signal.aborted).toBe(false);
    session.append(20, 5000);
    expect(expected[0]?.signal.aborted).toBe(true);
  });

  it('keeps what it thought of where the turn ends as it thought', () => {
    const signals: AbortSignal[] = [];
    const session = open({ preempt: (_, signal) => signals.push(signal) });
    session.append(200, 5000);
    session.append(300, 0);
    expect(session.types()).toContain('response.done');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('harms nothing by a throw', () => {
    const session = open({
      preempt: () => {
        throw new Error('not now');
      },
    });
    session.append(200, 5000);
    session.append(300, 0);
    expect(session.types().at(-1)).toBe('rate_limits.updated');
  });
});

describe('a model with a rule of its own for the end of a turn', () => {
  it.each<[name: string, endOfTurn: NonNullable<ModelSession['endOfTurn']>, endMs: number]>([
    ['is asked under semantic_vad', () => 100, 300],
    [
      'is done without where the rule fails',
      () => {
        throw new Error('not now');
      },
      600,
    ],
    ['waits no longer than the eagerness allows', () => Number.NaN, 2200],
  ])('%s', (_, endOfTurn, endMs) => {
    const session = open({ endOfTurn });
    session.send(update({ turn_detection: { type: 'semantic_vad', eagerness: 'high' } }));
    session.append(200, 5000);
    session.append(3000, 0);
    const stopped = session.events.find(({ type }) => type === 'input_audio_buffer.speech_stopped');
    expect(stopped).toMatchObject({ audio_end_ms: endMs });
  });
});

describe('what an engine throws', () => {
  const reason = new EngineError('endpoint_unreachable', 'The speech endpoint does not answer. Is it running?');

  it('reaches the client as the error of the response, where the engine chose its words', () => {
    const session = open({
      respond: () => {
        throw reason;
      },
    });
    session.send({ type: 'response.create' });
    expect(session.events.at(-2)).toMatchObject({
      response: { status_details: { error: { code: reason.code, message: reason.message } } },
    });
  });

  it('reaches the client as the error of the transcript, where the engine chose its words', () => {
    const session = open({
      transcribe: () => {
        throw reason;
      },
    });
    session.send(update({ turn_detection: null, transcription: { model: 'gpt-4o-transcribe' } }));
    session.append(200, 5000);
    session.send({ type: 'input_audio_buffer.commit' });
    expect(session.events.at(-1)).toMatchObject({ error: { code: reason.code, message: reason.message } });
  });

  it('stays in the log otherwise', () => {
    const session = open({
      respond: () => {
        throw new Error('secret of the house');
      },
    });
    session.send({ type: 'response.create' });
    const failed = session.events.find(({ type }) => type === 'response.done');
    expect(JSON.stringify(failed)).toContain('The model failed to answer.');
    expect(JSON.stringify(session.events)).not.toContain('secret');
  });
});
