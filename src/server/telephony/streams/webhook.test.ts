import { describe, expect, it } from 'vitest';
import { CallServer } from '../../../testing/call-server.ts';
import { authToken, publicUrl } from '../../../testing/carrier-webhook.ts';
import { aMoment, order, phoneServer, refusal } from '../../../testing/phone-server.ts';

describe('the webhook of a carrier', () => {
  it.each(['twilio', 'telnyx'] as const)('of %s opens nothing without its signature', async (carrier) => {
    const { here } = phoneServer();
    const wrong: Record<string, string>[] = [
      {},
      { 'x-twilio-signature': 'AAAA', 'telnyx-timestamp': '1', 'telnyx-signature-ed25519': 'AAAA' },
    ];
    for (const headers of wrong) {
      expect(await refusal(await here.ring({ carrier, headers }))).toBe('403 invalid_signature null');
    }
    expect(here.lasting.sessions.count).toBe(0);
    expect((await here.ring({ carrier })).status).toBe(200);
  });

  it('of Telnyx is good for five minutes', async () => {
    const { here } = phoneServer();
    const at = here.clock.now();
    const late = { carrier: 'telnyx', at: at - 301_000 } as const;
    expect(await refusal(await here.ring(late))).toBe('403 invalid_signature null');
    expect((await here.ring({ carrier: 'telnyx', at: at - 290_000 })).status).toBe(200);
  });

  it('of a carrier that is not configured is at no known address', async () => {
    const here = new CallServer({ telephony: { publicUrl, twilio: { model: 'echo', authToken } } });
    expect(await refusal(await here.ring({ carrier: 'telnyx' }))).toBe('404 unknown_url null');
    expect(await refusal(await new CallServer().ring())).toBe('404 unknown_url null');
  });

  it('comes by whatever name the server has outside, to one without keys too', async () => {
    const { here } = phoneServer();
    const answered = await here.ring({ form: {} });
    expect(answered.headers.get('content-type')).toBe('text/xml; charset=utf-8');
    expect(await answered.text()).toMatch(
      /^<\?xml version="1\.0" encoding="UTF-8"\?><Response><Connect><Stream url="wss:\/\/voice\.example\/telephony\/twilio\/rtc_[0-9a-f]{28}"><Parameter name="token" value="[\w-]{43}"\/><\/Stream><\/Connect><Hangup\/><\/Response>$/,
    );
  });

  it('has to name its call', async () => {
    const { here } = phoneServer();
    expect(await refusal(await here.ring({ form: { CallSid: '' } }))).toBe('400 missing_required_parameter CallSid');
  });

  it('that comes twice is answered once, while its call rings', async () => {
    const { here } = phoneServer();
    const both = await Promise.all([order(here), order(here)]);
    expect(both[0]).toEqual(both[1]);
    expect(here.lasting.sessions.count).toBe(1);
    here.clock.advance(60_000);
    await aMoment();
    expect(await order(here)).not.toEqual(both[0]);
  });

  it.each([
    ['a model that nobody knows', { query: '?model=nobody' }, {}, '400 invalid_model model'],
    ['a server that is full', {}, { limits: { sessions: 0 } }, '503 session_limit_reached null'],
    [
      'a key with too many requests',
      {},
      { auth: { keys: [{ key: 'sk', limits: { requestsPerMinute: 1 } }] } },
      '429 rate_limit_exceeded null',
    ],
    [
      'a key with too many sessions',
      {},
      { auth: { keys: [{ key: 'sk', sessions: 1 }] } },
      '429 session_limit_reached null',
    ],
  ])('is refused by %s', async (_, asked, options, expected) => {
    const { here } = phoneServer({ options });
    await here.ring({ form: { CallSid: 'CA00' } });
    const before = here.lasting.sessions.count;
    expect(await refusal(await here.ring(asked))).toBe(expected);
    expect(here.lasting.sessions.count).toBe(before);
  });

  it('is refused by a server that drains', async () => {
    const { here } = phoneServer();
    here.drain();
    expect(await refusal(await here.ring())).toBe('503 server_draining null');
  });
});
