import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { memoryState, systemClock } from '../../src/server/index.ts';
import { breachesOf } from '../../src/take/laws-of-take.ts';
import { authToken, orderIn, publicKey, publicUrl, twilioSignature } from '../../src/testing/carrier-webhook.ts';
import { readScenario, readTake, recordTo, scenarioModel, virtualClock } from '../../src/testing/index.ts';
import { speech } from '../clients/speech.ts';
import { until } from '../clients/until.ts';
import { connect, refusedUpgrade } from '../e2e/peer.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { serve } from '../e2e/test-server.ts';
import { call, openStream, ring } from './carrier.ts';

/** How long a character is said, by the scenario's voice. */
const characterMs = 60;
const greeting = 'Good day.';
const answer = 'Good morning to you, and welcome to the house of many, many words.';
const scenario = `
seed: 1
hear: [good morning, stop please, ""]
replies:
  - { when: { contains: morning }, steps: [{ say: "${answer}" }] }
  - { when: { contains: stop }, steps: [{ say: "As you like." }] }
  - steps: [{ say: "${greeting}" }]
`;
const said = (text: string): Uint8Array => speech(text, { beforeMs: 0, afterMs: 200 }, 'audio/pcmu');
const scripted = () => scenarioModel(readScenario(scenario, 'scenario'));
const twilio = { model: 'phone', authToken, greeting: 'Say hello.' };
const telephony = { publicUrl, twilio, telnyx: { model: 'phone', publicKey, greeting: 'Say hello.' } };
const served = () => ({ models: { phone: scripted() }, telephony });

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'antiphon-phone-'));
  folders.push(folder);
  return folder;
}

const { run } = programsOfTest();

describe('the program', () => {
  it('answers the telephone: it greets, hears speech, answers, falls silent when the caller speaks, and drains', async () => {
    const folder = emptyFolder();
    writeFileSync(join(folder, 'scenario.yaml'), scenario);
    writeFileSync(
      join(folder, 'antiphon.yaml'),
      `port: 0
models: { phone: { scenario: ./scenario.yaml } }
telephony:
  public_url: ${publicUrl}
  twilio: { model: phone, auth_token: "\${TOKEN}", greeting: Say hello., ahead_ms: 1000 }
`,
    );
    const program = run(['serve'], { folder, environment: { TOKEN: authToken } });
    const url = await program.url();
    const { phone, closed, callId } = await call(url);
    await until('the greeting', () => phone.heardMs >= greeting.length * characterMs);
    const sideband = await connect(`${url.replace('http', 'ws')}/v1/realtime?call_id=${callId}`);
    await sideband.event('session.created');
    phone.say(said('Good morning!'));
    await until('some of the answer', () => phone.heardMs >= greeting.length * characterMs + 1500);
    phone.say(said('Stop, please!'));
    const truncated = await sideband.event('conversation.item.truncated');
    await until('the clear', () => phone.cleared.length > 0);
    const heardMs = (phone.cleared[0] ?? 0) - greeting.length * characterMs;
    const cutMs = Number(truncated['audio_end_ms']);
    // On a slow machine the carrier falls behind the clock, but never behind a mark that has not come back.
    expect(cutMs).toBeGreaterThan(0);
    expect(cutMs).toBeLessThan(answer.length * characterMs);
    expect(Math.abs(cutMs - heardMs)).toBeLessThanOrEqual(400);
    await until('the next answer', () => phone.heardMs >= 'As you like.'.length * characterMs);
    program.kill('SIGTERM');
    expect((await closed()).code).toBe(1001);
    expect(await program.exited()).toBe(0);
    expect(phone.complaints).toEqual([]);
    expect(phone.longestUnmarkedMs).toBeLessThanOrEqual(200);
    expect(phone.mostAheadMs).toBeLessThanOrEqual(1400);
    expect(program.stderr()).not.toContain(authToken);
  });
});

describe('a telephone call', () => {
  it.each(['twilio', 'telnyx'] as const)('of %s is controlled and joined like any other', async (carrier) => {
    const server = await serve(served());
    const { phone, closed, callId } = await call(server.url, { carrier });
    const sideband = await connect(`${server.ws}/v1/realtime?call_id=${callId}`);
    expect(await sideband.event('session.created')).toMatchObject({
      session: { audio: { input: { format: { type: 'audio/pcmu' } }, output: { format: { type: 'audio/pcmu' } } } },
    });
    phone.press('5');
    expect(await sideband.event('input_audio_buffer.dtmf_event_received')).toMatchObject({ event: '5' });
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain(`antiphon_sessions{kind="realtime",transport="${carrier}"} 1`);
    const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
    expect(data).toMatchObject([{ call_id: callId, transport: carrier, model: 'phone' }]);
    expect((await fetch(`${server.url}/v1/realtime/calls/${callId}/hangup`, { method: 'POST' })).status).toBe(200);
    expect(await closed()).toEqual({ code: 1000, reason: 'hung up' });
    expect((await sideband.closed()).code).toBe(1000);
    expect(phone.complaints).toEqual([]);
  });

  it('finds its node from any other, as its stream’s address names it', async () => {
    const state = memoryState(systemClock());
    const options = { ...served(), auth: { keys: ['sk-test'] }, state };
    const [holder, other] = await Promise.all(['aaaaaa', 'bbbbbb'].map((id) => serve({ ...options, node: { id } })));
    const order = await orderIn(await ring(holder?.url ?? ''));
    expect(order.callId).toMatch(/^rtc_aaaaaa/);
    const { phone, closed } = await openStream(other?.url ?? '', order.path, { parameters: order.parameters });
    phone.greet();
    phone.start();
    await until('the greeting', () => phone.heardMs >= greeting.length * characterMs);
    const stranger = await openStream(other?.url ?? '', order.path, { parameters: order.parameters });
    stranger.phone.start();
    expect((await stranger.closed()).code).toBe(1008);
    phone.hangUp();
    expect((await closed()).code).toBe(1000);
  });

  it('is written down with its sound, and keeps the laws', async () => {
    const path = join(emptyFolder(), 'phone.take');
    const server = await serve({ ...served(), record: recordTo(path) });
    const { phone, closed, callId } = await call(server.url);
    const sideband = await connect(`${server.ws}/v1/realtime?call_id=${callId}`);
    phone.press('1');
    await sideband.event('output_audio_buffer.stopped');
    phone.hangUp();
    await closed();
    await server.close();
    const take = readTake(path);
    expect(take.header).toMatchObject({
      transport: 'twilio',
      url: expect.stringMatching(/\/telephony\/twilio\/voice$/),
    });
    const sounds = take.entries.filter((entry) => entry.is === 'sound');
    const samples = (track: 'in' | 'out') =>
      sounds.filter((entry) => entry.track === track).reduce((sum, entry) => sum + entry.bytes().length / 2, 0);
    expect(samples('out')).toBe(greeting.length * characterMs * 24);
    expect(samples('in')).toBeGreaterThan(0);
    expect(breachesOf(take)).toEqual([]);
  });
});

describe('the address of streams', () => {
  it('is one of those who sign it, where they do', async () => {
    const server = await serve(served());
    const target = '/telephony/twilio';
    const address = `wss://voice.example${target}`;
    const wrong = { 'x-twilio-signature': twilioSignature(`${address}x`) };
    const refused = await refusedUpgrade(`${server.ws}${target}`, { headers: wrong });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: 'invalid_signature' } } });
    for (const signed of [address, `${address}/`]) {
      const headers = { 'x-twilio-signature': twilioSignature(signed), host: 'voice.example' };
      const { socket, closed } = await openStream(server.url, target, { headers });
      socket.close(1000);
      await closed();
    }
  });

  it('is unknown where the carrier is not configured', async () => {
    const server = await serve({ telephony: { publicUrl, twilio: { model: 'echo', authToken } } });
    const refused = await refusedUpgrade(`${server.ws}/telephony/telnyx/rtc_0`);
    expect(refused).toMatchObject({ status: 404, body: { error: { code: 'unknown_url' } } });
  });

  it('costs a stranger five seconds, and the server no session', async () => {
    const clock = virtualClock();
    const server = await serve({ ...served(), clock });
    const silent = await openStream(server.url, '/telephony/twilio');
    const guessing = await openStream(server.url, '/telephony/twilio/rtc_0', { parameters: { token: 'x' } });
    guessing.phone.start();
    expect((await guessing.closed()).code).toBe(1008);
    clock.advance(5000);
    expect((await silent.closed()).code).toBe(1008);
    const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
    expect(data).toEqual([]);
  });

  it('takes no frame that is longer than any carrier’s', async () => {
    const server = await serve(served());
    const { socket, closed } = await call(server.url);
    socket.send(' '.repeat(70_000));
    expect((await closed()).code).toBe(1009);
    await until('the end of the session', async () => {
      const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
      return data.length === 0;
    });
  });

  it('is not kept open by a peer that vanishes', async () => {
    const server = await serve(served());
    const { socket } = await call(server.url);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    socket.terminate();
    await until('the end of the session', async () => {
      const { data } = await (await fetch(`${server.url}/admin/sessions`)).json();
      return data.length === 0;
    });
  });
});

describe('a transfer', () => {
  interface Asked {
    readonly path: string;
    readonly authorization: string;
    readonly body: string;
  }

  /** Twilio's API, as far as calls are redirected by it. */
  async function api(status: number): Promise<{ readonly url: string; readonly asked: Asked[]; close(): void }> {
    const asked: Asked[] = [];
    const server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (part: string) => (body += part));
      request.on('end', () => {
        asked.push({ path: request.url ?? '', authorization: request.headers.authorization ?? '', body });
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    return { url: `http://127.0.0.1:${address.port}`, asked, close: () => void server.close() };
  }

  const transferring = `
replies:
  - { when: { tool: transfer }, steps: [{ say: "It failed: {output}" }] }
  - steps: [{ say: "One moment." }, { call: { name: transfer, arguments: { target: "+49 30 555" } } }]
`;

  it('is asked of the carrier by the model, after its last word, and over HTTP', async () => {
    const carrier = await api(200);
    const server = await serve({
      models: { phone: scenarioModel(readScenario(transferring, 'scenario')) },
      telephony: {
        publicUrl,
        twilio: { ...twilio, accountSid: 'AC01', referAllow: ['tel:+49*'], apiUrl: carrier.url },
      },
    });
    const { phone, callId, closed } = await call(server.url);
    const [first] = await until('the transfer', () => carrier.asked.length > 0 && carrier.asked);
    expect(phone.heardMs).toBe('One moment.'.length * characterMs);
    expect(first?.path).toBe('/2010-04-01/Accounts/AC01/Calls/CA01.json');
    expect(first?.authorization).toBe(`Basic ${Buffer.from(`AC01:${authToken}`).toString('base64')}`);
    expect(new URLSearchParams(first?.body).get('Twiml')).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Dial>+4930555</Dial></Response>',
    );
    const refer = (target_uri: string) =>
      fetch(`${server.url}/v1/realtime/calls/${callId}/refer`, {
        method: 'POST',
        body: JSON.stringify({ target_uri }),
      });
    expect((await refer('tel:+49-40-1234')).status).toBe(200);
    expect(new URLSearchParams(carrier.asked[1]?.body).get('Twiml')).toContain('<Dial>+49401234</Dial>');
    expect((await refer('tel:+1900555')).status).toBe(400);
    expect(carrier.asked).toHaveLength(2);
    phone.hangUp();
    await closed();
    carrier.close();
  });

  it('is asked of Telnyx in its own way', async () => {
    const carrier = await api(200);
    const account = { accountSid: 'a-1', apiKey: 'KEY01', referAllow: ['tel:+49*'], apiUrl: carrier.url };
    const server = await serve({
      models: { phone: scenarioModel(readScenario(transferring, 'scenario')) },
      telephony: { publicUrl, telnyx: { ...telephony.telnyx, ...account } },
    });
    const { phone, closed } = await call(server.url, { carrier: 'telnyx', form: { CallSid: 'v3:x' } });
    const [asked] = await until('the transfer', () => carrier.asked.length > 0 && carrier.asked);
    expect(asked?.path).toBe('/v2/texml/Accounts/a-1/Calls/v3%3Ax');
    expect(asked?.authorization).toBe('Bearer KEY01');
    expect(new URLSearchParams(asked?.body).get('Texml')).toContain('<Dial>+4930555</Dial>');
    phone.hangUp();
    await closed();
    carrier.close();
  });

  it('that the carrier refuses is told to the model, and to whoever asks', async () => {
    const carrier = await api(404);
    const server = await serve({
      models: { phone: scenarioModel(readScenario(transferring, 'scenario')) },
      telephony: {
        publicUrl,
        twilio: { ...twilio, accountSid: 'AC01', referAllow: ['tel:+49*'], apiUrl: carrier.url },
      },
    });
    const { phone, callId } = await call(server.url);
    const sideband = await connect(`${server.ws}/v1/realtime?call_id=${callId}`);
    const failed = 'It failed: The transfer failed.';
    await until('the model to say so', () =>
      sideband.events.some(
        ({ type, transcript }) => type === 'response.output_audio_transcript.done' && transcript === failed,
      ),
    );
    const body = JSON.stringify({ target_uri: 'tel:+4930' });
    const refused = await fetch(`${server.url}/v1/realtime/calls/${callId}/refer`, { method: 'POST', body });
    expect([refused.status, (await refused.json()).error.code]).toEqual([502, 'refer_failed']);
    phone.leave();
    carrier.close();
  });
});
