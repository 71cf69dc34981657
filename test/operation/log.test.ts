import { describe, expect, it } from 'vitest';
import { logLines } from '../../src/cli/log-lines.ts';
import {
  type Model,
  openaiLanguageModel,
  openaiSynthesizer,
  openaiTranscriber,
  pipelineModel,
  readScenario,
  scenarioModel,
} from '../../src/engines/index.ts';
import type { SessionLog } from '../../src/server/log.ts';
import { transcriptLog } from '../../src/server/observability/observation/transcript-log.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer, refusedUpgrade } from '../e2e/peer.ts';
import { modelThat, serve } from '../e2e/test-server.ts';
import { append, typed } from '../promises/memory-client.ts';
import { watched } from './watched-client.ts';

/** A word that must not get into the log, wherever it was put. */
const secret = (place: string): string => `zanzibar-${place}`;

const scenario = `
seed: 1
hear: ["${secret('speech')}"]
replies:
  - when: { tool: look }
    steps: [{ say: "${secret('answer')}" }]
  - when: { contains: break }
    steps: [{ say: "${secret('partial')}" }, { fail: { code: server_error, message: "${secret('failure')}" } }]
  - steps: [{ call: { name: look, arguments: { where: "${secret('arguments')}" } } }]
`;

async function caught(): Promise<{ readonly log: SessionLog; readonly lines: () => string }> {
  let written = '';
  const to = { write: (line: string) => void (written += line) };
  return { log: await logLines({ level: 'trace', pretty: false, to }), lines: () => written };
}

/** Does all that a client can do with words, sound and keys in it. */
async function confide(peer: Peer): Promise<void> {
  const tool = { type: 'function', name: 'look', description: secret('tool'), parameters: {} };
  const mcp = { type: 'mcp', server_label: 'docs', server_url: 'https://mcp.example/', authorization: secret('mcp') };
  const prompt = { id: 'pmpt_1', variables: { name: secret('variable') } };
  const session = { type: 'realtime', instructions: secret('instructions'), tools: [tool, mcp] };
  peer.send({ type: 'session.update', session });
  peer.send({ type: 'session.update', session: { ...session, tools: [tool], prompt } });
  peer.send({ type: 'session.update', session: { type: 'realtime', voice: secret('wrong') } });
  peer.socket.send(`{"type":"${secret('json')}`);
  peer.socket.send(Buffer.from(secret('binary')));
  peer.send(typed(secret('typed'), 'item_1'));
  peer.send({ type: 'conversation.item.retrieve', item_id: secret('id') });
  for (let frame = 0; frame < 8; frame++) peer.send(append(20));
  for (let frame = 0; frame < 30; frame++) peer.send(append(20, 0));
  await peer.event('response.done');
  const output = { type: 'function_call_output', call_id: 'call_9', output: secret('output') };
  const call = { type: 'function_call', call_id: 'call_9', name: 'look', arguments: `{"a":"${secret('given')}"}` };
  for (const item of [call, output]) peer.send({ type: 'conversation.item.create', item });
  peer.send({ type: 'response.create', response: { metadata: { topic: secret('metadata') } } });
  peer.send(typed('break'));
  await until('two responses', () => peer.events.filter(({ type }) => type === 'response.done').length === 2);
  peer.send({ type: 'response.create' });
  await until('three responses', () => peer.events.filter(({ type }) => type === 'response.done').length === 3);
}

describe('the log at its most talkative', () => {
  it('holds no key, no sound and no word of a session', async () => {
    const { log, lines } = await caught();
    const models = { echo: scenarioModel(readScenario(scenario, 'scenario.yaml')) };
    const server = await serve({ log, models, auth: { keys: [secret('key')] } });
    const headers = { Authorization: `Bearer ${secret('key')}` };
    const peer = await connect(server.realtime, { headers });
    await confide(peer);
    const told = JSON.stringify(peer.events);
    for (const place of ['answer', 'arguments', 'partial', 'failure']) expect(told).toContain(secret(place));
    peer.socket.close();
    await peer.closed();
    await (await connect(server.realtime, { headers: { Authorization: 'Bearer zanzibar-wrong' } })).closed();
    await (
      await connect(server.realtime, { protocols: ['realtime', `openai-insecure-api-key.${secret('key')}`] })
    ).event('session.created');
    await refusedUpgrade(`${server.ws}/v1/zanzibar`, { headers });
    await fetch(`${server.url}/v1/models?key=zanzibar-query`, { headers });
    const minted = await fetch(`${server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: JSON.stringify({ session: { type: 'realtime', model: 'echo', instructions: secret('bound') } }),
    });
    const { value } = Object(await minted.json());
    expect(value).toMatch(/^ek_/);
    await (await connect(server.realtime, { headers: { Authorization: `Bearer ${value}` } })).event('session.created');
    expect(lines()).toContain('session opened');
    expect(lines()).toContain('session closed');
    expect(lines()).toContain('connection refused');
    expect(lines()).not.toContain('zanzibar');
    expect(lines()).not.toContain(value);
    expect(lines()).not.toMatch(/[A-Za-z0-9+/]{40}/); // no sound as base64
  });

  it('names the cause of a model’s failure, which is the model’s to choose, and tells the client nothing of it', async () => {
    const { log, lines } = await caught();
    const broken = modelThat(() => {
      throw new Error('connection refused by the model');
    });
    const server = await serve({ log, models: { echo: broken } });
    const peer = await connect(server.realtime);
    peer.send({ type: 'response.create' });
    await peer.event('response.done');
    expect(lines()).toContain('connection refused by the model');
    expect(JSON.stringify(peer.events)).not.toContain('connection refused by the model');
    peer.socket.terminate();
  });
});

describe('a client that asks for the beta', () => {
  it.each([
    ['by header', { headers: { 'openai-beta': 'realtime=v1' } }],
    ['by subprotocol', { protocols: ['realtime', 'openai-beta.realtime-v1'] }],
  ])('%s is told of once in the log, with the flag that has it understood', async (_, how) => {
    const { log, lines } = await caught();
    const server = await serve({ log });
    await (await connect(server.realtime, how)).event('session.created');
    expect(lines().match(/--beta-header translate/g)).toHaveLength(1);
  });

  it('is not told of where it is understood, or where it did not ask', async () => {
    const { log, lines } = await caught();
    const server = await serve({ log, compatibility: { betaHeader: 'translate' } });
    const headers = { 'openai-beta': 'realtime=v1' };
    await (await connect(server.realtime, { headers })).event('session.created');
    await (await connect((await serve({ log })).realtime)).event('session.created');
    expect(lines()).toContain('session opened');
    expect(lines()).not.toContain('--beta-header');
  });
});

/** A pipeline whose endpoint answers all that it is asked with something that quotes the user's words. */
function quoting(answer: (question: string) => Response): Model {
  const options = {
    model: 'm',
    baseUrl: 'http://127.0.0.1:1/v1',
    retries: 0,
    fetch: async (_: unknown, init?: RequestInit): Promise<Response> =>
      answer(/zanzibar-\w+/.exec(String(init?.body))?.[0] ?? 'no question'),
  };
  return pipelineModel({
    transcriber: openaiTranscriber(options),
    languageModel: openaiLanguageModel(options),
    synthesizer: openaiSynthesizer(options),
  });
}

describe('the log of a model whose upstream quotes what it was asked', () => {
  const refused = (status: number) => (question: string) => Response.json({ error: { message: question } }, { status });
  const streamed = (data: (question: string) => unknown) => (question: string) =>
    new Response(`data: ${JSON.stringify(data(question))}\n\n`, { headers: { 'content-type': 'text/event-stream' } });

  it.each([
    ['refuses', refused(400)],
    ['knows no model', refused(404)],
    ['is asked too often', refused(429)],
    ['fails', refused(500)],
    ['reports an error in its answer', streamed((question) => ({ error: { message: question } }))],
    ['reports a refusal in its answer', streamed((question) => ({ error: { message: question, code: 400 } }))],
    ['sends what is no answer', streamed((question) => ({ choices: question }))],
    ['sends what is no JSON', (question: string) => new Response(`data: ${question}\n\n`)],
  ] as const)('holds no word of it where it %s', async (_, answer) => {
    const { log, lines } = await caught();
    const server = await serve({ log, models: { echo: quoting(answer) } });
    const peer = await connect(server.realtime);
    peer.send(typed(secret('question')));
    peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await peer.event('response.done');
    expect(lines()).toContain('the model failed');
    expect(lines()).toContain('The language model at 127.0.0.1:1');
    expect(lines()).not.toContain('zanzibar');
    peer.socket.terminate();
  });

  it('holds it with transcripts, where words are wanted', async () => {
    const { log, lines } = await caught();
    const server = await serve({ log, logTranscripts: true, models: { echo: quoting(refused(400)) } });
    const peer = await connect(server.realtime);
    peer.send(typed(secret('question')));
    peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await peer.event('response.done');
    const line = lines()
      .split('\n')
      .find((each) => each.includes('the model failed'));
    expect(line).toContain(secret('question'));
    peer.socket.terminate();
  });
});

describe('the log with transcripts', () => {
  it('also holds what both sides say, at level info, and still no sound, instructions or arguments', async () => {
    const { log, lines } = await caught();
    const client = watched(transcriptLog(log), scenario);
    client.send({ type: 'session.update', session: { type: 'realtime', instructions: secret('instructions') } });
    client.speak(140);
    client.speak(600, 0);
    client.send(typed('break'), { type: 'response.create' });
    const found = lines()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(found.map(({ level, msg, transcript, text }) => [level, msg, transcript ?? text])).toEqual([
      [30, 'the user said', secret('speech')],
      [30, 'the user typed', 'break'],
      [30, 'the assistant said', secret('partial')],
    ]);
    for (const line of found) expect(line.session).toMatch(/^sess_/);
  });

  it('is what `logTranscripts` switches on', async () => {
    const { log, lines } = await caught();
    const server = await serve({ log, logTranscripts: true });
    const peer = await connect(server.realtime);
    peer.send(typed('anything at all'));
    peer.send({ type: 'response.create' });
    await peer.event('response.done');
    expect(lines()).toContain('anything at all');
    peer.socket.terminate();
  });
});
