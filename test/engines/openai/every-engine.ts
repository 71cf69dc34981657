import {
  type EndpointOptions,
  EngineError,
  openaiLanguageModel,
  openaiSynthesizer,
  openaiTranscriber,
} from '../../../src/engines/index.ts';
import { makeUtterance, never } from '../turn.ts';
import { type AnsweringServer, answeringServer, type Fault } from './answering-server.ts';
import { chatServer } from './chat-server.ts';
import { type HeldTiming, heldTiming } from './held-timing.ts';
import { makeQuestion } from './question.ts';
import { speechServer } from './speech-server.ts';
import { transcriptionServer } from './transcription-server.ts';

/** Sent with every request. */
export const apiKey = 'sk-a-very-secret-key';

/** An engine over HTTP, and a server for it. */
export interface Engine {
  readonly role: string;
  /** The right answer comes in this many pieces, more or less. */
  serve(): Promise<AnsweringServer>;
  ask(options: EndpointOptions, signal?: AbortSignal): AsyncIterable<unknown>;
}

const sound = { samples: new Int16Array(24_000), sampleRate: 24_000 };

export const engines: readonly [languageModel: Engine, ...rest: Engine[]] = [
  {
    role: 'language model',
    serve: () => chatServer(() => ({ text: ['One. ', 'Two. ', 'Three.'] })),
    ask: (options, signal = never) => openaiLanguageModel(options).answer(makeQuestion(), signal),
  },
  {
    role: 'language model',
    serve: () => chatServer(() => ({ text: ['One. ', 'Two. ', 'Three.'] })),
    ask: (options, signal = never) =>
      openaiLanguageModel({ ...options, api: 'responses' }).answer(makeQuestion(), signal),
  },
  {
    role: 'synthesizer',
    serve: () => speechServer(),
    ask: (options, signal = never) =>
      openaiSynthesizer(options).speak('Good morning', { voice: 'v', speed: 1, signal }),
  },
  {
    role: 'transcriber',
    serve: () => transcriptionServer({ grammar: ['what time is it'] }),
    ask: (options, signal = never) => openaiTranscriber(options).transcribe({ ...makeUtterance(), sound }, signal),
  },
  {
    role: 'transcriber',
    serve: () =>
      answeringServer(() => ({
        contentType: 'text/event-stream',
        pieces: ['One ', 'two ', 'three'].map(
          (delta) => `data: {"type":"transcript.text.delta","delta":"${delta}"}\n\n`,
        ),
      })),
    ask: (options, signal = never) =>
      openaiTranscriber({ ...options, stream: true }).transcribe({ ...makeUtterance(), sound }, signal),
  },
];

/** How long the end of an answer that is complete is waited for. */
const restMs = 200;

/** The pauses between tries pass at once. */
export const soon = (random?: number): HeldTiming => heldTiming((ms) => ms < 11_000 && ms !== restMs, random);

/** Asks an engine whose server has these faults, and tells what came of it. */
export async function failing(
  engine: Engine,
  faults: readonly Fault[],
  open: (starting: Promise<AnsweringServer>) => Promise<AnsweringServer>,
  options: Partial<EndpointOptions> = {},
) {
  const server = await open(engine.serve());
  server.faults.push(...faults);
  const pieces: unknown[] = [];
  const timing = soon();
  let error: unknown = null;
  try {
    const all = { baseUrl: server.url, model: 'm', apiKey, timing, ...options };
    for await (const piece of engine.ask(all)) pieces.push(piece);
  } catch (cause) {
    error = cause;
  }
  if (error !== null && !(error instanceof EngineError)) throw new Error('no EngineError', { cause: error });
  return { error, pieces, server, timing, host: new URL(server.url).host };
}

export const status = (code: number, given: Partial<Extract<Fault, { kind: 'status' }>> = {}): Fault => ({
  kind: 'status',
  status: code,
  ...given,
});
