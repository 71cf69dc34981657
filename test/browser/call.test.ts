import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AnyServerEvent, connect, emptyView, foldAll } from 'antiphon/client';
import { echoModel, type Model, readScenario, scenarioModel } from 'antiphon/engines';
import { listen, type RunningServer } from 'antiphon/server';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeBase64, decodeSamples } from '../../src/audio/index.ts';
import { record } from '../engines/espeak-recording.ts';
import type { Client, Told } from './call-page.ts';
import { openBrowser, openPage } from './chromium.ts';
import { answersIn, heardOf, wordsIn } from './heard.ts';
import { bundle, servePage } from './page-server.ts';
import { speechFile, speechRate } from './speech-file.ts';

const script = `
voice: espeak
hear: [what is the weather like in paris today, again what is the weather like in paris today]
replies:
  - when: { tool: get_weather }
    steps: [{ say: 'it is {output} in paris today' }]
  - when: { contains: again }
    steps: [{ call: { name: get_weather, arguments: { city: Paris } } }]
  - steps:
      - say: >-
          before I tell you what the weather is like I would like to say a word about the river that flows through the city
          which rises in the hills of the east and runs past many a village and many a castle and under many a bridge until
          it meets the sea after a long journey through the plains of the north
`;
/** What may be recognised. */
const grammar = [
  'what is the (weather | time) like in (paris | london | rome) (today | tomorrow)',
  'it is (sunny | cloudy | raining) in (paris | london | rome) (today | tomorrow)',
];

const question = 'what is the weather like in paris today';
const key = 'sk-browsers';

/** What the model of each client had in its context of what the assistant had said, response by response. */
const remembered: Record<Client, string[]> = { agents: [], plain: [], ours: [] };

/** The scripted model, which tells what it remembers. */
function remembering(client: Client): Model {
  const model = scenarioModel(readScenario(script, 'script.yaml'));
  return {
    open() {
      const session = model.open();
      return {
        ...session,
        respond(turn, signal) {
          const words = turn.items.flatMap(({ item, words: said }) =>
            'role' in item && item.role === 'assistant' ? [said ?? ''] : [],
          );
          remembered[client].push(words.join(' '));
          return session.respond(turn, signal);
        },
      };
    },
  };
}

const root = join(import.meta.dirname, '../..');
const example = readFileSync(join(root, 'examples/call/index.html'), 'utf8');

let server: RunningServer;
/** Needs no key. */
let echo: RunningServer;
let speech: string;
let pageUrl: string;
let exampleUrl: string;

beforeAll(async () => {
  const models = { agents: remembering('agents'), plain: remembering('plain'), ours: remembering('ours') };
  server = await listen({ port: 0, models, auth: { keys: [key] } });
  echo = await listen({ port: 0, models: { echo: echoModel({ voice: null }) } });
  const scripts = { '/page.js': await bundle(join(import.meta.dirname, 'call-page.ts')) };
  pageUrl = await servePage({ html: '<script type="module" src="/page.js"></script>', scripts });
  exampleUrl = await servePage({ html: example.replace('http://127.0.0.1:8080', echo.url), scripts });
  const said = record({ text: question, voice: 'en', wordsPerMinute: 150 }, speechRate);
  speech = speechFile([0.2, said, 1]);
});

afterAll(() => Promise.all([server.close(), echo.close()]));

/** A client's secret, as a token server mints it. */
async function clientSecret(model: string): Promise<string> {
  const answer = await fetch(`${server.url}/v1/realtime/client_secrets`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session: { type: 'realtime', model } }),
  });
  return JSON.parse(await answer.text()).value;
}

interface Held {
  readonly page: Page;
  readonly problems: readonly string[];
  readonly events: readonly Told[];
  /** What came out. */
  readonly sound: Int16Array;
}

/** A whole conversation: a question, its answer, interrupted by the question anew, a tool call, and the second answer. */
async function conversation(client: Client): Promise<Held> {
  const opened = await openPage(await openBrowser({ speech }), pageUrl);
  await opened.page.waitForFunction(() => 'witness' in globalThis);
  const calling = { url: server.url, model: client, key: await clientSecret(client) };
  await opened.page.evaluate(([name, to]) => clients[name](to), [client, calling] as const);
  const { heard, ...told } = await opened.page.evaluate(hold);
  return { ...opened, ...told, sound: decodeSamples(decodeBase64(heard) ?? new Uint8Array(), 'audio/pcm') };
}

/** In the page: speaks, and waits for all of it. */
async function hold(): Promise<{ heard: string; events: readonly Told[] }> {
  const { event, events, hear, sound, speak } = witness;
  await bench.until('the tools', () =>
    events.some(({ type, session }) => type === 'session.updated' && session.tools.length > 0),
  );
  await speak();
  await event('output_audio_buffer.started');
  await hear(1_200);
  await speak();
  await event('conversation.item.truncated');
  await event('output_audio_buffer.stopped');
  const heard = await sound();
  return { heard, events };
}

/** The first answer as it would be without an interruption: its words with the times at which they end, and its sound. */
async function wholeAnswer() {
  const session = await connect({ url: server.url, key, model: 'plain' });
  await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] });
  const words: { readonly text: string; toMs: number }[] = [];
  const pieces: Int16Array[] = [];
  let toMs = 0;
  for await (const event of session.respond().events) {
    if (event.type === 'response.output_audio_transcript.delta') words.push({ text: event.delta, toMs });
    if (event.type !== 'response.output_audio.delta') continue;
    const samples = decodeSamples(decodeBase64(event.delta) ?? new Uint8Array(), 'audio/pcm');
    pieces.push(samples);
    toMs += samples.length / 24;
    const last = words.at(-1);
    if (last !== undefined) last.toMs = toMs;
  }
  session.close();
  const saidBy = (ms: number) =>
    words
      .filter((word) => word.toMs <= ms)
      .map(({ text }) => text)
      .join('')
      .trimEnd();
  return { saidBy, sound: Int16Array.from(pieces.flatMap((piece) => [...piece])) };
}

/** What the server plays and cuts, and asks of the client. */
const story = [
  'output_audio_buffer.started',
  'output_audio_buffer.cleared',
  'conversation.item.truncated',
  'response.function_call_arguments.done',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
];

/** Holds the conversation and judges it. Gives what the server cut. */
async function judged(client: Client): Promise<Held & { readonly cut: Told }> {
  const held = await conversation(client);
  const { events, sound, problems } = held;
  expect(events.filter(({ type }) => type === 'error')).toEqual([]);
  expect(problems).toEqual([]);
  expect(events.map(({ type }) => type).filter((type) => story.includes(type))).toEqual(story);
  const cut = events.find(({ type }) => type === 'conversation.item.truncated') ?? { type: 'none' };
  const [interrupted, answer] = answersIn(sound);
  const whole = await wholeAnswer();
  const heard = heardOf(whole.sound, interrupted);
  expect(heard.likeness).toBeGreaterThan(0.6);
  expect(Math.abs(cut['audio_end_ms'] - heard.ms)).toBeLessThanOrEqual(150);
  const [before, kept = ''] = remembered[client];
  expect(before).toBe('');
  expect(kept.length).toBeGreaterThanOrEqual(whole.saidBy(heard.ms - 150).length);
  expect(kept.length).toBeLessThanOrEqual(whole.saidBy(heard.ms + 150).length);
  expect(await wordsIn(answer, grammar)).toBe('it is sunny in paris today');
  return { ...held, cut };
}

describe.concurrent('a call from Chromium is a conversation with an interruption and a tool', () => {
  it('by @openai/agents-realtime', async () => {
    await judged('agents');
  });

  it('by a plain RTCPeerConnection', async () => {
    await judged('plain');
  });

  it('by our client, whose playhead and view tell what was heard of the interrupted answer', async () => {
    const { page, events, cut } = await judged('ours');
    const { item_id: itemId, audio_end_ms: cutMs } = cut;
    const { heardMs, estimateMs } = await page.evaluate((id) => ours.heard(id), itemId);
    expect(heardMs).toBe(cutMs);
    expect(Math.abs(estimateMs - cutMs)).toBeLessThan(500);
    const { items, responses, lastError } = foldAll(emptyView(), events as readonly AnyServerEvent[]);
    expect(items.find(({ id }) => id === itemId)).toMatchObject({
      interrupted: true,
      parts: [{ truncatedAtMs: cutMs }],
    });
    expect(responses.map(({ playback }) => playback)).toEqual(['cleared', 'none', 'stopped']);
    expect(lastError).toBeNull();
    expect(await page.evaluate(() => ours.call.callId)).toMatch(/^rtc_[\da-f]{28}$/);
  });
});

describe.concurrent('a call of our client whose session is about to be too old', () => {
  it('is followed by another, in which the session goes on', async () => {
    // Told of a minute ahead, which is at once; it is young again then.
    const aging = await listen({
      port: 0,
      models: { echo: echoModel({ voice: null }) },
      limits: { sessionMinutes: 1.05 },
    });
    try {
      const { page, problems } = await openPage(await openBrowser({ speech }), pageUrl);
      await page.waitForFunction(() => 'witness' in globalThis);
      const calling = { url: aging.url, model: 'echo', key: 'none' };
      await page.evaluate((to) => clients.ours(to), calling);
      const { first, changes, next, events } = await page.evaluate(async () => {
        await bench.until('another call', () => ours.changes.some(({ type }) => type === 'reconnected'));
        return { first: ours.firstCallId, changes: ours.changes, next: ours.call.callId, events: witness.events };
      });
      expect(changes.slice(0, 2)).toMatchObject([
        { type: 'reconnecting', reason: 'age', attempt: 1 },
        { type: 'reconnected', resumed: 'restored', restoredItemIds: [] },
      ]);
      expect(next).not.toBe(first);
      const sessions = events.flatMap(({ type, session }) => (type === 'session.created' ? [session.id] : []));
      expect(sessions.length).toBeGreaterThan(1);
      expect(new Set(sessions).size).toBe(1);
      expect(problems).toEqual([]);
      await page.close();
    } finally {
      await aging.close();
    }
  });
});

/** Says the question, and gives what comes back. */
async function echoOf(page: Page, nth: number): Promise<Int16Array> {
  const heard = await page.evaluate(async (turn) => {
    const before = await witness.position();
    await witness.speak();
    await witness.event('output_audio_buffer.stopped', turn);
    return witness.sound(before);
  }, nth);
  return decodeSamples(decodeBase64(heard) ?? new Uint8Array(), 'audio/pcm');
}

describe.concurrent('the page that docs/webrtc.md shows', () => {
  it('is the example', () => {
    const docs = readFileSync(join(root, 'docs/webrtc.md'), 'utf8');
    const shown = /^```html\n([\s\S]*?)^```$/m.exec(docs)?.[1] ?? 'nothing';
    const lines = (text: string) =>
      text
        .split('\n')
        .map((line) => line.trim())
        .join('\n');
    expect(lines(example)).toContain(lines(shown));
  });

  it('is answered with what was said', async () => {
    const { page, problems } = await openPage(await openBrowser({ speech }), exampleUrl);
    await page.addScriptTag({ url: '/page.js', type: 'module' });
    await page.waitForFunction(() => 'witness' in globalThis);
    await page.click('#call');
    await page.evaluate(async () => {
      await witness.event('session.created');
      // A busy machine may stutter, which is no end of a turn.
      const detection = { type: 'server_vad', silence_duration_ms: 800 };
      witness.send({
        type: 'session.update',
        session: { type: 'realtime', audio: { input: { turn_detection: detection } } },
      });
      await witness.event('session.updated');
    });
    const heard: string[] = [];
    // Nor is every word that it stutters understood.
    while (heard.length < 4 && heard.at(-1) !== question)
      heard.push(await wordsIn(await echoOf(page, heard.length), grammar));
    expect(heard.at(-1)).toBe(question);
    expect(await page.locator('#events').textContent()).toContain('response.done');
    expect(problems).toEqual([]);
  });
});
