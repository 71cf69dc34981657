import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../src/testing/index.ts';
import { postOffer } from '../calls/caller.ts';
import { until } from '../clients/until.ts';
import {
  agree,
  answerSdp,
  answers,
  callingUpstream,
  callsVia,
  offerSdp,
  remembering,
  serveCalls,
  upstreamId,
} from './calling-upstream.ts';
import { overNobody } from './faulty-upstream.ts';

const apiKey = 'sk-canary-4711';
const invalid = { type: 'invalid_request_error', code: 'invalid_offer', message: 'Not so.', param: 'sdp' };
const body = (error: object): string => JSON.stringify({ error });

async function refused(answer: Response) {
  const { error } = await answer.json();
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
  return { status: answer.status, code: error.code, param: error.param };
}

const metrics = async (url: string): Promise<string> => (await fetch(`${url}/metrics`)).text();

describe('the offer of a call', () => {
  it('goes to the upstream as it came, with its model and key, and its answer comes back under an id of ours', async () => {
    const { server, calling } = await callsVia({
      relay: { model: 'far', passHeaders: ['x-trace'] },
      upstream: { apiKey },
    });
    const answer = await fetch(`${server.url}/v1/realtime/calls?model=m`, {
      method: 'POST',
      headers: {
        'content-type': 'application/sdp',
        authorization: 'Bearer sk-client',
        'x-trace': 't1',
        'x-other': 'o',
      },
      body: offerSdp,
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([201, 'application/sdp']);
    expect(await answer.text()).toBe(answerSdp);
    expect(answer.headers.get('location')).toMatch(/^\/v1\/realtime\/calls\/rtc_[0-9a-f]{28}$/);
    expect(calling.offers).toMatchObject([
      {
        url: '/v1/realtime/calls?model=far',
        sdp: offerSdp,
        session: null,
        headers: { 'content-type': 'application/sdp', authorization: `Bearer ${apiKey}`, 'x-trace': 't1' },
      },
    ]);
    expect(calling.offers[0]?.headers).not.toHaveProperty('x-other');
    await calling.sideband();
    expect(calling.joins).toEqual([`/v1/realtime?call_id=${upstreamId}`]);
  });

  it('goes with a session: what is configured, over it what its client secret has settled, over it what came along', async () => {
    const { server, calling } = await callsVia({
      relay: {
        model: 'far',
        session: { instructions: 'ours', audio: { output: { voice: 'ash', speed: 1.1 } } },
      },
      upstream: { apiKey, transcriptionModel: 'our-whisper' },
    });
    const minted = await fetch(`${server.url}/v1/realtime/client_secrets`, {
      method: 'POST',
      body: JSON.stringify({
        session: { type: 'realtime', model: 'm', instructions: 'settled', max_output_tokens: 7 },
      }),
    });
    const { value: key } = await minted.json();
    const session = {
      type: 'realtime',
      audio: { output: { voice: 'cedar' }, input: { transcription: { model: 'whisper-1' } } },
    };
    expect((await postOffer(server.url, offerSdp, { key, session })).status).toBe(201);
    expect(calling.offers).toMatchObject([
      {
        url: '/v1/realtime/calls?model=far',
        sdp: offerSdp,
        session: {
          type: 'realtime',
          model: 'far',
          instructions: 'settled',
          max_output_tokens: 7,
          audio: { output: { voice: 'cedar', speed: 1.1 }, input: { transcription: { model: 'our-whisper' } } },
        },
      },
    ]);
    expect(JSON.stringify(calling.offers)).not.toContain(key);
  });

  it('goes with the session of a configuration alone, and as one that transcribes', async () => {
    const { server, calling } = await callsVia({ relay: { session: { type: 'transcription', include: ['x'] } } });
    expect((await postOffer(server.url, offerSdp, { query: '?intent=transcription' })).status).toBe(201);
    expect(calling.offers).toMatchObject([
      { url: '/v1/realtime/calls?intent=transcription', session: { type: 'transcription', include: ['x'] } },
    ]);
  });

  it('is refused where it touches what is locked, and else loses the channel that would go past us', async () => {
    const { server, calling } = await callsVia({ relay: { lock: ['instructions'] } });
    const session = { type: 'realtime', model: 'm', instructions: 'mine' };
    expect(await refused(await postOffer(server.url, offerSdp, { session }))).toEqual({
      status: 400,
      code: 'invalid_parameter',
      param: 'session.instructions',
    });
    expect(calling.offers).toEqual([]);
    const answer = await postOffer(server.url, offerSdp, { session: { type: 'realtime', model: 'm' } });
    expect(calling.offers[0]?.sdp).not.toContain('m=application');
    expect(await answer.text()).toBe(
      `${answerSdp}m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=inactive\r\n`,
    );
    expect(await refused(await postOffer(server.url, 'hello', { query: '?model=m' }))).toMatchObject({
      status: 400,
      code: 'invalid_offer',
    });
  });

  it('counts as a request of its key, and as a session before it is answered', async () => {
    const auth = { keys: [{ key: 'sk-a', sessions: 1, limits: { requestsPerMinute: 2 } }] };
    let release = (): void => {};
    const held = (response: ServerResponse): void => {
      release = () => agree()(response);
    };
    const { server, calling } = await callsVia({ auth, behaviour: { offer: held } });
    const offer = () => postOffer(server.url, offerSdp, { key: 'sk-a', query: '?model=m' });
    const early = offer();
    await until('the offer upstream', () => calling.offers.length === 1);
    expect(await refused(await offer())).toMatchObject({ status: 429, code: 'session_limit_reached' });
    release();
    expect((await early).status).toBe(201);
  });
});

describe('an offer that its upstream', () => {
  const garbage = '<html>Welcome!</html>';
  const dead = (response: ServerResponse): void => void response.destroy();
  const silent = (): void => {};
  const slow = (response: ServerResponse): void =>
    void response.writeHead(201, { location: `/calls/${upstreamId}` }).write('v=0\r\n');

  it.each([
    ['cuts off', dead],
    ['does not answer', silent],
    ['answers without end', slow],
    ...[408, 409, 425, 429, 500, 503].map(
      (status) => [`answers with ${status}`, answers(status, body(invalid))] as const,
    ),
    ['answers with garbage', agree(garbage)],
    ['answers with more than anyone reads', agree(`v=0\r\n${'a=x\r\n'.repeat(60_000)}`)],
    ['answers without an id', (response) => response.writeHead(201).end(answerSdp)],
    ['answers with an id that is none', agree(answerSdp, '/calls/../%00')],
  ] as readonly (readonly [string, (response: ServerResponse) => void])[])(
    '%s is answered by the next; where there is none, with 503',
    async (fault, offer) => {
      const waits = offer === silent || offer === slow;
      const clock = virtualClock();
      const bad = await callingUpstream({ offer });
      const good = await callingUpstream();
      const relay = (urls: readonly string[]) => ({
        relay: { strategy: 'listed' as const, upstreams: urls.map((url, index) => ({ url, name: `u${index}` })) },
      });
      const server = await serveCalls({ clock, models: { m: relay([bad.url, good.url]), alone: relay([bad.url]) } });
      const asked = async (model: string, index: number) => {
        const answer = postOffer(server.url, offerSdp, { query: `?model=${model}` });
        await until(`the offer, which upstream ${fault}`, () => bad.offers.length > index);
        if (waits) clock.advance(5_000);
        return answer;
      };
      expect((await asked('m', 0)).status).toBe(201);
      expect(good.offers).toHaveLength(1);
      expect(await refused(await asked('alone', 1))).toMatchObject({ status: 503, code: 'upstream_unavailable' });
      if (fault === 'answers with garbage' || fault.startsWith('answers with more')) await bad.hungUp(2);
    },
  );

  it.each([401, 403])(
    'refuses with %i, since our key is wrong, goes to the next; else our operator is to look',
    async (status) => {
      const bad = await callingUpstream({ offer: answers(status, body({ ...invalid, code: 'invalid_api_key' })) });
      const server = await serveCalls({ models: { m: { relay: { upstreams: [{ url: bad.url }] } } } });
      const answer = await postOffer(server.url, offerSdp, { query: '?model=m' });
      expect(await refused(answer)).toMatchObject({ status: 502, code: 'upstream_refused' });
    },
  );

  it.each([
    [400, answers(400, body(invalid)), { status: 400, code: 'invalid_offer', param: 'sdp' }],
    [404, answers(404, body({ ...invalid, code: 'model_not_found' })), { status: 404, code: 'model_not_found' }],
    ['400 and a page', answers(400, garbage), { status: 502, code: 'upstream_refused' }],
  ] as const)('refuses for good with %s is refused so, and no other is asked', async (_, offer, told) => {
    const bad = await callingUpstream({ offer });
    const good = await callingUpstream();
    const upstreams = [{ url: bad.url }, { url: good.url, priority: 2 }];
    const server = await serveCalls({ models: { m: { relay: { upstreams } } } });
    expect(await refused(await postOffer(server.url, offerSdp, { query: '?model=m' }))).toMatchObject(told);
    expect(good.offers).toEqual([]);
  });

  it('sends elsewhere goes nowhere', async () => {
    const elsewhere = await callingUpstream();
    const location = elsewhere.url.replace('ws', 'http');
    const { server, calling } = await callsVia({
      behaviour: { offer: answers(307, '', { location }) },
      upstream: { apiKey },
    });
    const answer = await postOffer(server.url, offerSdp, { query: '?model=m' });
    expect(await refused(answer)).toMatchObject({ status: 502, code: 'upstream_refused' });
    expect([calling.offers.length, elsewhere.offers.length]).toEqual([1, 0]);
  });

  it('is not there is answered with 503; the next offer finds it out of use', async () => {
    const nobody = await overNobody();
    const server = await serveCalls({ models: { m: { relay: { upstreams: [{ url: nobody.url }] } } } });
    expect((await postOffer(server.url, offerSdp, { query: '?model=m' })).status).toBe(503);
  });

  it('quotes our key in does not tell it, nor does the log', async () => {
    const quote = { ...invalid, message: `The key ${apiKey} is odd.`, param: apiKey };
    const lines: string[] = [];
    const { server, calling } = await callsVia({
      log: remembering(lines),
      behaviour: { offer: answers(400, body(quote), { location: `/${apiKey}` }), hangUp: answers(403, body(quote)) },
      upstream: { apiKey },
    });
    const told = [await (await postOffer(server.url, offerSdp, { query: '?model=m' })).text()];
    for (const offer of [agree(`${answerSdp}a=note:${apiKey}\r\n`), agree(`<html>${apiKey}`)]) {
      calling.does({ offer });
      // oxlint-disable-next-line no-await-in-loop -- one after the other
      const answered = await postOffer(server.url, offerSdp, { query: '?model=m' });
      // oxlint-disable-next-line no-await-in-loop -- likewise
      told.push(JSON.stringify([...answered.headers]), await answered.text());
    }
    await calling.hungUp();
    expect(calling.offers[0]?.headers['authorization']).toContain(apiKey);
    expect([...told, ...lines].filter((line) => line.includes(apiKey))).toEqual([]);
    expect(lines.join()).toContain('an answer that is no SDP');
  });

  it('began to answer when its caller left is not begun here', async () => {
    const leaving = new AbortController();
    const { server, calling } = await callsVia({ behaviour: { offer: silent } });
    const asked = fetch(`${server.url}/v1/realtime/calls?model=m`, {
      method: 'POST',
      headers: { 'content-type': 'application/sdp' },
      body: offerSdp,
      signal: leaving.signal,
    });
    await until('the offer upstream', () => calling.offers.length === 1);
    leaving.abort();
    await asked.catch(() => {});
    await until('the place to be free', async () => /\nantiphon_sessions[^\n]* 0/.test(await metrics(server.url)));
    expect(calling.joins).toEqual([]);
  });
});
