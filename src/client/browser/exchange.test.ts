import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DialTarget } from '../options.ts';
import { isWorthAnother } from '../restore/backoff.ts';
import { offerCall } from './exchange.ts';

const target: DialTarget = {
  url: 'http://127.0.0.1:8080/v1/realtime/calls?model=echo',
  headers: { Authorization: 'Bearer sk-1' },
  protocols: [],
  signal: new AbortController().signal,
};
const session = { type: 'realtime', instructions: 'Rhyme.' } as const;

/** Answers what is asked, and gives what was asked. */
function answering(answer: () => Response | Promise<never>) {
  const asked: { readonly url: string; readonly init: RequestInit }[] = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return Promise.resolve().then(answer);
  });
  return asked;
}

const created = (location?: string) => () =>
  new Response('v=0 answer', { status: 201, ...(location !== undefined && { headers: { Location: location } }) });

function refusing(status: number, body: unknown) {
  answering(() => new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }));
  return offerCall('v=0', target).then(
    () => null,
    (error: unknown) => error,
  );
}

afterEach(() => void vi.unstubAllGlobals());

describe('the offer of a call', () => {
  it('is the SDP as it is, with the key', async () => {
    const asked = answering(created('/v1/realtime/calls/rtc_1'));
    expect(await offerCall('v=0', target)).toEqual({ sdp: 'v=0 answer', callId: 'rtc_1' });
    const headers = { Authorization: 'Bearer sk-1', 'Content-Type': 'application/sdp' };
    expect(asked).toMatchObject([{ url: target.url, init: { method: 'POST', headers, body: 'v=0' } }]);
  });

  it('takes settings along, which name the model', async () => {
    const asked = answering(created());
    expect(await offerCall('v=0', { ...target, session })).toEqual({ sdp: 'v=0 answer', callId: null });
    const form = asked[0]?.init.body;
    const fields = form instanceof FormData ? Object.fromEntries(form) : {};
    expect(fields['sdp']).toBe('v=0');
    expect(JSON.parse(String(fields['session']))).toEqual({ model: 'echo', ...session });
    expect(asked[0]?.init.headers).toEqual(target.headers);
  });

  it('leaves a session that is taken up its own settings', async () => {
    const asked = answering(created());
    await offerCall('v=0', { ...target, url: `${target.url}&resume=rsm_1`, session });
    expect(asked[0]?.init.body).toBe('v=0');
  });

  it('leaves a client secret its own settings', async () => {
    const asked = answering(created());
    await offerCall('v=0', { ...target, headers: { Authorization: 'Bearer ek_1' }, session });
    expect(asked[0]?.init.body).toBe('v=0');
  });
});

describe('a call that is refused', () => {
  const error = { message: 'The server is full.', type: 'server_error', param: null, code: 'session_limit_reached' };

  it.each([
    [400, 4000, false],
    [401, 3000, false],
    [403, 4000, false],
    [404, 4000, false],
    [429, 1013, true],
    [500, 1011, true],
    [501, 4000, false],
    [503, 1013, true],
  ])('with %i ends as a socket does that closes with %i, with what the server said', async (status, code, passes) => {
    const refusal = await refusing(status, { error });
    expect(refusal).toMatchObject({
      code: 'refused',
      message: `refused: The server is full. (HTTP ${status})`,
      server: error,
      close: { code },
    });
    expect(isWorthAnother(refusal as Parameters<typeof isWorthAnother>[0])).toBe(passes);
  });

  it.each(['<h1>Bad gateway</h1>', '{}', 'null', '{"error":{"message":7}}'])(
    'by something else on the way, with %s, says with which status',
    async (body) => {
      expect(await refusing(502, body)).toMatchObject({
        message: 'refused (HTTP 502)',
        server: null,
        close: { code: 1014 },
      });
    },
  );

  it('by the network is told as it is', async () => {
    answering(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(offerCall('v=0', target)).rejects.toThrow('Failed to fetch');
  });
});
