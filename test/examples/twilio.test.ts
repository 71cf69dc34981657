import type { Model, Turn } from 'antiphon/engines';
import type { RunningServer } from 'antiphon/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { scripted, serveExamples, serverKey } from './examples-server.ts';
import { type RunningExample, runExample, startExample } from './run-example.ts';

const greeting = 'This is the choir, good day. ';
const answer = 'Good morning to you, and welcome to the house of many words.';
/** How long a character is said, by the scenario's voice. */
const characterMs = 60;

/** The examples' model, which writes down what it is asked. */
function listening(turns: Turn[]): Model {
  return {
    open(...given) {
      const session = scripted().open(...given);
      return {
        ...session,
        respond(turn, ...rest) {
          turns.push(turn);
          return session.respond(turn, ...rest);
        },
      };
    },
  };
}

describe('the telephone example', () => {
  const turns: Turn[] = [];
  let endpoint: RunningServer;
  let bridge: RunningExample;

  beforeAll(async () => {
    endpoint = await serveExamples({ listening: listening(turns) });
    const REALTIME_URL = `${endpoint.url}/v1/realtime?model=listening`;
    bridge = await startExample('twilio/server.ts', {
      environment: { REALTIME_URL, REALTIME_KEY: serverKey, PORT: '0' },
    });
  });
  afterAll(() => endpoint.close());

  it('answers a call, falls silent when the caller speaks, and the model knows what the caller heard', async () => {
    // Strangers can find the address of the stream.
    const stranger = new WebSocket(new URL('/stream', bridge.url));
    await new Promise((resolve) => stranger.once('open', resolve));
    for (const frame of ['{', '7', '{"event":"media"}', '{"event":"mark","mark":{"name":"played_1"}}'])
      stranger.send(frame);
    stranger.close();
    const { code, stdout, stderr } = await runExample('twilio/check.ts', {
      environment: { APP_URL: bridge.url, SPEED: '5' },
    });
    const bridged = await bridge.stop();
    expect(stderr).toBe('');
    expect(bridged.stderr).toBe('');
    expect(code).toBe(0);

    expect(stdout).toContain(`greeted for ${greeting.length * characterMs} ms\n`);
    const [, ms, before, last] = (/at (\d+) ms; marks told of (\d+) and (\d+)/.exec(stdout) ?? []).map(Number);
    const interruptions = [...bridged.stdout.matchAll(/^interrupted (.*)$/gm)].map(([, json = '']) => JSON.parse(json));
    // The greeting was heard to its end, so nothing was cut; the last mark may have crossed with the clear.
    const cut = { kind: 'truncate', item_id: expect.any(String), content_index: 0, audio_end_ms: expect.any(Number) };
    expect(interruptions).toEqual([[], [cut]]);
    const cutMs = interruptions[1]?.[0].audio_end_ms;
    expect([before, last]).toContain(cutMs);
    expect(cutMs).toBeGreaterThan(0);
    expect(cutMs).toBeLessThanOrEqual(ms ?? 0);
    expect(ms).toBeLessThan(answer.length * characterMs);
    const words = turns.at(-1)?.items.map((each) => each.words);
    expect(words).toEqual([greeting, 'good morning', expect.any(String), 'stop, please']);
    expect(answer.startsWith(words?.[2] ?? '?')).toBe(true);
    expect(words?.[2]?.length).toBeLessThanOrEqual((cutMs ?? 0) / characterMs);
  });
});
