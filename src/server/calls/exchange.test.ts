import { describe, expect, it } from 'vitest';
import { PeersUnavailableError } from '../../media/peer.ts';
import type { MemoryPeer } from '../../testing/call-line.ts';
import { type Ask, CallServer, type SeenEvent } from '../../testing/call-server.ts';

async function refusal(answer: Response): Promise<string> {
  const { error } = await answer.json();
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
  return `${answer.status} ${error.code} ${error.param}`;
}

const eventsOf = (peer: MemoryPeer): SeenEvent[] => peer.messages.map((text) => JSON.parse(text));
/** The peer closes a moment after it was asked to. */
const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('an offer', () => {
  it('is answered with SDP and the place of the call', async () => {
    const answer = await new CallServer().call({ query: '?model=echo' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-type')).toBe('application/sdp');
    expect(answer.headers.get('location')).toMatch(/^\/v1\/realtime\/calls\/rtc_[0-9a-f]{28}$/);
    expect(await answer.text()).toBe('v=0\r\nan answer\r\n');
  });

  it('opens a session whose first event waits for the channel', async () => {
    const here = new CallServer();
    const { peer } = await here.up({ query: '?model=other' });
    expect(peer.messages).toEqual([]);
    peer.connect();
    expect(eventsOf(peer)).toMatchObject([{ type: 'session.created', session: { model: 'other' } }]);
  });

  it('may come in a form, with a session, whose parts are texts or files', async () => {
    const here = new CallServer();
    for (const part of [(text: string) => text, (text: string) => new Blob([text], { type: 'x/y' })]) {
      const body = new FormData();
      body.set('sdp', part('v=0'));
      body.set('session', part(JSON.stringify({ type: 'realtime', model: 'echo', instructions: 'Be brief.' })));
      expect((await here.post('/v1/realtime/calls', { body })).status).toBe(201);
      const peer = here.line.peers.at(-1);
      peer?.connect();
      expect(peer && eventsOf(peer)).toMatchObject([{ session: { model: 'echo', instructions: 'Be brief.' } }]);
    }
  });

  it('that names no model gets the one that a client secret would show', async () => {
    const here = new CallServer();
    const { peer } = await here.up();
    peer.connect();
    expect(eventsOf(peer)).toMatchObject([{ session: { model: 'echo' } }]);
  });

  it('opens a session that transcribes, where that is its intent', async () => {
    const here = new CallServer();
    const { peer } = await here.up({ query: '?intent=transcription' });
    peer.connect();
    expect(eventsOf(peer)).toMatchObject([{ session: { type: 'transcription' } }]);
  });

  const json = { 'content-type': 'application/json' };
  const sdp = { 'content-type': 'application/sdp' };
  it.each<[string, string, Ask, string]>([
    ['is empty', '', { headers: sdp, body: ' ' }, '400 missing_required_parameter sdp'],
    ['is no SDP by its type', '', { headers: json, body: '{}' }, '400 unsupported_content_type null'],
    ['has no type', '', {}, '400 unsupported_content_type null'],
    ['has neither sound nor a data channel', '', { headers: sdp, body: 'bad' }, '400 invalid_offer sdp'],
    ['names an unknown model', '?model=nobody', { headers: sdp, body: 'v=0' }, '400 invalid_model model'],
    ['is too large', '', { headers: sdp, body: 'x'.repeat(1_000_001) }, '413 request_too_large null'],
    [
      'is a form that can’t be read',
      '',
      { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: 'no form' },
      '400 malformed_request null',
    ],
    [
      'is a form without a boundary',
      '',
      { headers: { 'content-type': 'multipart/form-data' }, body: 'no form' },
      '400 malformed_request null',
    ],
  ])('that %s is refused', async (_, query, ask, told) => {
    expect(await refusal(await new CallServer().post(`/v1/realtime/calls${query}`, ask))).toBe(told);
  });

  it('in a form with a field that nobody knows is refused', async () => {
    const body = new FormData();
    body.set('sdp', 'v=0');
    body.set('stranger', '1');
    expect(await refusal(await new CallServer().post('/v1/realtime/calls', { body }))).toBe(
      '400 unknown_parameter stranger',
    );
  });

  it('in a form without SDP is refused', async () => {
    const body = new FormData();
    body.set('session', '{"type":"realtime"}');
    expect(await refusal(await new CallServer().post('/v1/realtime/calls', { body }))).toBe(
      '400 missing_required_parameter sdp',
    );
  });

  it.each<[string, unknown, string]>([
    ['is no JSON', '{', '400 invalid_json session'],
    ['is of another type', { type: 'transcription' }, '400 invalid_value session.type'],
    ['has a key too many', { type: 'realtime', stranger: 1 }, '400 unknown_parameter session.stranger'],
    ['names an unknown model', { type: 'realtime', model: 'nobody' }, '400 invalid_model session.model'],
    ['names another model than the address', { type: 'realtime', model: 'other' }, '400 invalid_model session.model'],
    [
      'asks for what no session has',
      { type: 'realtime', model: 'echo', tools: [{ type: 'mcp', server_label: 'x', server_url: 'https://x.example' }] },
      '400 invalid_value session.tools[0].server_url',
    ],
  ])('with a session that %s is refused', async (what, session, told) => {
    const query = what.includes('address') ? '?model=echo' : '';
    expect(await refusal(await new CallServer().call({ session, query }))).toBe(told);
  });

  it('is refused in one line where calls can’t be had', async () => {
    const here = new CallServer();
    here.line.failure = new PeersUnavailableError('WebRTC calls need a package: npm install it');
    const answer = await here.call();
    expect(answer.status).toBe(501);
    expect(await answer.json()).toEqual({
      error: {
        message: 'WebRTC calls need a package: npm install it',
        type: 'server_error',
        param: null,
        code: 'calls_unavailable',
      },
    });
  });

  it('is answered with 500 where the machine fails, and leaves no place taken', async () => {
    const here = new CallServer();
    here.line.failure = new Error('no memory');
    expect(await refusal(await here.call())).toBe('500 null null');
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('is answered with 500 where the model fails to open, and the peer is closed', async () => {
    const broken = {
      open() {
        throw new Error('no model');
      },
    };
    const here = new CallServer({ models: { broken } });
    expect(await refusal(await here.call({ query: '?model=broken' }))).toBe('500 null null');
    expect(here.line.peers).toMatchObject([{ isClosed: true, sound: { hasEnded: true } }]);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('is turned away while the server drains, also where that began when it was being answered', async () => {
    const here = new CallServer();
    const release = here.line.hold();
    const early = here.call();
    await aMoment();
    here.drain();
    release();
    expect(await refusal(await early)).toBe('503 server_draining null');
    expect(here.line.peers).toMatchObject([{ isClosed: true }]);
    expect(await refusal(await here.call())).toBe('503 server_draining null');
    expect(here.line.peers).toHaveLength(1);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('is turned away when the server is full, calls that are being answered included', async () => {
    const here = new CallServer({ limits: { sessions: 2 } });
    const release = here.line.hold();
    const calls = [here.call(), here.call()];
    expect(await refusal(await here.call())).toBe('503 session_limit_reached null');
    release();
    expect(await Promise.all(calls.map(async (each) => (await each).status))).toEqual([201, 201]);
    expect(here.lasting.sessions.count).toBe(2);
  });

  it('begins nothing where whoever asked is gone', async () => {
    const here = new CallServer();
    const release = here.line.hold();
    const leaving = new AbortController();
    const answer = here.call({ signal: leaving.signal });
    await aMoment();
    leaving.abort();
    release();
    expect((await answer).status).toBe(408);
    expect(here.line.peers).toMatchObject([{ isClosed: true, sound: { hasEnded: true } }]);
    expect(here.lasting.sessions.count).toBe(0);
  });
});

describe('the key of a call', () => {
  const keyed = () => new CallServer({ auth: { keys: ['sk-one', 'sk-two'] } });

  it('must be there, and good', async () => {
    const here = keyed();
    expect(await refusal(await here.call())).toBe('401 null null');
    expect(await refusal(await here.call({ key: 'sk-three' }))).toBe('401 invalid_api_key null');
    expect(await refusal(await here.call({ key: `ek_${'0'.repeat(32)}` }))).toBe('401 invalid_api_key null');
    expect((await here.call({ key: 'sk-one' })).status).toBe(201);
  });

  it('may be a client secret, whose settings the session begins with', async () => {
    const here = keyed();
    const key = await here.mint({ type: 'realtime', model: 'other', instructions: 'Be brief.' }, 'sk-one');
    const { peer } = await here.up({ key });
    peer.connect();
    expect(eventsOf(peer)).toMatchObject([{ session: { model: 'other', instructions: 'Be brief.' } }]);
  });

  it('may be a client secret beside a session, which counts as the first update of its settings', async () => {
    const here = keyed();
    const audio = { input: { turn_detection: null }, output: { voice: 'marin', speed: 1.5 } };
    const key = await here.mint({ type: 'realtime', model: 'other', instructions: 'Be brief.', audio }, 'sk-one');
    const session = { type: 'realtime', instructions: 'Be long.', audio: { output: { voice: 'cedar' } } };
    const { peer } = await here.up({ key, session });
    peer.connect();
    expect(eventsOf(peer)).toMatchObject([
      {
        session: {
          model: 'other',
          instructions: 'Be long.',
          audio: { input: { turn_detection: null }, output: { voice: 'cedar', speed: 1.5 } },
        },
      },
    ]);
  });

  it('decides over the model and the kind of session, where it is a client secret', async () => {
    const here = keyed();
    const key = await here.mint({ type: 'realtime', model: 'other' }, 'sk-one');
    expect(await refusal(await here.call({ key, query: '?model=echo' }))).toBe('400 invalid_model model');
    const session = { type: 'realtime', model: 'echo' };
    expect(await refusal(await here.call({ key, session }))).toBe('400 invalid_model session.model');
    const listening = await here.mint({ type: 'transcription' }, 'sk-one');
    expect(await refusal(await here.call({ key: listening, session: { type: 'realtime' } }))).toBe(
      '400 invalid_parameter session.type',
    );
    const translation = { model: 'echo', audio: { output: { language: 'es' } } };
    const translating = await here.mint(translation, 'sk-one', 'translations/');
    expect(await refusal(await here.call({ key: translating }))).toBe('401 invalid_api_key null');
  });

  it('is the only one to which the call is known', async () => {
    const here = keyed();
    const { id, peer } = await here.up({ key: 'sk-one' });
    const hangUp = (key: string) => here.control(id, 'hangup', key);
    expect(await refusal(await hangUp('sk-two'))).toBe('404 call_id_not_found call_id');
    expect(here.knock(id, 'sk-two')).toMatchObject({ answer: 'http', status: 404 });
    expect(peer.isClosed).toBe(false);
    expect(here.knock(id, 'sk-one')).toMatchObject({ answer: 'join' });
    expect((await hangUp('sk-one')).status).toBe(200);
  });

  it('is that which made the secret, where it was a client secret; that itself controls nothing', async () => {
    const here = keyed();
    const secret = await here.mint(undefined, 'sk-one');
    const { id } = await here.up({ key: secret });
    const hangUp = (key: string) => here.control(id, 'hangup', key);
    expect(await refusal(await hangUp(secret))).toBe('401 invalid_api_key null');
    expect(await refusal(await hangUp('sk-two'))).toBe('404 call_id_not_found call_id');
    expect(here.knock(id, 'sk-two')).toMatchObject({ answer: 'http', status: 404 });
    expect(here.knock(id, 'sk-one')).toMatchObject({ answer: 'join' });
    expect((await hangUp('sk-one')).status).toBe(200);
  });

  it('does not matter where the server has none', async () => {
    const here = new CallServer();
    const { id } = await here.up({ key: 'anything' });
    expect(here.knock(id)).toMatchObject({ answer: 'join' });
    expect((await here.control(id, 'hangup')).status).toBe(200);
  });
});

describe('a page of another origin', () => {
  const allowed = { auth: { allowedOrigins: ['https://app.example'] } };

  it('may call and read where the call is, if it is allowed', async () => {
    const here = new CallServer(allowed);
    const headers = { origin: 'https://app.example', 'content-type': 'application/sdp' };
    const answer = await here.post('/v1/realtime/calls', { headers, body: 'v=0' });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(answer.headers.get('access-control-expose-headers')).toContain('Location');
    const other = await here.post('/v1/realtime/calls', { headers: { ...headers, origin: 'https://evil.example' } });
    expect(await refusal(other)).toBe('403 origin_not_allowed null');
  });
});
