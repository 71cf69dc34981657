import type { ContextItem } from '../../src/core/response/model-input.ts';
import type { TranscriberOutput } from '../../src/core/transcription/transcriber-output.ts';
import {
  type LanguageModel,
  type LanguageOutput,
  type PipelineOptions,
  type Question,
  type Sound,
  type Synthesizer,
  type Transcriber,
} from '../../src/engines/index.ts';

/** A thing that happens once, when the test says so. */
export interface Gate {
  readonly opened: Promise<void>;
  open(): void;
}

export function gate(): Gate {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Lets everything happen that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}

export interface StubLanguageModel extends LanguageModel {
  readonly questions: Question[];
  readonly signals: AbortSignal[];
  /** Pieces given so far, over all answers. */
  given: number;
  /** Answers that were told to stop before their end. */
  stopped: number;
}

type Answer = Iterable<LanguageOutput | Promise<unknown>> | AsyncIterable<LanguageOutput | Promise<unknown>>;

/** Answers as told; where an answer holds a promise, it waits for it. */
export function stubLanguageModel(answer: (question: Question, round: number) => Answer): StubLanguageModel {
  const model: StubLanguageModel = {
    questions: [],
    signals: [],
    given: 0,
    stopped: 0,
    async *answer(question, signal) {
      const round = model.questions.push(question) - 1;
      model.signals.push(signal);
      let isWhole = false;
      try {
        for await (const piece of answer(question, round)) {
          if (piece === undefined || piece instanceof Promise || !isPiece(piece)) continue;
          model.given += 1;
          yield piece;
        }
        isWhole = true;
      } finally {
        if (!isWhole) model.stopped += 1;
      }
    },
  };
  return model;
}

function isPiece(piece: unknown): piece is LanguageOutput {
  return typeof piece === 'object' && piece !== null && 'type' in piece;
}

/** Text as a language model streams it, word by word, and then its end. */
export function saying(text: string): LanguageOutput[] {
  return [...words(text), { type: 'end' }];
}

export function words(text: string): LanguageOutput[] {
  return (text.match(/\s*\S+|\s+/gu) ?? []).map((word) => ({ type: 'text', text: word }));
}

export interface StubSynthesizer extends Synthesizer {
  /** What it was asked to say, in order. */
  readonly said: { readonly text: string; readonly voice: string; readonly speed: number }[];
  readonly signals: AbortSignal[];
  stopped: number;
}

export interface StubSpeech {
  /** Pieces of 20 ms for each clause. Default 2. */
  readonly pieces?: number;
  /** Awaited before a piece of a clause; both count from 0. */
  readonly before?: (clause: number, piece: number) => Promise<unknown> | void;
}

/** Says the first clause in samples of 1, the second in samples of 2, and so on. */
export function stubSynthesizer({ pieces = 2, before }: StubSpeech = {}): StubSynthesizer {
  const voice: StubSynthesizer = {
    said: [],
    signals: [],
    stopped: 0,
    async *speak(text, options) {
      const clause = voice.said.push({ text, voice: options.voice, speed: options.speed }) - 1;
      voice.signals.push(options.signal);
      let isWhole = false;
      try {
        for (let piece = 0; piece < pieces; piece++) {
          await before?.(clause, piece);
          yield soundOf(clause + 1);
        }
        isWhole = true;
      } finally {
        if (!isWhole) voice.stopped += 1;
      }
    },
  };
  return voice;
}

function soundOf(level: number): Sound {
  return { samples: new Int16Array(480).fill(level), sampleRate: 24_000 };
}

export const deaf: Transcriber = {
  async *transcribe(): AsyncGenerator<TranscriberOutput> {
    yield { type: 'completed', transcript: 'hello' };
  },
};

/** Engines of a pipeline, where those that the test does not care about do nothing. */
export function engines(given: Partial<PipelineOptions>): PipelineOptions {
  return {
    transcriber: deaf,
    languageModel: stubLanguageModel(() => saying('Yes.')),
    synthesizer: stubSynthesizer(),
    ...given,
  };
}

/** A vad that hears speech wherever samples are loud: windows of 20 ms. */
export const loudness = (sampleRate: number) => ({
  windowSamples: sampleRate / 50,
  probability: (window: Int16Array) => (window.some((sample) => Math.abs(sample) > 1000) ? 1 : 0),
  reset: () => {},
});

export function wordsSaid(items: readonly ContextItem[]): readonly (string | null)[] {
  return items.map(({ item, words: said }) => (item.type === 'message' ? said : item.type));
}
