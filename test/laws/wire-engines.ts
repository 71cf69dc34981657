import { type AudioFormatName, audioFormats, encodeSamples } from '../../src/audio/node/index.ts';
import type { TranscriberOutput } from '../../src/core/transcription/transcriber-output.ts';
import type {
  Model,
  Paced,
  Pieces,
  PreemptiveTurn,
  Sound,
  Spoken,
  StreamingUtterance,
  Turn,
} from '../../src/engines/contract.ts';
import type { HeardOutput, Program, SaidOutput } from '../../src/testing/program.ts';

/** Engines that play a program's pieces, and remember what they said, heard and let go of. */
export interface WireEngines {
  readonly model: Model;
  /** Whether what is appended next is speech. */
  speaking: boolean;
  /** What the model said aloud in each response, as bytes of its output format. */
  readonly said: ReadonlyMap<string, { readonly format: AudioFormatName; readonly bytes: Buffer }>;
  /** The sound of streamed speech, by item: as it came, and whether its end came. */
  readonly streamed: ReadonlyMap<string, StreamedSound>;
  /** Turns that were preempted, neither given up nor answered. */
  readonly preempted: number;
  /** Sources of pieces, and readers of sound, that were begun and not yet given up. */
  readonly open: number;
  /** How often the session let go of the model. */
  readonly closed: number;
}

export interface StreamedSound {
  readonly pieces: readonly Sound[];
  readonly isOver: boolean;
  /** Its last words waited for the end of its sound; where they do not, or cannot, nobody hears the rest. */
  readonly isPatient: boolean;
}

const pacedMs = 3;
const patienceMs = 20;
const mostSaid = 7;
const mostHeard = 3;

/**
 * Each response says the next few of the program's pieces, each transcript is made of the next few of what is heard;
 * a short pause comes before every other piece. `isAsync`: as async iterables, whose pieces come in later turns.
 */
export function wireEngines(program: Program, isAsync: boolean): WireEngines {
  const toSay = program.steps.flatMap((step) => (step.do === 'say' ? [step.output] : []));
  const toHear = program.steps.flatMap((step) => (step.do === 'hear' ? [step.output] : []));
  const said = new Map<string, { format: AudioFormatName; bytes: Buffer }>();
  const noise = noiseFrom(1);
  let open = 0;
  let closed = 0;

  /** Tells when a source begins and ends, however it ends. */
  function played<T>(pieces: () => Iterable<Paced<T>>): Pieces<T> {
    function* plain(): Generator<Paced<T>> {
      open += 1;
      try {
        yield* pieces();
      } finally {
        open -= 1;
      }
    }
    async function* later(): AsyncGenerator<Paced<T>> {
      yield* plain();
    }
    return isAsync ? later() : plain();
  }

  function* speech(turn: Turn): Generator<Paced<Spoken>> {
    const mine = toSay.splice(0, mostSaid);
    const record = { format: turn.format, bytes: Buffer.alloc(0) };
    said.set(turn.responseId, record);
    for (const [index, output] of mine.entries()) {
      if (index % 2 === 1) yield { type: 'wait', ms: pacedMs };
      const spoken = spokenOf(output, turn.format, noise);
      if (spoken.type === 'sound' && turn.modality === 'audio') {
        record.bytes = Buffer.concat([record.bytes, encodeSamples(spoken.samples, turn.format)]);
      }
      yield spoken;
    }
  }

  function* words(streaming: StreamedSound | null): Generator<Paced<TranscriberOutput>> {
    let heard = '';
    for (const [index, output] of toHear.splice(0, mostHeard).entries()) {
      if (index % 2 === 1) yield { type: 'wait', ms: pacedMs };
      if (output.type === 'delta') heard += output.text;
      const honest = endedWith(output, heard);
      if (honest.type === 'completed' || honest.type === 'failed') yield* patience(streaming);
      yield honest;
      if (honest.type === 'completed' || honest.type === 'failed') return;
    }
    yield* patience(streaming);
    yield { type: 'completed', transcript: heard };
  }

  const streamed = new Map<string, StreamedSound>();

  /** Hears speech beside what is said of it. Every other one is heard to its end. */
  function hear({ itemId, sound }: StreamingUtterance): StreamedSound {
    const heard = { pieces: [] as Sound[], isOver: false, isPatient: isAsync && streamed.size % 2 === 0 };
    streamed.set(itemId, heard);
    const read = async (): Promise<void> => {
      open += 1;
      for await (const piece of sound) heard.pieces.push(piece);
      heard.isOver = true;
      open -= 1;
    };
    void read();
    return heard;
  }

  const preempted = new Map<string, AbortSignal>();
  function answered(turn: Pick<Turn, 'items'>): void {
    preempted.delete(turn.items.at(-1)?.item.id ?? '');
  }

  const early = {
    ...(program.rules.transcribesStream && {
      transcribeStream: (streaming: StreamingUtterance) => {
        const heard = hear(streaming);
        return played(() => words(heard));
      },
    }),
    ...(program.rules.preempts && {
      preempt: (turn: PreemptiveTurn, signal: AbortSignal) => {
        preempted.set(turn.items.at(-1)?.item.id ?? '', signal);
      },
    }),
  };

  let speaking = false;
  return {
    get speaking() {
      return speaking;
    },
    set speaking(now) {
      speaking = now;
    },
    said,
    streamed,
    get preempted() {
      return [...preempted.values()].filter(({ aborted }) => !aborted).length;
    },
    get open() {
      return open;
    },
    get closed() {
      return closed;
    },
    model: {
      open: () => ({
        seed: 1,
        transcribesFirst: program.rules.transcribesFirst,
        vad: (sampleRate: number) => ({
          windowSamples: sampleRate / 50,
          probability: () => (speaking ? 1 : 0),
          reset: () => {},
        }),
        respond: (turn: Turn) => {
          answered(turn);
          return played(() => speech(turn));
        },
        transcribe: () => played(() => words(null)),
        ...early,
        close: () => {
          closed += 1;
        },
      }),
    },
  };
}

function spokenOf(output: SaidOutput, format: AudioFormatName, noise: (bytes: number) => Buffer): Spoken {
  if (output.type !== 'audio') return output;
  const bytes = noise(output.samples * 2);
  const samples = new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  return { type: 'sound', samples, sampleRate: audioFormats[format].sampleRate };
}

/** Waits for the end of speech that is streamed patiently. */
function* patience(streaming: StreamedSound | null): Generator<Paced<TranscriberOutput>> {
  const isWaiting = (): boolean => streaming?.isPatient === true && !streaming.isOver;
  while (isWaiting()) yield { type: 'wait', ms: patienceMs };
}

/** An honest transcript says what its deltas said. */
function endedWith(output: HeardOutput, heard: string): TranscriberOutput {
  return output.type === 'completed' && heard !== '' ? { ...output, transcript: heard } : output;
}

/** Bytes of which no stretch comes twice, so that it can be found again where it was put. */
export function noiseFrom(seed: number): (bytes: number) => Buffer {
  let word = seed;
  return (bytes) => {
    const noise = Buffer.allocUnsafe(bytes);
    for (let index = 0; index < bytes; index++) {
      word = (Math.imul(word, 1_664_525) + 1_013_904_223) >>> 0;
      noise[index] = word >>> 24;
    }
    return noise;
  };
}
