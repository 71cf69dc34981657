import { describe, expect, it } from 'vitest';
import { type LanguageOutput, type Paced, pipelineModel, type Spoken, type Turn } from '../../src/engines/index.ts';
import type { McpCall } from '../../src/protocol/types.ts';
import {
  engines,
  gate,
  saying,
  settled,
  stubLanguageModel,
  stubSynthesizer,
  words,
  wordsSaid,
} from './pipeline-engines.ts';
import { makeTurn, makeUtterance, never, pull, typed } from './turn.ts';

type Options = Parameters<typeof engines>[0];

function respond(options: Options, turn: Partial<Turn> = {}, signal = never): AsyncIterable<Paced<Spoken>> {
  const pieces = pipelineModel(engines(options))
    .open()
    .respond(makeTurn({ modality: 'audio', items: [typed('hello')], ...turn }), signal);
  if (!(Symbol.asyncIterator in pieces)) throw new Error('a pipeline is never there at once');
  return pieces;
}

/** Pieces at a glance: texts as they are, sounds by their level. */
function glance(pieces: readonly Paced<Spoken>[]): readonly (string | number)[] {
  return pieces.map((piece) => {
    if (piece.type === 'text') return piece.text;
    return piece.type === 'sound' ? (piece.samples[0] ?? 0) : piece.type;
  });
}

const call = (name: string): LanguageOutput[] => [
  { type: 'call_start', name },
  { type: 'call_arguments', delta: '{"a":' },
  { type: 'call_arguments', delta: '1}' },
  { type: 'call_end' },
];

/** A turn whose calls of tools called `mcp_…` are made by a server, as soon as they are whole. */
async function withServer(options: Options, given: Partial<Turn> = {}): Promise<readonly Paced<Spoken>[]> {
  const calls: McpCall[] = [];
  const pieces: Paced<Spoken>[] = [];
  let name = '';
  for await (const piece of respond(options, { ...given, mcpCalls: () => [...calls] })) {
    pieces.push(piece);
    if (piece.type === 'call_start') ({ name } = piece);
    if (piece.type !== 'call_end' || !name.startsWith('mcp_')) continue;
    calls.push({
      id: `call_${calls.length}`,
      type: 'mcp_call',
      server_label: 's',
      name,
      arguments: '{"a":1}',
      output: 'out',
    });
  }
  return pieces;
}

describe('pipelineModel', () => {
  it('writes the words of a text response as they come', async () => {
    const pieces = await pull(
      respond({ languageModel: stubLanguageModel(() => saying('Yes. No.')) }, { modality: 'text' }),
    );
    expect(glance(pieces)).toEqual(['Yes.', ' No.', 'message_end', 'end']);
  });

  it('says each clause after its text, in order, and the texts are what the model wrote', async () => {
    const text =
      '  **Sure.**  Here is *one* sentence that is long enough to be a clause.\n\n😀\n---\n And another one, as long as that, for the third. ';
    const synthesizer = stubSynthesizer();
    const pieces = await pull(respond({ languageModel: stubLanguageModel(() => saying(text)), synthesizer }));
    expect(pieces.flatMap((piece) => (piece.type === 'text' ? [piece.text] : [])).join('')).toBe(text);
    expect(glance(pieces)).toEqual([
      '  **Sure.** ',
      1,
      1,
      ' Here is *one* sentence that is long enough to be a clause.\n',
      2,
      2,
      '\n😀\n---\n And another one, as long as that, for the third. ',
      3,
      3,
      'message_end',
      'end',
    ]);
    expect(synthesizer.said.map((said) => said.text)).toEqual([
      'Sure.',
      'Here is one sentence that is long enough to be a clause.',
      'And another one, as long as that, for the third.',
    ]);
  });

  it('shows what cannot be pronounced, and makes no sound of it', async () => {
    const synthesizer = stubSynthesizer();
    const pieces = await pull(respond({ languageModel: stubLanguageModel(() => saying('😀 …')), synthesizer }));
    expect(glance(pieces)).toEqual(['😀 …', 'message_end', 'end']);
    expect(synthesizer.said).toEqual([]);
  });

  it('speaks the first clause before the model has said the second', async () => {
    const more = gate();
    const languageModel = stubLanguageModel(() => [...words('Sure. '), more.opened, ...saying('Go on.')]);
    const pieces = respond({ languageModel })[Symbol.asyncIterator]();
    const first = [await pieces.next(), await pieces.next(), await pieces.next()];
    expect(glance(first.flatMap(({ value }) => (value === undefined ? [] : [value])))).toEqual(['Sure. ', 1, 1]);
    more.open();
    expect((await pieces.next()).value).toEqual({ type: 'text', text: 'Go on.' });
  });

  it('makes the next two clauses while one is sent, and reads the model no further', async () => {
    const text = 'One. '.repeat(8) + 'This is a sentence of more than forty characters. '.repeat(9);
    const languageModel = stubLanguageModel(() => saying(text));
    const synthesizer = stubSynthesizer();
    const pieces = respond({ languageModel, synthesizer })[Symbol.asyncIterator]();
    await pieces.next();
    await settled();
    expect(synthesizer.said).toHaveLength(3);
    expect(languageModel.given).toBeLessThan(40);
    await pieces.next();
    await settled();
    expect(synthesizer.said).toHaveLength(3);
  });

  it('keeps the order where a later clause is made before an earlier one', async () => {
    const slow = gate();
    const synthesizer = stubSynthesizer({ before: (clause) => (clause === 0 ? slow.opened : undefined) });
    const languageModel = stubLanguageModel(() =>
      saying('One. And this is the second one, which takes longer to say.'),
    );
    const pieces = pull(respond({ languageModel, synthesizer }));
    await settled();
    expect(synthesizer.said).toHaveLength(2);
    slow.open();
    expect(glance(await pieces).filter((piece) => typeof piece === 'number')).toEqual([1, 1, 2, 2]);
  });

  it('cuts long pieces of sound to 100 ms', async () => {
    const synthesizer = {
      async *speak() {
        yield { samples: new Int16Array(2500), sampleRate: 10_000 };
      },
    };
    const pieces = await pull(respond({ synthesizer }));
    expect(pieces.flatMap((piece) => (piece.type === 'sound' ? [piece.samples.length] : []))).toEqual([
      1000, 1000, 500,
    ]);
  });

  it('speaks in the voice that the operator mapped, at the speed that was asked for', async () => {
    const synthesizer = stubSynthesizer();
    await pull(respond({ synthesizer, voices: { marin: 'af_heart' } }, { speed: 1.25 }));
    await pull(respond({ synthesizer, voices: { marin: 'af_heart' } }, { voice: 'cedar' }));
    expect(synthesizer.said.map(({ voice, speed }) => [voice, speed])).toEqual([
      ['af_heart', 1.25],
      ['cedar', 1],
    ]);
  });

  it('asks with what the operator adds: instructions first, functions that the session has not', async () => {
    const languageModel = stubLanguageModel(() => saying('Yes.'));
    const [ours, theirs] = ['ours', 'theirs'].map((description) => ({
      type: 'function' as const,
      name: 'f',
      description,
    }));
    const other = { type: 'function' as const, name: 'g' };
    if (ours === undefined || theirs === undefined) throw new Error('two tools');
    await pull(
      respond(
        { languageModel, instructions: 'Be brief.', tools: [ours, other] },
        { instructions: 'Sing.', tools: [theirs] },
      ),
    );
    expect(languageModel.questions[0]).toMatchObject({ instructions: 'Be brief.\n\nSing.', tools: [theirs, other] });
  });
});

describe('engines with a connection', () => {
  it('open it when the session begins, and again when a turn is heard, and give up with the session', async () => {
    const warmed: string[] = [];
    const signals: (AbortSignal | undefined)[] = [];
    const warming = (name: string) => ({
      async warm(signal?: AbortSignal) {
        warmed.push(name);
        signals.push(signal);
      },
    });
    const given = engines({});
    const session = pipelineModel({
      transcriber: { ...given.transcriber, ...warming('ears') },
      languageModel: { ...given.languageModel, ...warming('mind') },
      synthesizer: { ...given.synthesizer, ...warming('voice') },
    }).open();
    expect(warmed.splice(0)).toEqual(['ears', 'mind', 'voice']);
    await pull(session.transcribe(makeUtterance(), never));
    expect(warmed).toEqual(['mind', 'voice']);
    session.close();
    expect(signals.every((signal) => signal?.aborted)).toBe(true);
  });
});

describe('calls', () => {
  it('come after all that was said before them, whose message is ended', async () => {
    const languageModel = stubLanguageModel(() => [
      ...words('Let me see'),
      ...call('f'),
      ...words('Well.'),
      { type: 'end' },
    ]);
    expect(glance(await pull(respond({ languageModel })))).toEqual([
      'Let me see',
      1,
      1,
      'message_end',
      'call_start',
      'call_arguments',
      'call_arguments',
      'call_end',
      'Well.',
      2,
      2,
      'message_end',
      'end',
    ]);
    expect(languageModel.questions).toHaveLength(1);
  });

  it('of MCP tools are answered in the same response, with what was said and what came of them', async () => {
    const languageModel = stubLanguageModel((_, round) =>
      round === 0 ? [...words('Let me see.'), ...call('mcp_a'), ...call('mcp_b'), { type: 'end' }] : saying('Done.'),
    );
    const pieces = await withServer({ languageModel }, { toolChoice: 'required' });
    expect(glance(pieces).slice(-5)).toEqual(['Done.', 2, 2, 'message_end', 'end']);
    expect(glance(pieces).filter((piece) => piece === 'end')).toHaveLength(1);
    const [first, second] = languageModel.questions;
    expect(first?.toolChoice).toBe('required');
    expect(second?.toolChoice).toBe('auto');
    expect(wordsSaid(second?.items ?? [])).toEqual(['hello', 'Let me see.', 'mcp_call', 'mcp_call']);
  });

  it('of MCP tools are answered in a text response too', async () => {
    const languageModel = stubLanguageModel((_, round) => (round === 0 ? [...call('mcp_a')] : saying('Done.')));
    expect(glance(await withServer({ languageModel }, { modality: 'text' }))).toEqual([
      ...glance(call('mcp_a')),
      'Done.',
      'message_end',
      'end',
    ]);
  });

  it('of MCP tools together with a call that the client must answer end the response', async () => {
    const languageModel = stubLanguageModel(() => [...call('mcp_a'), ...call('f'), { type: 'end' }]);
    expect(glance(await withServer({ languageModel })).at(-1)).toBe('end');
    expect(languageModel.questions).toHaveLength(1);
  });

  it('do not go on for ever: at last the model is asked without a choice of tools, and then no more', async () => {
    const languageModel = stubLanguageModel(() => [...call('mcp_a'), { type: 'end' }]);
    await withServer({ languageModel, toolRounds: 3 });
    expect(languageModel.questions.map(({ toolChoice }) => toolChoice)).toEqual(['auto', 'auto', 'auto', 'none']);
  });

  it('add up what their rounds cost; where one did not tell, nobody knows', async () => {
    const cost = { total_tokens: 5, input_token_details: { text_tokens: 2, cached_tokens: 1 } };
    const told = stubLanguageModel((_, round) => [
      ...(round === 0 ? call('mcp_a') : words('Done.')),
      { type: 'end', usage: cost },
    ]);
    expect((await withServer({ languageModel: told })).at(-1)).toEqual({
      type: 'end',
      usage: { total_tokens: 10, input_token_details: { text_tokens: 4, cached_tokens: 2 } },
    });
    const half = stubLanguageModel((_, round) =>
      round === 0 ? [...call('mcp_a'), { type: 'end', usage: cost }] : saying('Done.'),
    );
    expect((await withServer({ languageModel: half })).at(-1)).toEqual({ type: 'end' });
  });
});

describe('the end of an answer', () => {
  it('that is cut short leaves the message open, after all that was said', async () => {
    const languageModel = stubLanguageModel(() => [
      ...words('I can'),
      { type: 'incomplete', reason: 'content_filter' },
      ...words('x'),
    ]);
    const pieces = await pull(respond({ languageModel }));
    expect(glance(pieces)).toEqual(['I can', 1, 1, 'incomplete']);
    expect(languageModel.stopped).toBe(1);
  });

  it('may be missing', async () => {
    expect(glance(await pull(respond({ languageModel: stubLanguageModel(() => words('I can')) })))).toEqual([
      'I can',
      1,
      1,
      'message_end',
      'end',
    ]);
  });

  it('is what the language model threw, after all that it said before', async () => {
    const failure = new Error('the model is gone');
    const languageModel = stubLanguageModel(() => [...words('I can'), Promise.reject(failure)]);
    const pieces: Paced<Spoken>[] = [];
    const reading = (async () => {
      for await (const piece of respond({ languageModel })) pieces.push(piece);
    })();
    await expect(reading).rejects.toBe(failure);
    expect(glance(pieces)).toEqual(['I can', 1, 1]);
  });

  it('is what the synthesizer threw, in its place, and stops the language model', async () => {
    const failure = new Error('no voice');
    const more = gate();
    const languageModel = stubLanguageModel(() => [
      ...words('One. This is the second, which is to be said by no one. '),
      more.opened,
    ]);
    const synthesizer = stubSynthesizer({ before: (clause) => (clause === 1 ? Promise.reject(failure) : undefined) });
    const pieces: Paced<Spoken>[] = [];
    const reading = (async () => {
      for await (const piece of respond({ languageModel, synthesizer })) pieces.push(piece);
    })();
    await expect(reading).rejects.toBe(failure);
    expect(glance(pieces)).toEqual(['One. ', 1, 1, 'This is the second, which is to be said by no one. ']);
    expect(languageModel.signals[0]?.aborted).toBe(true);
  });
});

describe('an abort', () => {
  const text = 'One. This is the second sentence of them, and it goes on for a while. '.repeat(4);

  it('stops the language model and the voice, and nothing more comes', async () => {
    const controller = new AbortController();
    const hanging = gate();
    const languageModel = stubLanguageModel(() => [...words(text), hanging.opened]);
    const synthesizer = stubSynthesizer({ pieces: 1000 });
    const pieces = respond({ languageModel, synthesizer }, {}, controller.signal)[Symbol.asyncIterator]();
    await pieces.next();
    await pieces.next();
    await settled();
    controller.abort();
    expect((await pieces.next()).done).toBe(true);
    await settled();
    expect([...languageModel.signals, ...synthesizer.signals].every(({ aborted }) => aborted)).toBe(true);
    expect(synthesizer.stopped).toBe(synthesizer.said.length);
    hanging.open();
    await settled();
    expect(languageModel.stopped).toBe(1);
  });

  it('lets the reader go though no engine takes any notice', async () => {
    const controller = new AbortController();
    const pieces = respond({ languageModel: stubLanguageModel(() => [new Promise(() => {})]) }, {}, controller.signal);
    const reading = pull(pieces);
    await settled();
    controller.abort();
    expect(await reading).toEqual([]);
  });

  it('before the first piece asks no engine to speak', async () => {
    const synthesizer = stubSynthesizer();
    expect(await pull(respond({ synthesizer }, {}, AbortSignal.abort()))).toEqual([]);
    expect(synthesizer.said).toEqual([]);
  });

  it('swallows what engines throw because of it', async () => {
    const controller = new AbortController();
    const languageModel = stubLanguageModel(() => [
      new Promise((_, reject) => controller.signal.addEventListener('abort', () => reject(new Error('aborted')))),
    ]);
    const reading = pull(respond({ languageModel }, {}, controller.signal));
    await settled();
    controller.abort();
    expect(await reading).toEqual([]);
  });

  it('is what a reader who leaves amounts to', async () => {
    const languageModel = stubLanguageModel(() => words(text));
    const synthesizer = stubSynthesizer({ pieces: 1000 });
    for await (const piece of respond({ languageModel, synthesizer })) if (piece.type === 'sound') break;
    await settled();
    expect([...languageModel.signals, ...synthesizer.signals].every(({ aborted }) => aborted)).toBe(true);
    expect(synthesizer.stopped).toBe(synthesizer.said.length);
  });
});
