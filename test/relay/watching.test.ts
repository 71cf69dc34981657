import { describe, expect, it } from 'vitest';
import type { Model } from '../../src/engines/contract.ts';
import { readScenario, scenarioModel } from '../../src/engines/index.ts';
import { connect } from '../e2e/peer.ts';
import { serve, type TestServer } from '../e2e/test-server.ts';
import { relayed } from './answering-upstream.ts';

const scenario = readScenario(
  `
seed: 7
hear: ["hello"]
replies:
  - when: { contains: "weather" }
    steps: [{ call: { name: f, arguments: {} } }]
  - when: { contains: "fail" }
    steps: [{ say: "Oh" }, { fail: { code: server_error, message: "Broken." } }]
  - steps: [{ say: "Good morning" }]
`,
  'scenario.yaml',
);

/** What is measured, without what takes its own time, or is different by nature. */
async function figures({ url }: TestServer): Promise<readonly string[]> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return text
    .split('\n')
    .filter(
      (line) => line.startsWith('antiphon_') && !/_seconds_(?:bucket|sum)|network_bytes|upstream|unsent/.test(line),
    );
}

const typed = (text: string) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
});

async function talk(server: TestServer): Promise<void> {
  const peer = await connect(server.realtime);
  const done = (count: number) =>
    expect.poll(() => peer.events.filter(({ type }) => type === 'response.done').length).toBe(count);
  for (const [index, text] of ['hi', 'the weather', 'fail'].entries()) {
    peer.send(typed(text));
    peer.send({ type: 'response.create' });
    await done(index + 1);
  }
  peer.send({ type: 'input_audio_buffer.append', audio: Buffer.alloc(48_000).toString('base64') });
  peer.send({ type: 'nonsense' });
  await peer.event('error');
  peer.socket.close(1000);
  await peer.closed();
  await expect.poll(() => figures(server)).toContain('antiphon_sessions{kind="realtime",transport="websocket"} 0');
}

describe('what is seen of a relayed session', () => {
  it('is what is seen of a session of our own', async () => {
    const model: Model = scenarioModel(scenario);
    const own = await serve({ models: { echo: model } });
    await talk(own);
    const upstream = await serve({ models: { echo: model } });
    const relay = await serve({ models: { echo: { relay: { upstreams: [{ url: `${upstream.ws}/v1/realtime` }] } } } });
    await talk(relay);
    const seen = await figures(relay);
    expect(seen.length).toBeGreaterThan(20);
    expect(seen).toEqual(await figures(own));
  });

  it('takes no harm from an upstream that sends known types in strange shapes', async () => {
    const { peer, session, server } = await relayed();
    const types = [
      'session.updated',
      'response.created',
      'response.done',
      'error',
      'conversation.item.added',
      'response.output_item.done',
    ];
    const shapes = [
      '',
      ',"session":null',
      ',"response":[]',
      ',"error":5',
      ',"item":{"type":"message","role":"user","content":5,"id":"i"}',
    ];
    for (const type of types) for (const shape of shapes) session.socket.send(`{"type":"${type}"${shape}}`);
    session.socket.send('{"type":"the.last"}');
    await peer.event('the.last');
    expect(peer.events.length).toBe(types.length * shapes.length + 2);
    expect((await fetch(`${server.url}/metrics`)).status).toBe(200);
    peer.socket.terminate();
  });
});
