import { describe, expect, it } from 'vitest';
import type { MemoryPeer } from '../../testing/call-line.ts';
import { CallServer, type SeenEvent } from '../../testing/call-server.ts';

async function refusal(answer: Response): Promise<string> {
  const { error } = await answer.json();
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
  return `${answer.status} ${error.code} ${error.param}`;
}

const eventsOf = (peer: MemoryPeer): SeenEvent[] => peer.messages.map((text) => JSON.parse(text));
const typesOf = (peer: MemoryPeer): string[] => eventsOf(peer).map(({ type }) => type);
/** The peer closes a moment after it was asked to. */
const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('a call', () => {
  it('ends when it is hung up, and is unknown then', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    peer.connect();
    expect(here.lasting.sessions.count).toBe(1);
    const answer = await here.control(id, 'hangup');
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    expect(peer.isClosed).toBe(true);
    expect(here.knock(id)).toMatchObject({ answer: 'http', status: 404 });
    expect(await refusal(await here.control(id, 'hangup'))).toBe('404 call_id_not_found call_id');
    await aMoment();
    expect(here.lasting.sessions.count).toBe(0);
    expect(peer.sound.hasEnded).toBe(true);
    expect(here.clock.waiting).toBe(0);
  });

  it.each(['accept', 'reject', 'refer'])('is up already, so that there is nothing to %s', async (verb) => {
    const here = new CallServer();
    const { id } = await here.up();
    expect(await refusal(await here.control(id, verb))).toBe('409 invalid_call_state call_id');
    expect(await refusal(await here.control('rtc_0', verb))).toBe('404 call_id_not_found call_id');
  });

  it('ends when its channel closes', async () => {
    const here = new CallServer();
    const { peer } = await here.up();
    peer.connect();
    peer.channelClosed();
    await aMoment();
    expect(peer).toMatchObject({ isClosed: true, sound: { hasEnded: true } });
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('ends when its peer never comes, or is away for five seconds', async () => {
    const here = new CallServer();
    const { peer: never } = await here.up();
    const { peer: lost } = await here.up();
    lost.connect();
    lost.state('disconnected');
    here.clock.advance(5_000);
    expect([never.isClosed, lost.isClosed]).toEqual([false, true]);
    here.clock.advance(25_000);
    expect(never.isClosed).toBe(true);
    await aMoment();
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('finishes what it says when the server drains, and closes', async () => {
    const here = new CallServer();
    const { peer } = await here.up();
    peer.connect();
    let isEmpty = false;
    here.lasting.sessions.drain(5000, () => void (isEmpty = true));
    expect(peer.isClosed).toBe(true);
    await aMoment();
    expect(isEmpty).toBe(true);
  });

  it('is cut with the connections of the server', async () => {
    const here = new CallServer();
    const { peer } = await here.up();
    here.lasting.sessions.terminate();
    expect(peer.isClosed).toBe(true);
    await aMoment();
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('goes on without a channel, for whoever joins it', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    peer.facts.hasChannel = false;
    const sideband = here.join(id);
    expect(sideband.events).toMatchObject([{ type: 'session.created' }]);
    expect(here.line.peers).toHaveLength(1);
  });

  it('is told of what is too long for its channel, and only the sideband gets it', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    peer.facts.maxMessageBytes = 2_000;
    peer.connect();
    const sideband = here.join(id);
    const content = [{ type: 'input_text', text: 'x'.repeat(3_000) }];
    peer.message(
      JSON.stringify({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } }),
    );
    expect(typesOf(peer)).toEqual(['session.created', 'error', 'error']);
    expect(eventsOf(peer)[1]).toMatchObject({
      error: {
        type: 'server_error',
        code: 'event_too_long',
        message: expect.stringMatching(/^An event of type 'conversation.item.added' is not sent here/),
      },
    });
    expect(sideband.events.map(({ type }) => type)).toEqual([
      'session.created',
      'conversation.item.added',
      'conversation.item.done',
    ]);
  });
});

describe('a sideband', () => {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] };

  it('joins before the peer has connected, and hears and says what the channel does', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    const one = here.join(id);
    const two = here.join(id);
    one.send({ type: 'conversation.item.create', item });
    peer.connect();
    peer.message(JSON.stringify({ type: 'conversation.item.create', item }));
    const added = ['conversation.item.added', 'conversation.item.done'];
    const said = ['session.created', ...added, ...added];
    for (const types of [typesOf(peer), one.events.map(({ type }) => type), two.events.map(({ type }) => type)]) {
      expect(types).toEqual(said);
    }
  });

  it('is told of its own mistakes, and brings no sound', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    peer.connect();
    const sideband = here.join(id);
    sideband.send({ type: 'input_audio_buffer.append', audio: '' });
    expect(sideband.events.at(-1)).toMatchObject({ error: { code: 'invalid_event_for_transport', param: 'type' } });
    expect(typesOf(peer)).toEqual(['session.created']);
  });

  it('is closed with the call', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    peer.connect();
    const sideband = here.join(id);
    peer.channelClosed();
    expect(sideband.closes).toEqual([1000]);
  });

  it('of a call that nobody knows is refused', () => {
    expect(new CallServer().knock('rtc_0')).toMatchObject({ answer: 'http', status: 404 });
  });
});

describe('an operator', () => {
  const item = { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hello' }] };

  it('sees a call as a session, with its id, and can end it', async () => {
    const here = new CallServer({ auth: { keys: [{ key: 'sk-acme', name: 'acme' }] } });
    const { id, peer } = await here.up({ key: 'sk-acme' });
    peer.connect();
    const { directory } = here.lasting;
    const [row] = directory.rows();
    expect(row).toMatchObject({ call_id: id, transport: 'webrtc', kind: 'realtime', model: 'echo', key: 'acme' });
    directory.find(row?.id ?? '')?.end();
    await aMoment();
    expect(peer.isClosed).toBe(true);
    expect(directory.rows()).toEqual([]);
  });

  it('sees what every client of a call says, and once what they are told', async () => {
    const here = new CallServer();
    const { id, peer } = await here.up();
    peer.connect();
    const sideband = here.join(id);
    const [row] = here.lasting.directory.rows();
    const seen: string[] = [];
    here.lasting.directory.find(row?.id ?? '')?.follow(
      (_, direction, text) => seen.push(`${direction} ${JSON.parse(text).type}`),
      () => seen.push('over'),
    );
    sideband.send({ type: 'conversation.item.create', item });
    peer.message(JSON.stringify({ type: 'input_audio_buffer.clear' }));
    peer.channelClosed();
    expect(seen).toEqual([
      '> conversation.item.create',
      '< conversation.item.added',
      '< conversation.item.done',
      '> input_audio_buffer.clear',
      '< input_audio_buffer.cleared',
      'over',
    ]);
  });
});
