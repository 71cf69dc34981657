import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { brokenLaws } from '../../src/laws/session-laws.ts';
import { breachesOf, traceOfTake } from '../../src/take/laws-of-take.ts';
import { readScenario, readTake, recordTo, scenarioModel, type Take } from '../../src/testing/index.ts';
import { call } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import { connect, type Peer } from '../e2e/peer.ts';
import { echo, serve, textTurn } from '../e2e/test-server.ts';
import { beside, serveCalls } from '../relay/calling-upstream.ts';
import { again, cut, handleOf } from '../resume/resumed.ts';
import { emptyFolder } from '../setup/folder.ts';

const scripted = {
  models: { '*': scenarioModel(readScenario('replies: [{ steps: [{ say: "You said: {input}" }] }]', 'scenario')) },
};

/** Every byte of every file of a folder, as one text. */
function heldIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      try {
        return readFileSync(join(folder, name), 'latin1');
      } catch {
        return '';
      }
    })
    .join('\n');
}

async function turn(peer: Peer): Promise<void> {
  for (const event of textTurn) peer.send(event);
  await peer.event('rate_limits.updated');
}

const frames = (take: Take): string[] =>
  take.entries.map((entry) => (entry.is === 'frame' ? `${entry.by} ${String(entry.event()?.['type'])}` : entry.is));

describe('a server that records', () => {
  it('writes down what a relayed session says and hears, as the client and the upstream sent it', async () => {
    const path = join(emptyFolder(), 'relayed.take');
    const upstream = await serve({ ...scripted, auth: { keys: ['sk-canary-upstream'] } });
    const url = `${upstream.ws}/v1/realtime`;
    const record = recordTo(path);
    const relay = await serve({
      models: { '*': { relay: { upstreams: [{ url, apiKey: 'sk-canary-upstream' }] } } },
      auth: { keys: ['canary-of-the-client'] },
      record,
    });
    const peer = await connect(`${relay.ws}/v1/realtime?model=m`, {
      headers: { authorization: 'Bearer canary-of-the-client' },
    });
    await turn(peer);
    peer.socket.send(Buffer.from([1, 2, 3]));
    await until('the binary frame to be refused', () => peer.events.find(({ type }) => type === 'error'));
    peer.socket.close(1000, 'Bearer canary-of-the-client');
    await peer.closed();
    await relay.close();
    const take = readTake(path);
    expect(frames(take).filter((line) => line.startsWith('>'))).toEqual([
      '> conversation.item.create',
      '> response.create',
    ]);
    const sent = take.entries.flatMap((entry) => (entry.is === 'frame' && entry.by === '<' ? [entry.event()] : []));
    expect(sent.map((event) => event?.['event_id'])).toEqual(peer.events.map(({ event_id }) => event_id));
    expect(take.entries.find(({ is }) => is === 'binary')).toMatchObject({ by: '>', bytes: Uint8Array.of(1, 2, 3) });
    expect(take.entries.at(-1)).toMatchObject({ closed: { by: 'client', code: 1000, reason: '…' } });
    expect(take.header).toMatchObject({ transport: 'websocket', redacted: ['keys'] });
    expect(heldIn(path)).not.toContain('canary');
  });

  it('writes down the events of a call that is passed on to an upstream', async () => {
    const path = join(emptyFolder(), 'call.take');
    const apiKey = 'sk-canary-upstream';
    const upstream = await serve({
      webrtc: { publicIp: ['127.0.0.1'] },
      models: { voice: echo },
      auth: { keys: [apiKey] },
    });
    const upstreams = [{ url: `${upstream.ws}/v1/realtime`, apiKey }];
    const record = recordTo(path);
    const relay = await serveCalls({ models: { door: { relay: { upstreams, model: 'voice' } } }, record });
    const caller = await call(relay.url, { query: '?model=door' });
    const sideband = await beside(relay, caller.id);
    for (const event of textTurn) sideband.send(event);
    await sideband.event('response.done');
    await caller.hangUp();
    await sideband.closed();
    await relay.close();
    const take = readTake(path);
    expect(take.header).toMatchObject({
      transport: 'webrtc',
      url: expect.stringMatching(/\/v1\/realtime\/calls\?model=door$/),
    });
    expect(frames(take)).toEqual(expect.arrayContaining(['< session.created', '> response.create', '< response.done']));
    expect(heldIn(path)).not.toContain('canary');
  });

  it('goes on in the take of a session that is resumed, and what was missed stands in it once', async () => {
    const path = join(emptyFolder(), 'resumed.take');
    const server = await serve({ ...scripted, record: recordTo(path) });
    const first = await connect(`${server.ws}/v1/realtime?model=m&resumption=1`);
    await turn(first);
    const seen = first.events.find(({ type }) => type === 'response.created')?.event_id ?? '';
    await cut(first);
    const second = await connect(again(server, await handleOf(first), seen));
    await second.event('rate_limits.updated');
    second.socket.close(1000);
    await second.closed();
    await server.close();
    const take = readTake(path);
    const count = (type: string): number => frames(take).filter((line) => line === `< ${type}`).length;
    expect([count('session.created'), count('response.created'), count('response.done')]).toEqual([2, 1, 1]);
    expect(take.entries.at(-1)).toMatchObject({ is: 'closed', closed: { by: 'client', code: 1000 } });
    expect(breachesOf(take)).toEqual([]);
    expect(readFileSync(join(path, 'take.jsonl'), 'utf8')).not.toContain('rsm_');
  });

  it('tells who closed, and with what', async () => {
    const path = join(emptyFolder(), 'drained.take');
    const server = await serve({ ...scripted, record: recordTo(path) });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    await peer.event('session.created');
    await server.close();
    await peer.closed();
    expect(readTake(path).entries.at(-1)).toMatchObject({ closed: { by: 'server', code: 1001 } });
  });

  it('never writes a key, a token or a credential down, wherever a client puts it', async () => {
    const path = join(emptyFolder(), 'secret.take');
    const server = await serve({
      ...scripted,
      auth: { keys: ['canary-key-of-the-server'] },
      record: recordTo(path, { redact: ['transcripts', 'instructions', 'tools', 'audio', 'email'] }),
    });
    const peer = await connect(`${server.ws}/v1/realtime?model=m&api-key=canary-in-the-address`, {
      headers: { authorization: 'Bearer canary-key-of-the-server' },
    });
    await peer.event('session.created');
    const mcp = {
      type: 'mcp',
      server_label: 's',
      server_url: 'https://u:canary-p@m.example/?k=canary-q',
      authorization: 'canary-a',
      headers: { x: 'canary-h' },
    };
    peer.send({
      type: 'session.update',
      session: {
        type: 'realtime',
        instructions: 'canary-instructions',
        tools: [
          {
            type: 'function',
            name: 'f',
            description: 'canary-tools',
            parameters: { type: 'object', properties: { canary: {} } },
          },
          mcp,
        ],
      },
    });
    peer.send({ type: 'input_audio_buffer.append', audio: Buffer.from('canary-audio').toString('base64') });
    peer.send({
      type: 'conversation.item.create',
      item: {
        type: 'message',
        role: 'user',
        content: [{ type: 'input_text', text: 'canary-key-of-the-server, canary-transcript and canary@mail.example' }],
      },
    });
    peer.send({ type: 'response.create', response: { output_modalities: ['text'] } });
    await peer.event('response.done');
    peer.socket.send('{"api_key":"canary-unparsed"');
    peer.socket.close(1000);
    await peer.closed();
    await server.close();
    expect(frames(readTake(path))).toContain('< response.done');
    expect(heldIn(path)).not.toMatch(/canary/);
  });

  it('serves on where nothing can be written, and says so in its log and its metrics', async () => {
    const lines: string[] = [];
    const log = { debug() {}, info() {}, error() {}, warn: (line: string) => void lines.push(line), child: () => log };
    const server = await serve({ ...scripted, record: recordTo('/dev/null/x.take'), log });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    await turn(peer);
    await until('the failure to be counted', async () => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return text.includes('antiphon_takes_total{outcome="failed"} 1');
    });
    expect(lines).toEqual(['a session is not recorded any further']);
  });
});

describe('the laws', () => {
  it('hold in what a server of ours was recorded to say, and are broken where an event is missing', async () => {
    const path = join(emptyFolder(), 'lawful.take');
    const server = await serve({ ...scripted, record: recordTo(path) });
    const peer = await connect(`${server.ws}/v1/realtime?model=m`);
    await turn(peer);
    peer.socket.close(1000);
    await peer.closed();
    await server.close();
    const take = readTake(path);
    expect(breachesOf(take)).toEqual([]);
    expect(brokenLaws(traceOfTake(take))).toEqual([]);
    const without = (type: string): Take => ({
      ...take,
      entries: take.entries.filter((entry) => entry.is !== 'frame' || entry.event()?.['type'] !== type),
    });
    expect(breachesOf(without('session.created')).map(({ law }) => law)).toContain('24');
    expect(breachesOf(without('response.output_text.done')).map(({ law }) => law)).toContain('3');
    expect(breachesOf(without('response.output_text.delta')).map(({ law }) => law)).toContain('4');
  });
});
