import { describe, expect, it } from 'vitest';
import {
  echoModel,
  energyVad,
  espeakVoice,
  type LanguageModel,
  type LanguageOutput,
  type Model,
  pipelineModel,
  readScenario,
  type Sound,
  type Synthesizer,
  scenarioModel,
  type Transcriber,
  type Vad,
} from '../../src/engines/index.ts';
import { sileroVad } from '../../src/engines/silero/vad.ts';
import {
  type ContractTest,
  languageModelContract,
  modelContract,
  synthesizerContract,
  transcriberContract,
  vadContract,
} from '../../src/testing/index.ts';
import { deaf, engines, saying, stubLanguageModel, stubSynthesizer } from './pipeline-engines.ts';

const script = `
hear: ["hello"]
replies:
  - steps: [{ say: "You said: {input}" }, { call: { name: f, arguments: { a: 1 } } }]
`;
const scenario = readScenario(script, 'contract.yaml');

const following: Transcriber = {
  ...deaf,
  async *transcribeStream({ sound }, signal) {
    for await (const piece of sound) {
      if (signal.aborted) return;
      if (piece.samples.length > 0) yield { type: 'delta', text: 'x' };
    }
    yield { type: 'completed', transcript: 'x' };
  },
};

const stub = {
  languageModel: stubLanguageModel(() =>
    saying('Hello, this is an answer. It has two sentences, the second one longer.'),
  ),
  synthesizer: stubSynthesizer(),
  transcriber: deaf,
};

describe.each<[string, readonly ContractTest[]]>([
  ['the energy vad', vadContract(energyVad)],
  ['Silero', vadContract(sileroVad)],
  ['espeak-ng', synthesizerContract(espeakVoice())],
  ['a synthesizer of these tests', synthesizerContract(paced())],
  ['a transcriber of these tests', transcriberContract(deaf)],
  ['a transcriber that follows speech', transcriberContract(following)],
  ['a language model of these tests', languageModelContract(heeding(stub.languageModel))],
  ['echo with espeak-ng', modelContract(echoModel())],
  ['echo with tones', modelContract(echoModel({ voice: null }))],
  ['a scenario with tones', modelContract(scenarioModel(scenario))],
  ['a scenario with espeak-ng', modelContract(scenarioModel({ ...scenario, voice: 'espeak' }))],
  ['a pipeline', modelContract(pipelineModel(engines(stub)))],
  ['a pipeline with espeak-ng', modelContract(pipelineModel(engines({ ...stub, synthesizer: espeakVoice() })))],
])('%s', (_, tests) => {
  for (const { name, run } of tests) it(name, run);
});

/** The same model, which stops when it is told to. */
function heeding(model: LanguageModel): LanguageModel {
  return {
    async *answer(question, signal) {
      for await (const piece of model.answer(question, signal)) {
        if (signal.aborted) return;
        yield piece;
      }
    },
  };
}

/** Speech as long as its text, which nothing can be said of. */
function paced(): Synthesizer {
  return {
    async *speak(text, { signal, speed }) {
      if (!/[\p{L}\p{N}]/u.test(text)) return;
      for (let piece = 0; piece < text.length / speed; piece++) {
        if (signal.aborted) return;
        yield { samples: new Int16Array(160), sampleRate: 8000 };
      }
    },
  };
}

/** The names of the promises that are not kept. */
async function brokenBy(tests: readonly ContractTest[]): Promise<readonly string[]> {
  const results = await Promise.allSettled(tests.map(({ run }) => run()));
  return tests.flatMap(({ name }, index) => (results[index]?.status === 'rejected' ? [name] : []));
}

const soon = { patienceMs: 200, stopWithinMs: 50 };

describe('the contract of a vad', () => {
  const vadOf = (probability: (window: Int16Array, heard: number) => number, reset = true): Vad => {
    return (sampleRate) => {
      let heard = 0;
      return {
        windowSamples: sampleRate / 50,
        probability: (window) => probability(window, heard++),
        reset() {
          if (reset) heard = 0;
        },
      };
    };
  };

  it.each<[string, Vad, string]>([
    [
      'answers out of range',
      vadOf((_, heard) => (heard === 9 ? 1.1 : 0)),
      'answers with a probability, whatever it hears,',
    ],
    [
      'answers with no number',
      vadOf((_, heard) => (heard === 9 ? Number.NaN : 0)),
      'answers with a probability, whatever it hears,',
    ],
    ['forgets nothing', vadOf((_, heard) => 1 / (heard + 3), false), 'hears the same after a reset as at first'],
    ['takes silence for speech', vadOf(() => 0.9), 'does not take silence for speech'],
    [
      'writes into its windows',
      vadOf((window) => (window.fill(1).length > 0 ? 0 : 1)),
      'keeps no hold of a window, and leaves it as it was,',
    ],
    [
      'takes a second at a time',
      (rate) => ({ ...vadOf(() => 0)(rate), windowSamples: rate }),
      'takes windows of a whole number of samples, 100 ms at most,',
    ],
  ])('notices one that %s', async (_, vad, promise) => {
    expect(await brokenBy(vadContract(vad))).toContain(`${promise} at 8000 Hz`);
  });

  it('notices one that shares its memory among sessions', async () => {
    let heard = 0;
    const vad: Vad = (rate) => ({ ...vadOf(() => 0)(rate), probability: () => 1 / (2 + heard++) });
    expect(await brokenBy(vadContract(vad))).toContain('hears each session for itself at 8000 Hz');
  });
});

describe('the contract of a synthesizer', () => {
  const sound = (ms: number, sampleRate = 8000): Sound => ({
    samples: new Int16Array((sampleRate * ms) / 1000),
    sampleRate,
  });

  it.each<[string, Synthesizer['speak'], string]>([
    [
      'gives long pieces',
      async function* speak() {
        yield sound(101);
      },
      'speaks a sentence in pieces of at most 100 ms at one rate',
    ],
    [
      'changes its rate',
      async function* speak() {
        yield* [sound(20), sound(20, 16_000)];
      },
      'speaks a sentence in pieces of at most 100 ms at one rate',
    ],
    ['says nothing', async function* speak() {}, 'speaks a sentence in pieces of at most 100 ms at one rate'],
    [
      'hums on blanks',
      async function* speak() {
        yield sound(20);
      },
      'has no sound for text without anything to pronounce',
    ],
    [
      'knows one pace',
      async function* speak() {
        yield sound(20);
      },
      'speaks faster and slower',
    ],
    [
      'goes on after an abort',
      async function* speak() {
        for (let i = 0; i < 9; i++) yield sound(20);
      },
      'ends early after an abort, without a throw',
    ],
    [
      'throws after an abort',
      async function* speak(_, { signal }) {
        yield sound(20);
        signal.throwIfAborted();
      },
      'ends early after an abort, without a throw',
    ],
    [
      'hangs after an abort',
      async function* speak() {
        yield sound(20);
        await new Promise(() => {});
      },
      'ends early after an abort, without a throw',
    ],
  ])('notices one that %s', async (_, speak, promise) => {
    expect(await brokenBy(synthesizerContract({ speak }, soon))).toContain(promise);
  });
});

describe('the contract of a language model', () => {
  const model = (...outputs: readonly LanguageOutput[]): LanguageModel => ({
    async *answer() {
      yield* outputs;
    },
  });
  const end: LanguageOutput = { type: 'end' };
  const start: LanguageOutput = { type: 'call_start', name: 'f' };

  it.each<[string, LanguageModel, string]>([
    ['ends twice', model(end, end), 'ends an answer once, and last'],
    ['goes on after its end', model(end, { type: 'text', text: 'x' }), 'ends an answer once, and last'],
    [
      'breaks a call',
      model(start, { type: 'text', text: 'x' }, { type: 'call_end' }, end),
      'ends an answer once, and last',
    ],
    ['leaves a call open', model(start, end), 'ends an answer once, and last'],
    [
      'calls with half a JSON',
      model(start, { type: 'call_arguments', delta: '{' }, { type: 'call_end' }, end),
      'ends an answer once, and last',
    ],
    ['fails without a word', model({ type: 'failed', code: 'x', message: '' }), 'ends an answer once, and last'],
    [
      'never ends',
      {
        async *answer() {
          yield await new Promise<never>(() => {});
        },
      },
      'ends an answer once, and last',
    ],
    [
      'throws on an empty conversation',
      {
        async *answer({ items }) {
          if (items.length === 0) throw new Error('empty');
          yield end;
        },
      },
      'answers an empty conversation without instructions',
    ],
    [
      'goes on after an abort',
      model(...Array.from({ length: 9 }, (): LanguageOutput => ({ type: 'text', text: 'x' }))),
      'stops at once when it is aborted',
    ],
  ])('notices one that %s', async (_, languageModel, promise) => {
    expect(await brokenBy(languageModelContract(languageModel, soon))).toContain(promise);
  });

  it('lets a call without arguments be', async () => {
    const languageModel = heeding(model(start, { type: 'call_end' }, end));
    expect(await brokenBy(languageModelContract(languageModel, soon))).toEqual([]);
  });
});

describe('the contract of a transcriber', () => {
  const completed = { type: 'completed' as const, transcript: '' };
  const hanging: Partial<Transcriber> = {
    async *transcribeStream({ sound }) {
      for await (const piece of sound) if (piece.samples.length === 0) yield completed;
      yield await new Promise<never>(() => {});
    },
  };

  it.each<[string, Partial<Transcriber>, string]>([
    [
      'ends twice',
      {
        async *transcribe() {
          yield* [completed, completed];
        },
      },
      'ends an utterance once, and last',
    ],
    [
      'cannot do without sound',
      {
        async *transcribe({ sound }) {
          if (sound === null) throw new Error('no sound');
          yield completed;
        },
      },
      'takes no sound',
    ],
    [
      'fails without a word',
      {
        async *transcribe() {
          yield { type: 'failed', code: '', message: '' };
        },
      },
      'ends an utterance once, and last',
    ],
    [
      'counts time backwards',
      {
        async *transcribe() {
          yield { type: 'segment', text: '', speaker: 'A', start: 2, end: 1 };
        },
      },
      'ends an utterance once, and last',
    ],
    ['follows for ever', hanging, 'follows speech to its end'],
    ['hears of no abort', hanging, 'stops following while it waits for more speech'],
  ])('notices one that %s', async (_, part, promise) => {
    expect(await brokenBy(transcriberContract({ ...deaf, ...part }, soon))).toContain(promise);
  });
});

describe('the contract of a model', () => {
  const change = (session: Partial<ReturnType<Model['open']>>): Model => ({
    open: () => ({ ...pipelineModel(engines(stub)).open(), ...session }),
  });

  it.each<[string, Model, string]>([
    [
      'sounds in a text response',
      change({ respond: () => [{ type: 'sound', samples: new Int16Array(1), sampleRate: 8000 }] }),
      'answers typed text in text',
    ],
    [
      'throws as it closes',
      change({
        close() {
          throw new Error('no');
        },
      }),
      'ends a session without a throw, also while it answers',
    ],
    ['ends twice', change({ respond: () => [{ type: 'end' }, { type: 'end' }] }), 'answers typed text in audio'],
    [
      'cannot do without sound',
      change({
        transcribe({ sound }) {
          if (sound === null) throw new Error('none');
          return [];
        },
      }),
      'puts no sound into words, or says that it cannot',
    ],
  ])('notices one that %s', async (_, model, promise) => {
    expect(await brokenBy(modelContract(model, soon))).toContain(promise);
  });
});
