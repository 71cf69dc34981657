import { describe, expect, it } from 'vitest';
import type { TranscriberOutput } from '../../src/core/transcription/transcriber-output.ts';
import {
  type ModelSession,
  type PipelineOptions,
  type PreemptiveTurn,
  pipelineModel,
  type Transcriber,
  type Utterance,
} from '../../src/engines/index.ts';
import { deaf, engines, gate, saying, settled, stubLanguageModel } from './pipeline-engines.ts';
import { makeTurn, makeUtterance, never, pull, spoken, typed } from './turn.ts';

const { responseId: _id, mcpCalls: _calls, ...turn } = makeTurn();
const soFar = { samples: new Int16Array(24_000).fill(7), sampleRate: 24_000 };

interface StubTranscriber extends Transcriber {
  readonly asked: Utterance[];
  readonly signals: AbortSignal[];
}

type Piece = TranscriberOutput | Promise<unknown>;

/** Says of each request what it is told to; where that holds a promise, it waits for it. */
function stubTranscriber(say: (round: number) => readonly Piece[]): StubTranscriber {
  const stub: StubTranscriber = {
    asked: [],
    signals: [],
    async *transcribe(utterance, signal) {
      const round = stub.asked.push(utterance) - 1;
      stub.signals.push(signal);
      for (const piece of say(round)) {
        if (piece instanceof Promise) await piece;
        else yield piece;
      }
    },
  };
  return stub;
}

const completed = (transcript: string): TranscriberOutput => ({ type: 'completed', transcript });
const delta = (text: string): TranscriberOutput => ({ type: 'delta', text });
const failed: TranscriberOutput = { type: 'failed', code: 'busy', message: 'Busy.' };
const forEver = (): Promise<unknown> => new Promise(() => {});
const busy = (): Promise<unknown> => {
  const broken = Promise.reject(new Error('busy'));
  broken.catch(() => {});
  return broken;
};

function open(transcriber: StubTranscriber, options: Partial<PipelineOptions> = {}) {
  const languageModel = stubLanguageModel((_, round) => saying(`Answer ${round}.`));
  const session = pipelineModel(engines({ transcriber, languageModel, earlyTranscription: true, ...options })).open();
  return { session, languageModel, transcriber };
}

/** The user pauses in this item. */
function pause(session: ModelSession, doubt: AbortSignal = never, given: Partial<PreemptiveTurn> = {}): void {
  session.preempt?.({ ...turn, items: [typed('hi'), spoken(null)], sound: () => soFar, ...given }, doubt);
}

/** The turn ends, and its words are asked for. */
function end(session: ModelSession, given: Partial<Utterance> = {}, signal = never) {
  const sound = { samples: new Int16Array(36_000), sampleRate: 24_000 };
  return pull(session.transcribe({ ...makeUtterance(), itemId: 'item_spoken', sound, ...given }, signal));
}

describe('preemptive transcription', () => {
  it('is off unless it is asked for, comes with preemptive generation, and is not for what follows speech', () => {
    const expects = (given: Partial<PipelineOptions>): boolean =>
      pipelineModel(engines(given)).open().preempt !== undefined;
    expect(expects({})).toBe(false);
    expect(expects({ earlyTranscription: true })).toBe(true);
    expect(expects({ transcriber: { ...deaf, async *transcribeStream() {} }, earlyTranscription: true })).toBe(false);
    const transcriber = stubTranscriber(() => [completed('hello')]);
    pause(pipelineModel(engines({ transcriber, earlyGeneration: true })).open());
    expect(transcriber.asked).toHaveLength(1);
    pause(pipelineModel(engines({ transcriber, earlyGeneration: true, earlyTranscription: false })).open());
    expect(transcriber.asked).toHaveLength(1);
  });

  it('asks for the words of the speech so far while the user pauses, and uses them when the turn ends', async () => {
    const { session, transcriber } = open(stubTranscriber(() => [delta('good '), completed('good morning')]));
    pause(session);
    await settled();
    expect(transcriber.asked).toMatchObject([{ itemId: 'item_spoken', audioMs: 1000, sound: soFar }]);
    expect(await end(session)).toEqual([delta('good '), completed('good morning')]);
    expect(transcriber.asked).toHaveLength(1);
  });

  it('waits for words that are still on their way when the turn ends, and keeps them though another thing is doubted', async () => {
    const arrived = gate();
    const { session, transcriber } = open(stubTranscriber(() => [arrived.opened, completed('good morning')]));
    const doubt = new AbortController();
    pause(session, doubt.signal);
    const words = end(session);
    doubt.abort();
    arrived.open();
    expect(await words).toEqual([completed('good morning')]);
    expect(transcriber.signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it('stops when the user goes on, and asks anew at the next pause and for a turn that ends without one', async () => {
    const { session, transcriber } = open(stubTranscriber((round) => [completed(`words ${round}`)]));
    const doubts = [new AbortController(), new AbortController()];
    for (const doubt of doubts) {
      pause(session, doubt.signal);
      await settled();
      doubt.abort();
    }
    expect(transcriber.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
    expect(await end(session)).toEqual([completed('words 2')]);
    expect(transcriber.asked[2]?.sound?.samples).toHaveLength(36_000);
  });

  it('puts one turn at a time into words', async () => {
    const { session, transcriber } = open(stubTranscriber((round) => [completed(`words ${round}`)]));
    pause(session);
    pause(session, never, { items: [spoken(null, 'item_next')] });
    expect(transcriber.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    expect(await end(session, { itemId: 'item_next' })).toEqual([completed('words 1')]);
  });

  it('begins nothing where the user goes on already, or where there is no sound', () => {
    const { session, transcriber } = open(stubTranscriber(() => [completed('hello')]));
    pause(session, AbortSignal.abort());
    pause(session, never, { sound: () => null });
    pause(session, never, { items: [] });
    expect(transcriber.asked).toEqual([]);
  });

  it.each<[string, readonly Piece[]]>([
    ['breaks', [busy()]],
    ['says that it failed', [failed]],
  ])('asks again where the preemptive request %s, before the turn ends or after it', async (_, pieces) => {
    for (const isEarly of [true, false]) {
      const arrived = gate();
      const wait = isEarly ? [] : [arrived.opened];
      const { session, transcriber } = open(
        stubTranscriber((round) => (round === 0 ? [...wait, ...pieces] : [completed('good morning')])),
      );
      pause(session);
      await settled();
      const words = end(session);
      arrived.open();
      expect(await words).toEqual([completed('good morning')]);
      expect(transcriber.asked.map(({ audioMs }) => audioMs)).toEqual([1000, 1500]);
    }
  });

  it.each<[string, Piece]>([
    ['broke', busy()],
    ['failed', failed],
  ])('forgets what it said before it %s, where nobody had taken it yet', async (_, ending) => {
    const { session } = open(
      stubTranscriber((round) => (round === 0 ? [delta('hm '), ending] : [completed('good morning')])),
    );
    pause(session);
    await settled();
    expect(await end(session)).toEqual([completed('good morning')]);
  });

  it('fails, and says nothing twice, where the preemptive request fails in the midst of its words', async () => {
    const arrived = gate();
    const broken = open(stubTranscriber(() => [delta('good '), arrived.opened, busy()]));
    const failing = open(stubTranscriber(() => [delta('good '), arrived.opened, failed]));
    for (const { session } of [broken, failing]) pause(session);
    await settled();
    const words = [broken, failing].map(({ session }) => end(session));
    arrived.open();
    await expect(words[0]).rejects.toThrow('busy');
    expect(await words[1]).toEqual([delta('good '), failed]);
    expect([broken, failing].map(({ transcriber }) => transcriber.asked.length)).toEqual([1, 1]);
  });

  it('asks in the manner of the turn before, and again where the session wants another by now', async () => {
    const { session, transcriber } = open(stubTranscriber((round) => [completed(`words ${round}`)]));
    const german = { model: 'whisper-1', language: 'de' };
    pause(session);
    expect(await end(session, german)).toEqual([completed('words 1')]);
    expect(transcriber.signals[0]?.aborted).toBe(true);
    pause(session);
    expect(transcriber.asked[2]).toMatchObject(german);
    expect(await end(session, german)).toEqual([completed('words 2')]);
  });

  it('leaves the words of other items alone', async () => {
    const { session, transcriber } = open(stubTranscriber((round) => [completed(`words ${round}`)]));
    pause(session);
    expect(await end(session, { itemId: 'item_other' })).toEqual([completed('words 1')]);
    expect(await end(session)).toEqual([completed('words 0')]);
    expect(transcriber.asked).toHaveLength(2);
  });

  it('stops with the transcription that took it, and with the session', async () => {
    const { session, transcriber } = open(stubTranscriber(() => [forEver()]));
    const controller = new AbortController();
    pause(session);
    const words = end(session, {}, controller.signal);
    controller.abort();
    expect(await words).toEqual([]);
    pause(session);
    session.close();
    expect(transcriber.signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  });
});

describe('preemptive generation without a transcriber that follows speech', () => {
  const answer = (session: ModelSession, words: string) =>
    pull(session.respond(makeTurn({ items: [typed('hi'), spoken(words)] }), never));

  it('asks the language model once the words are whole, and uses both', async () => {
    const arrived = gate();
    const { session, languageModel, transcriber } = open(
      stubTranscriber(() => [delta('what '), delta('is '), arrived.opened, completed('what is that')]),
      { earlyGeneration: true },
    );
    pause(session);
    await settled();
    expect(languageModel.questions).toEqual([]);
    arrived.open();
    await settled();
    expect(languageModel.questions.map(({ items }) => items.at(-1)?.words)).toEqual(['what is that']);
    await end(session);
    expect((await answer(session, 'what is that'))[0]).toEqual({ type: 'text', text: 'Answer' });
    expect(languageModel.questions).toHaveLength(1);
    expect(transcriber.asked).toHaveLength(1);
  });

  it('takes words that only deltas tell', async () => {
    const { session, languageModel } = open(
      stubTranscriber(() => [delta('so '), delta('what')]),
      { earlyGeneration: true },
    );
    pause(session);
    await settled();
    expect(languageModel.questions.map(({ items }) => items.at(-1)?.words)).toEqual(['so what']);
  });

  it('thinks of no words that were said before the user went on', async () => {
    const { session, languageModel } = open(
      stubTranscriber((round) => [...(round === 0 ? [] : [forEver()]), completed('what is')]),
      { earlyGeneration: true },
    );
    const doubt = new AbortController();
    pause(session, doubt.signal);
    await settled();
    doubt.abort();
    pause(session);
    await settled();
    expect(languageModel.questions).toHaveLength(1);
    expect(languageModel.signals[0]?.aborted).toBe(true);
  });

  it('takes no words from a request that was given up and takes no notice', async () => {
    const arrived = gate();
    const { session, languageModel } = open(
      stubTranscriber((round) => [round === 0 ? arrived.opened : forEver(), completed('what is')]),
      { earlyGeneration: true },
    );
    const doubt = new AbortController();
    pause(session, doubt.signal);
    doubt.abort();
    pause(session);
    arrived.open();
    await settled();
    expect(languageModel.questions).toEqual([]);
  });

  it('is told nothing by a request that failed', async () => {
    const { session, languageModel } = open(
      stubTranscriber(() => [delta('what is'), failed]),
      { earlyGeneration: true },
    );
    pause(session);
    await settled();
    expect(languageModel.questions).toEqual([]);
  });
});
