import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeAudio, FakeConnection, FakeStream } from '../../../test/client/fake-call.ts';
import { memoryServer } from '../../../test/client/memory-server.ts';
import { created, event, part } from '../../../test/client/spoken.ts';
import type { Wire } from '../../wire/wire.ts';
import { type SessionOptions, startSession } from '../index.ts';
import { createPlayhead } from '../playhead/playhead.ts';
import { type WebRtcOptions, webrtc } from './webrtc.ts';

const script = `
replies:
  - steps: [{ say: 'Good day.' }]
`;

/** Has a connection's channel carry what a wire does. */
function join(connection: FakeConnection, wire: Wire): void {
  const { channel } = connection;
  channel.peer = wire;
  channel.opens();
  connection.becomes('connected');
  wire.open({
    frame: (text) => channel.receives(text),
    binary: () => {},
    drained: () => {},
    closed: ({ code }) => (code === 1006 ? connection.becomes('failed') : channel.closes()),
  });
}

/** Calls that fake connections make: each reaches a session of our own server in memory. */
function exchange() {
  const server = memoryServer(script);
  const connections: FakeConnection[] = [];
  const offers: string[] = [];
  const refusals: number[] = [];
  const microphones: FakeStream[] = [];
  vi.stubGlobal(
    'RTCPeerConnection',
    class extends FakeConnection {
      constructor() {
        super();
        connections.push(this);
        this.answered = () => void server.dial().then((wire) => join(this, wire));
      }
    },
  );
  vi.stubGlobal('fetch', (url: string) => {
    const status = refusals.shift();
    offers.push(url);
    const error = { message: 'No.', type: 'invalid_request_error', param: null, code: 'invalid_api_key' };
    if (status !== undefined) return Promise.resolve(new Response(JSON.stringify({ error }), { status }));
    const headers = { Location: `/v1/realtime/calls/rtc_${offers.length}` };
    return Promise.resolve(new Response('v=0 answer', { status: 201, headers }));
  });
  vi.stubGlobal('navigator', {
    mediaDevices: {
      getUserMedia: () => {
        microphones.push(new FakeStream());
        return Promise.resolve(microphones.at(-1));
      },
    },
  });
  const open = (options: WebRtcOptions = {}, more: SessionOptions = {}) => {
    const call = webrtc(options);
    const endpoint = { url: 'http://127.0.0.1:8080', model: 'echo', transport: call };
    return { call, session: startSession({ ...endpoint, clock: server.clock, ...more }) };
  };
  return { server, connections, offers, refusals, microphones, open };
}

beforeEach(() => {
  vi.stubGlobal('Audio', FakeAudio);
  vi.stubGlobal('MediaStream', FakeStream);
});
afterEach(() => void vi.unstubAllGlobals());

describe('a session over WebRTC', () => {
  it('is the same session: it asks, is answered, and ends with its microphone', async () => {
    const { connections, offers, microphones, open } = exchange();
    const { call, session } = open();
    await session.ready;
    expect(offers).toEqual(['http://127.0.0.1:8080/v1/realtime/calls?model=echo&resumption=1']);
    expect(call.callId).toBe('rtc_1');
    expect(connections[0]?.label).toBe('oai-events');
    expect(connections[0]?.transceivers).toEqual([[microphones[0]?.tracks[0], 'sendrecv']]);
    const response = session.respond({ output_modalities: ['text'] });
    expect((await response.done).status).toBe('completed');
    session.close();
    await session.closed;
    expect(microphones.map(({ active }) => active)).toEqual([false]);
    expect(connections[0]?.connectionState).toBe('closed');
  });

  it('only listens where it is to have no microphone, and leaves a stream that it was given alone', async () => {
    const { connections, microphones, open } = exchange();
    const { session: mute } = open({ microphone: false });
    await mute.ready;
    expect(connections[0]?.transceivers).toEqual([['audio', 'recvonly']]);
    // What is used of a stream is there.
    const stream = new FakeStream() as unknown as MediaStream;
    const { session: own } = open({ microphone: stream });
    await own.ready;
    for (const session of [mute, own]) session.close();
    await Promise.all([mute.closed, own.closed]);
    expect([stream.active, microphones]).toEqual([true, []]);
  });

  it('plays what comes', async () => {
    const { connections, open } = exchange();
    const { call, session } = open();
    await session.ready;
    connections[0]?.dispatchEvent(Object.assign(new Event('track'), { track: 'sound' }));
    expect(call.element.srcObject).toMatchObject({ tracks: ['sound'] });
  });

  it('makes another call with the same microphone where the connection was lost, and tells what was said', async () => {
    const { server, connections, offers, microphones, open } = exchange();
    const { call, session } = open();
    await session.ready;
    await session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text: 'hello' }] });
    const back = new Promise((resolve) => {
      session.onConnection((change) => change.type === 'reconnected' && resolve(change));
    });
    server.connections[0]?.cut();
    expect(await back).toMatchObject({ restoredItemIds: [expect.stringMatching(/^item_/)] });
    expect([offers.length, microphones.length, call.callId]).toEqual([2, 1, 'rtc_2']);
    expect(connections.map(({ connectionState }) => connectionState)).toEqual(['closed', 'connected']);
  });

  it('is over where the server hangs up', async () => {
    const { connections, offers, open } = exchange();
    const { session } = open();
    await session.ready;
    connections[0]?.channel.closes();
    expect(await session.closed).toEqual({ code: 1000, reason: '' });
    expect(offers).toHaveLength(1);
  });

  it('is refused with the server’s words', async () => {
    const { connections, refusals, microphones, open } = exchange();
    refusals.push(401);
    const { session } = open();
    await expect(session.ready).rejects.toMatchObject({ code: 'refused', server: { code: 'invalid_api_key' } });
    await session.closed;
    expect(microphones[0]?.active).toBe(false);
    expect(connections[0]?.connectionState).toBe('closed');
  });

  it('says that there is no microphone, and why', async () => {
    const { connections, open } = exchange();
    vi.stubGlobal('navigator', {});
    const cause = expect.objectContaining({ code: 'insecure_page' });
    await expect(open().session.ready).rejects.toMatchObject({ code: 'microphone_unavailable', cause });
    expect(connections).toEqual([]);
  });

  it('joins no call that there is', async () => {
    const joining = startSession({ url: 'http://127.0.0.1:8080', callId: 'rtc_1', transport: webrtc() });
    await expect(joining.ready).rejects.toMatchObject({ code: 'invalid_options' });
  });

  it.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080/v1/realtime/calls?model=echo'],
    ['https://host.example/v1', 'https://host.example/v1/realtime/calls?model=echo'],
    ['https://app.example/session', 'https://app.example/session?model=echo'],
  ])('finds where to make calls from %s', (url, calls) => {
    expect(webrtc().endpointOf({ url, model: 'echo' }, undefined).url).toBe(calls);
  });

  it('sends what waited for the call, but for what is too large for it', async () => {
    const { server, open } = exchange();
    const problems: unknown[] = [];
    const { session } = open({}, { onHandlerError: (error) => problems.push(error) });
    const item = (text: string) =>
      ({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] }) as const;
    for (const text of ['x'.repeat(1_001), 'hello'])
      session.send({ type: 'conversation.item.create', item: item(text) });
    await session.next('conversation.item.done');
    expect(server.heard).toMatchObject([{ item: item('hello') }]);
    expect(problems).toMatchObject([{ code: 'invalid_options' }]);
  });

  it('follows the statistics for a playhead', async () => {
    vi.useFakeTimers();
    const { call, session } = exchange().open();
    const playhead = createPlayhead(call.source);
    await session.ready;
    for (const told of [created('r'), part('a'), event('output_audio_buffer.started', { response_id: 'r' })])
      playhead.read(told);
    await vi.advanceTimersByTimeAsync(350);
    // One report at once says where the track was, and three how it went on.
    expect(playhead.heardMs('a')).toBe(300);
    session.close();
    await vi.runAllTimersAsync();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
