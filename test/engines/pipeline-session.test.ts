import { afterEach, describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../src/audio/node/index.ts';
import { EngineError, pipelineModel } from '../../src/engines/index.ts';
import { startMcpServer } from '../mcp/mcp-server.ts';
import { type MemorySession, openWith, type ServerEvent } from '../mcp/memory-session.ts';
import {
  deaf,
  engines,
  gate,
  loudness,
  type StubLanguageModel,
  saying,
  settled,
  stubLanguageModel,
  stubSynthesizer,
  words,
  wordsSaid,
} from './pipeline-engines.ts';

let session: MemorySession;
const tidy: (() => Promise<void>)[] = [];
afterEach(async () => {
  await session.close();
  for (const each of tidy.splice(0)) await each();
});

function open(given: Parameters<typeof engines>[0], allow: readonly string[] = []): void {
  session = openWith(pipelineModel({ vad: loudness, ...engines(given) }), { allow: [...allow] });
}

function type(text: string): void {
  const content = [{ type: 'input_text', text }];
  session.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
  session.send({ type: 'response.create' });
}

/** A frame of 20 ms at this level. */
function frame(level: number): void {
  const audio = Buffer.from(new Int16Array(480).fill(level).buffer).toString('base64');
  session.send({ type: 'input_audio_buffer.append', audio });
}

function speak(ms: number): void {
  for (let at = 0; at < ms; at += 20) frame(8000);
}

function pause(ms: number): void {
  for (let at = 0; at < ms; at += 20) frame(0);
}

/** Transcript deltas as they are, audio deltas by the level of their sound. */
function heard(events: readonly ServerEvent[]): readonly (string | number)[] {
  return events.flatMap((event): readonly (string | number)[] => {
    if (event.type === 'response.output_audio_transcript.delta') return [event.delta];
    if (event.type !== 'response.output_audio.delta') return [];
    return [decodeBase64(event.delta)?.[0] ?? -1];
  });
}

function count(kind: ServerEvent['type']): number {
  return session.types().filter((each) => each === kind).length;
}

const long = 'Sure. Here is a long sentence about nothing, which is spoken as the second clause. ';

describe('a session with a pipeline', () => {
  it('hears a turn, puts it into words, answers them, and shows each clause before it sounds', async () => {
    const languageModel = stubLanguageModel(() => saying(`${long}And that is the end of it.`));
    open({ languageModel });
    speak(300);
    pause(300);
    const { response } = await session.next('response.done');
    expect(response.status).toBe('completed');
    expect(wordsSaid(languageModel.questions[0]?.items ?? [])).toEqual(['hello']);
    expect(heard(session.events)).toEqual(
      [
        ['Sure. ', 1, 1],
        ['Here is a long sentence about nothing, which is spoken as the second clause. ', 2, 2],
        ['And that is the end of it.', 3, 3],
      ].flat(),
    );
    expect(response.output).toMatchObject([
      { type: 'message', content: [{ type: 'output_audio', transcript: `${long}And that is the end of it.` }] },
    ]);
  });

  it('sends the first clause while the model still thinks of the second', async () => {
    const more = gate();
    open({ languageModel: stubLanguageModel(() => [...words('Sure. '), more.opened, ...saying('Go on.')]) });
    type('go');
    await settled();
    expect(heard(session.events)).toEqual(['Sure. ', 1, 1]);
    more.open();
    await session.next('response.done');
    expect(heard(session.events)).toEqual(['Sure. ', 1, 1, 'Go on.', 2, 2]);
  });

  it('ends a message before a call, and goes on with what the tool gave', async () => {
    const languageModel = stubLanguageModel((_, round) =>
      round === 0
        ? [
            ...words('Let me see.'),
            { type: 'call_start', name: 'clock', callId: 'call_1' },
            { type: 'call_arguments', delta: '{}' },
            { type: 'call_end' },
            { type: 'end' },
          ]
        : saying('It is noon.'),
    );
    open({ languageModel });
    type('the time?');
    const first = await session.next('response.done');
    expect(first.response.output?.map((item) => item.type)).toEqual(['message', 'function_call']);
    session.send({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: 'call_1', output: 'noon' },
    });
    session.send({ type: 'response.create' });
    await session.next('response.done');
    expect(languageModel.questions[1]?.items.map(({ item }) => item.type)).toEqual([
      'message',
      'message',
      'function_call',
      'function_call_output',
    ]);
    expect(heard(session.events).at(-3)).toBe('It is noon.');
  });

  it('calls a tool of an MCP server and answers with its output, in one response', async () => {
    const server = await startMcpServer();
    tidy.push(() => server.close());
    const languageModel = stubLanguageModel((_, round) =>
      round === 0
        ? [
            ...words('One moment.'),
            { type: 'call_start', name: 'echo' },
            { type: 'call_arguments', delta: '{"text":"hi"}' },
            { type: 'call_end' },
            { type: 'end', usage: { total_tokens: 3, input_tokens: 2, output_tokens: 1 } },
          ]
        : [...words('It said hi.'), { type: 'end', usage: { total_tokens: 5, input_tokens: 4, output_tokens: 1 } }],
    );
    open({ languageModel }, [`http://127.0.0.1:${server.port}/*`]);
    const tool = { type: 'mcp', server_label: 'test', server_url: server.url, require_approval: 'never' };
    session.send({ type: 'session.update', session: { type: 'realtime', tools: [tool] } });
    await session.next('mcp_list_tools.completed');
    type('echo');
    const { response } = await session.next('response.done');
    expect(response.output?.map((item) => item.type)).toEqual(['message', 'mcp_call', 'message']);
    expect(response.usage).toMatchObject({ total_tokens: 8, input_tokens: 6, output_tokens: 2 });
    expect(count('response.created')).toBe(1);
    const asked = languageModel.questions[1]?.items ?? [];
    expect(wordsSaid(asked)).toEqual(['echo', 'One moment.', 'mcp_call']);
    expect(asked.at(-1)?.item).toMatchObject({ type: 'mcp_call', name: 'echo', output: expect.stringContaining('hi') });
    expect(heard(session.events)).toEqual(['One moment.', 1, 1, 'It said hi.', 2, 2]);
  });

  it('gives the model the words that were heard of an answer that was cut, clause by clause', async () => {
    const languageModel = stubLanguageModel(() => saying(`${long}Never heard.`));
    open({ languageModel, synthesizer: stubSynthesizer({ pieces: 10 }) });
    type('go');
    const { response } = await session.next('response.done');
    const item_id = response.output?.[0]?.id;
    // 200 ms of each clause: the first was heard, and half of the second.
    session.send({ type: 'conversation.item.truncate', item_id, content_index: 0, audio_end_ms: 300 });
    type('again');
    await session.next('response.done');
    const said = wordsSaid(languageModel.questions[1]?.items ?? [])[1] ?? '';
    expect(said).toMatch(/^Sure\. Here is a long sentence/u);
    expect(long.startsWith(said)).toBe(true);
    expect(said.length).toBeGreaterThan('Sure. '.length + 30);
    expect(said.length).toBeLessThan('Sure. '.length + 45);
  });
});

describe('preemptive generation in a session', () => {
  it('has the answer ready when the turn ends', async () => {
    const languageModel = stubLanguageModel(() => saying('Yes.'));
    const transcriber = {
      ...deaf,
      async *transcribeStream() {
        yield { type: 'delta' as const, text: 'hello' };
        yield { type: 'completed' as const, transcript: 'hello' };
      },
    };
    open({ languageModel, transcriber, earlyGeneration: true });
    const detection = { type: 'server_vad', silence_duration_ms: 500 };
    session.send({
      type: 'session.update',
      session: { type: 'realtime', audio: { input: { turn_detection: detection } } },
    });
    speak(300);
    await settled();
    pause(460);
    await settled();
    expect(languageModel.questions).toHaveLength(1);
    expect(count('input_audio_buffer.speech_stopped')).toBe(0);
    pause(60);
    await session.next('response.done');
    expect(languageModel.questions).toHaveLength(1);
    expect(heard(session.events)).toEqual(['Yes.', 1, 1]);
  });
});

describe('an interruption', () => {
  it('sends no sound later than the vad and one frame after the first sample of speech, and aborts the engines', async () => {
    const steps: (() => void)[] = [];
    const step = (): Promise<void> => new Promise((resolve) => void steps.push(resolve));
    const languageModel = stubLanguageModel(() => [...words(long.repeat(20)), new Promise(() => {})]);
    const synthesizer = stubSynthesizer({ pieces: 100_000, before: step });
    open({ languageModel, synthesizer });
    type('go');
    await settled();
    /** One piece of each clause under way, and a frame of the microphone: 20 ms pass. */
    async function tick(level: number): Promise<number> {
      const before = count('response.output_audio.delta');
      for (const go of steps.splice(0)) go();
      frame(level);
      await settled();
      return count('response.output_audio.delta') - before;
    }
    const quiet = [await tick(0), await tick(0), await tick(0), await tick(0)];
    expect(Math.min(...quiet)).toBeGreaterThan(0);
    const sent: number[] = [];
    for (let spoken = 0; spoken < 10; spoken++) sent.push(await tick(8000));
    const lastMs = (sent.findLastIndex((deltas) => deltas > 0) + 1) * 20;
    // The session calls 60 ms speech; a frame is 20 ms.
    expect(lastMs).toBeLessThanOrEqual(80);
    expect(lastMs).toBeGreaterThan(0);
    expect((await session.next('response.done')).response.status_details).toMatchObject({ reason: 'turn_detected' });
    expect([...languageModel.signals, ...synthesizer.signals].every(({ aborted }) => aborted)).toBe(true);
    for (const go of steps.splice(0)) go();
    await settled();
    expect(synthesizer.stopped).toBe(synthesizer.said.length);
  });

  it('ends a response that waits for its first word, and the next is answered', async () => {
    const languageModel = stubLanguageModel((_, round) => (round === 0 ? [new Promise(() => {})] : saying('Yes?')));
    open({ languageModel });
    type('go');
    speak(200);
    pause(300);
    const cancelled = await session.next('response.done');
    const answered = await session.next('response.done');
    expect([cancelled.response.status, answered.response.status]).toEqual(['cancelled', 'completed']);
    expect(languageModel.signals[0]?.aborted).toBe(true);
  });
});

async function* failingWith(cause: Error): AsyncGenerator<never> {
  yield await Promise.reject(cause);
}

describe('a failing engine', () => {
  const secret = new Error('a key is in here');
  const told = new EngineError('model_overloaded', 'The language model is busy: start another.');

  /** The response fails and says why; the next one is answered. */
  async function fails(languageModel: StubLanguageModel, given: Parameters<typeof engines>[0] = {}): Promise<unknown> {
    open({ languageModel, ...given });
    type('go');
    const { response } = await session.next('response.done');
    expect(response.status).toBe('failed');
    type('again');
    expect((await session.next('response.done')).response.status).toBe('completed');
    return response.status_details?.error;
  }

  const failing = (piece: Parameters<typeof stubLanguageModel>[0]): StubLanguageModel =>
    stubLanguageModel((question, round) => (round === 0 ? piece(question, round) : saying('Yes.')));

  it('that is the language model fails the response with its own words', async () => {
    const model = failing(() => [...words('Well'), Promise.reject(told)]);
    expect(await fails(model)).toMatchObject({ code: 'model_overloaded' });
    expect(heard(session.events).slice(0, 3)).toEqual(['Well', 1, 1]);
    expect(session.logged.join('\n')).toContain('start another');
  });

  it('that is the language model may also say so itself', async () => {
    const model = failing(() => [{ type: 'failed', code: 'context_too_long', message: 'Too long.' }]);
    expect(await fails(model)).toMatchObject({ code: 'context_too_long' });
  });

  it('that breaks fails the response, keeps its words from the client and logs them', async () => {
    const error = await fails(failing(() => [Promise.reject(secret)]));
    expect(error).toMatchObject({ code: 'server_error' });
    expect(JSON.stringify(session.events)).not.toContain('a key is in here');
    expect(session.logged.join('\n')).toContain('a key is in here');
  });

  it('that is the synthesizer fails the response with its own words', async () => {
    const failure = new EngineError('voice_unavailable', 'The voice server does not answer.');
    const synthesizer = stubSynthesizer({ before: (clause) => (clause === 0 ? Promise.reject(failure) : undefined) });
    expect(
      await fails(
        stubLanguageModel(() => saying('Yes.')),
        { synthesizer },
      ),
    ).toMatchObject({ code: 'voice_unavailable' });
  });

  it('that is the transcriber fails the transcription, and the turn is answered all the same', async () => {
    const transcriber = {
      transcribe: () => failingWith(new EngineError('speech_unreachable', 'The transcriber does not answer.')),
    };
    open({ transcriber });
    const input = { transcription: { model: 'whisper-1' } };
    session.send({ type: 'session.update', session: { type: 'realtime', audio: { input } } });
    speak(300);
    pause(300);
    const failed = await session.next('conversation.item.input_audio_transcription.failed');
    expect(failed.error).toMatchObject({
      code: 'speech_unreachable',
      message: 'The transcriber does not answer.',
    });
    expect((await session.next('response.done')).response.status).toBe('completed');
  });
});
