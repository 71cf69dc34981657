import { describe, expect, it } from 'vitest';
import type { TranscriberOutput } from '../../src/core/transcription/transcriber-output.ts';
import {
  type ModelSession,
  type Paced,
  type PreemptiveTurn,
  pipelineModel,
  type Sound,
  type Spoken,
  type Transcriber,
} from '../../src/engines/index.ts';
import { deaf, engines, saying, settled, stubLanguageModel, words } from './pipeline-engines.ts';
import { makeTurn, makeUtterance, never, pull, spoken, typed } from './turn.ts';

const { audioMs: _audioMs, sound: _sound, ...asked } = makeUtterance();
const { responseId: _id, mcpCalls: _calls, ...expectedTurn } = makeTurn();

function expected(items: PreemptiveTurn['items'], rest: Partial<PreemptiveTurn> = {}): PreemptiveTurn {
  return { ...expectedTurn, items, ...rest };
}

async function* silence(): AsyncGenerator<Sound> {}

/** A transcriber that hears what it is told to, word by word, when it is told to. */
function hearing(): Transcriber & { hear(text: string): void } {
  const outputs: TranscriberOutput[] = [];
  let news = (): void => {};
  return {
    ...deaf,
    hear(text) {
      outputs.push({ type: 'delta', text });
      news();
    },
    async *transcribeStream(_, signal) {
      signal.addEventListener('abort', () => news());
      while (!signal.aborted) {
        for (let next = outputs.shift(); next !== undefined; next = outputs.shift()) yield next;
        await new Promise<void>((resolve) => {
          news = resolve;
        });
      }
    },
  };
}

interface Opened {
  readonly session: ModelSession;
  readonly languageModel: ReturnType<typeof stubLanguageModel>;
  readonly hear: (text: string) => Promise<void>;
  answer(
    items: PreemptiveTurn['items'],
    rest?: Partial<PreemptiveTurn>,
    signal?: AbortSignal,
  ): Promise<readonly Paced<Spoken>[]>;
  preempt(turn: PreemptiveTurn, doubt?: AbortSignal): void;
}

/** A session in which the user has begun to speak. */
function open(languageModel = stubLanguageModel((_, round) => saying(`Answer ${round}.`))): Opened {
  const transcriber = hearing();
  const session = pipelineModel(engines({ languageModel, transcriber, earlyGeneration: true })).open();
  const heard = session.transcribeStream?.({ ...asked, itemId: 'item_spoken', sound: silence() }, never);
  if (heard !== undefined) void pull(heard);
  return {
    session,
    languageModel,
    async hear(text) {
      transcriber.hear(text);
      await settled();
    },
    answer: (items, rest = {}, signal = never) => pull(session.respond(makeTurn({ items, ...rest }), signal)),
    preempt: (turn, doubt = never) => session.preempt?.(turn, doubt),
  };
}

describe('preemptive generation', () => {
  it('is off unless it is asked for', () => {
    const session = pipelineModel(engines({ transcriber: hearing() })).open();
    expect(session.preempt).toBeUndefined();
    expect(session.transcribeStream).toBeDefined();
    expect(pipelineModel(engines({ transcriber: deaf })).open().transcribeStream).toBeUndefined();
  });

  it('asks while the user pauses, with the words heard so far, and uses the answer', async () => {
    const { languageModel, hear, answer, ...session } = open();
    await hear(' what is');
    await hear(' the time');
    session.preempt(expected([typed('hi'), spoken(null)]));
    await settled();
    expect(languageModel.questions[0]?.items.at(-1)?.words).toBe(' what is the time');
    expect(languageModel.given).toBe(3);
    const pieces = await answer([typed('hi'), spoken('what is the time')]);
    expect(pieces[0]).toEqual({ type: 'text', text: 'Answer' });
    expect(languageModel.questions).toHaveLength(1);
  });

  it('asks anew when more words are heard of the same speech', async () => {
    const { languageModel, hear, answer, ...session } = open();
    await hear('what is');
    session.preempt(expected([spoken(null)]));
    await hear(' that');
    expect(languageModel.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await answer([spoken('what is that')]);
    expect(languageModel.questions).toHaveLength(2);
  });

  it('takes the words that the session knows, where the transcriber told none', async () => {
    const { languageModel, ...session } = open();
    session.preempt(expected([spoken('good morning', 'item_other')]));
    expect(languageModel.questions).toHaveLength(1);
    session.preempt(expected([spoken(null)]));
    expect(languageModel.questions).toHaveLength(1);
  });

  it.each<[string, PreemptiveTurn['items'], Partial<PreemptiveTurn>]>([
    ['the words turned out otherwise', [typed('hi'), spoken('what is thyme')], {}],
    ['another item came between', [typed('hi'), typed('ho'), spoken('what is')], {}],
    ['another item followed', [typed('hi'), spoken('what is'), typed('ho')], {}],
    ['an earlier item has other words', [typed('ho'), spoken('what is')], {}],
    ['the instructions changed', [typed('hi'), spoken('what is')], { instructions: 'Sing.' }],
    ['the tools changed', [typed('hi'), spoken('what is')], { tools: [{ type: 'function', name: 'f' }] }],
    ['the answer may be longer', [typed('hi'), spoken('what is')], { maxOutputTokens: 9 }],
    ['another item is answered', [typed('hi'), spoken('what is', 'item_9')], {}],
  ])('throws the preemptive answer away where %s', async (_, items, rest) => {
    const { languageModel, hear, answer, ...session } = open();
    await hear('what is');
    session.preempt(expected([typed('hi'), spoken(null)]));
    await settled();
    const pieces = await answer(items, rest);
    expect(pieces.find((piece) => piece.type === 'text')).toEqual({ type: 'text', text: 'Answer' });
    expect(languageModel.questions).toHaveLength(2);
    expect(languageModel.signals[0]?.aborted).toBe(true);
  });

  it('throws it away when the user goes on', async () => {
    const { languageModel, hear, ...session } = open(stubLanguageModel(() => [new Promise(() => {})]));
    const doubt = new AbortController();
    await hear('what is');
    session.preempt(expected([spoken(null)]), doubt.signal);
    await settled();
    doubt.abort();
    expect(languageModel.signals[0]?.aborted).toBe(true);
    await hear(' that');
    expect(languageModel.questions).toHaveLength(1);
  });

  it('keeps an answer to what is expected now, though what was expected before is given up', async () => {
    const { languageModel, answer, ...session } = open();
    const doubt = new AbortController();
    session.preempt(expected([spoken('one', 'item_1')]), doubt.signal);
    session.preempt(expected([spoken('two', 'item_2')]));
    doubt.abort();
    expect(languageModel.signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    await answer([spoken('two', 'item_2')]);
    expect(languageModel.questions).toHaveLength(2);
  });

  it('keeps it once it is taken, whatever becomes of the expectation', async () => {
    const { languageModel, hear, answer, ...session } = open();
    const doubt = new AbortController();
    await hear('hm');
    session.preempt(expected([spoken(null)]), doubt.signal);
    const pieces = answer([spoken('hm')]);
    doubt.abort();
    expect((await pieces).at(-1)).toEqual({ type: 'end' });
    expect(languageModel.questions).toHaveLength(1);
  });

  it('stops with the response that took it', async () => {
    const { languageModel, hear, answer, ...session } = open(
      stubLanguageModel(() => [...words('Well'), new Promise(() => {})]),
    );
    const controller = new AbortController();
    await hear('hm');
    session.preempt(expected([spoken(null)]));
    const pieces = answer([spoken('hm')], {}, controller.signal);
    await settled();
    controller.abort();
    expect(await pieces).toEqual([{ type: 'text', text: 'Well' }]);
    expect(languageModel.signals[0]?.aborted).toBe(true);
  });

  it('asks again where the preemptive answer failed', async () => {
    const { hear, answer, ...session } = open(
      stubLanguageModel((_, round) => (round === 0 ? [Promise.reject(new Error('busy'))] : saying('Yes.'))),
    );
    await hear('hm');
    session.preempt(expected([spoken(null)]));
    await settled();
    expect((await answer([spoken('hm')]))[0]).toEqual({ type: 'text', text: 'Yes.' });
  });

  it('asks again where the preemptive answer said that it failed', async () => {
    const { hear, answer, ...session } = open(
      stubLanguageModel((_, round) =>
        round === 0 ? [{ type: 'failed', code: 'busy', message: 'Busy.' }] : saying('Yes.'),
      ),
    );
    await hear('hm');
    session.preempt(expected([spoken(null)]));
    await settled();
    expect((await answer([spoken('hm')]))[0]).toEqual({ type: 'text', text: 'Yes.' });
  });

  it('keeps a bounded part of a long answer', async () => {
    const { languageModel, hear, ...session } = open(stubLanguageModel(() => words('word '.repeat(5000))));
    await hear('hm');
    session.preempt(expected([spoken(null)]));
    for (let turn = 0; turn < 100; turn++) await settled();
    expect(languageModel.given).toBe(512);
  });

  it('ends with the session', async () => {
    const { session, languageModel, hear } = open(stubLanguageModel(() => [new Promise(() => {})]));
    await hear('hm');
    session.preempt?.(expected([spoken(null)]), never);
    session.close();
    expect(languageModel.signals[0]?.aborted).toBe(true);
  });
});
