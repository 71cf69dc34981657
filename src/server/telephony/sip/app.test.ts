import { afterEach, describe, expect, it, vi } from 'vitest';
import { CallServer } from '../../../testing/call-server.ts';
import { FakeSipCall, type FakeSipOptions } from '../../../testing/fake-sip.ts';
import { aMoment, refusal, typesOf } from '../../../testing/phone-server.ts';
import { type SessionLog, silentLog } from '../../log.ts';
import type { ListenOptions } from '../../options.ts';
import type { SipOptions } from './options.ts';

const secret = `whsec_${Buffer.from('a secret of the app').toString('base64')}`;
const webhook = { url: 'https://app.example/hook', secret };

/** What an app was told. */
interface Told {
  readonly id: string;
  readonly callId: string;
}

interface Here {
  readonly here: CallServer;
  readonly told: Told[];
  /** A telephone calls; resolves once whatever is done at once is done. */
  call(options?: FakeSipOptions): Promise<FakeSipCall>;
}

afterEach(() => void vi.unstubAllGlobals());

/** A server whose app answers its webhook with these statuses in turn, and with the last from then on. */
function sipServer(sip: Partial<SipOptions> = {}, options: Partial<ListenOptions> = {}, statuses = [200]): Here {
  const here = new CallServer({
    telephony: { sip: { listen: ['udp://127.0.0.1:5060'], webhook, ...sip } },
    ...options,
  });
  const told: Told[] = [];
  vi.stubGlobal('fetch', async (_url: string, { headers, body }: { headers: Record<string, string>; body: string }) => {
    told.push({ id: headers['webhook-id'] ?? '', callId: JSON.parse(body).data.call_id });
    return new Response(null, { status: statuses[Math.min(told.length, statuses.length) - 1] ?? 200 });
  });
  return {
    here,
    told,
    async call(of = {}) {
      const call = new FakeSipCall(of);
      here.invite(call);
      await aMoment();
      return call;
    },
  };
}

const session = { type: 'realtime', model: 'echo' };

async function ringing(sip: Partial<SipOptions> = {}, of: FakeSipOptions = {}) {
  const made = sipServer(sip);
  const phone = await made.call(of);
  const [{ callId }] = made.told as [Told];
  const control = async (verb: string, body?: object) => {
    const answer = await made.here.control(callId, verb, undefined, body);
    await aMoment();
    return answer.status === 200 ? '200' : refusal(answer);
  };
  return { ...made, phone, callId, control };
}

describe('a call by SIP with an app', () => {
  it('rings until its app accepts it, and its session is there before the caller hears of that', async () => {
    const { here, phone, callId, control } = await ringing();
    expect(phone.told).toEqual(['180']);
    expect(await control('accept', session)).toBe('200');
    expect(phone.told).toEqual(['180', '200']);
    const { events } = here.join(callId);
    expect(events[0]).toMatchObject({
      type: 'session.created',
      session: { model: 'echo', audio: { input: { format: { type: 'audio/pcmu' } } } },
    });
    phone.sound.press('5');
    expect(events.at(-1)).toMatchObject({ type: 'input_audio_buffer.dtmf_event_received', event: '5' });
    expect(await control('hangup')).toBe('200');
    expect(phone.told).toEqual(['180', '200', 'BYE']);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it('speaks A-law from end to end where the caller does, and what the app asks for where it asks', async () => {
    const alaw = await ringing({}, { coding: 'audio/pcma' });
    await alaw.control('accept', { ...session, audio: { output: { format: { type: 'audio/pcm', rate: 24_000 } } } });
    expect(alaw.here.join(alaw.callId).events[0]).toMatchObject({
      session: {
        audio: { input: { format: { type: 'audio/pcma' } }, output: { format: { type: 'audio/pcm', rate: 24_000 } } },
      },
    });
  });

  it('is joined as soon as its app has heard of it, and what is said on the sideband waits for the session', async () => {
    const { here, callId, control } = await ringing();
    const sideband = here.join(callId);
    sideband.send({ type: 'session.update', session: { type: 'realtime', instructions: 'Be brief.' } });
    await aMoment();
    expect(sideband.events).toEqual([]);
    await control('accept', session);
    await aMoment();
    expect(typesOf(sideband.events)).toEqual(expect.arrayContaining(['session.created', 'session.updated']));
    const created = sideband.events.find(({ type }) => type === 'session.updated');
    expect(created).toMatchObject({ session: { instructions: 'Be brief.' } });
  });

  it('closes the sidebands of a call that nobody has accepted', async () => {
    const { here, phone, callId } = await ringing();
    const sideband = here.join(callId);
    phone.leave();
    await aMoment();
    expect(sideband.closes).toEqual([1000]);
    expect(here.knock(callId).answer).toBe('http');
  });

  it('is accepted once, and not after its end', async () => {
    const { phone, control } = await ringing();
    expect(await control('accept', session)).toBe('200');
    expect(await control('accept', session)).toBe('409 call_already_answered call_id');
    expect(await control('reject')).toBe('409 call_already_answered call_id');
    phone.leave();
    await aMoment();
    expect(await control('accept', session)).toBe('409 call_ended call_id');
    expect(await control('reject')).toBe('409 call_ended call_id');
    expect(await control('hangup')).toBe('404 call_id_not_found call_id');
  });

  it('of which the caller has thought better is over for its app', async () => {
    const { here, phone, control } = await ringing();
    phone.leave();
    await aMoment();
    expect(await control('accept', session)).toBe('409 call_ended call_id');
    expect(phone.told).toEqual(['180']);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it.each([
    [undefined, '603 Decline'],
    [{}, '603 Decline'],
    [{ status_code: 486 }, '486 Busy Here'],
    [{ status_code: 699 }, '699 Rejected'],
  ])('is turned down with %j', async (body, refused) => {
    const { here, phone, control } = await ringing();
    expect(await control('reject', body)).toBe('200');
    expect(phone.told).toEqual(['180', refused]);
    expect(here.lasting.sessions.count).toBe(0);
  });

  it.each([
    ['accept', { type: 'realtime', audio: { output: { speed: 9 } } }, '400 decimal_above_max_value audio.output.speed'],
    ['accept', { model: 'echo' }, '400 missing_required_parameter type'],
    ['accept', { type: 'realtime', model: 'nobody' }, '400 invalid_model model'],
    [
      'accept',
      { ...session, tools: [{ type: 'mcp', server_label: 'a', server_url: 'https://b.example' }] },
      '400 invalid_value tools[0].server_url',
    ],
    ['reject', { status_code: 200 }, '400 invalid_value status_code'],
    ['reject', { status_code: '486' }, '400 invalid_type status_code'],
    ['reject', { why: 'x' }, '400 unknown_parameter why'],
    ['refer', { target_uri: 'tel:+4930' }, '409 invalid_call_state call_id'],
  ])('rings on where its app says %s with %j', async (verb, body, told) => {
    const { phone, control } = await ringing({ referAllow: ['tel:+49*'] });
    expect(await control(verb, body)).toBe(told);
    expect(phone.told).toEqual(['180']);
    expect(await control('accept', session)).toBe('200');
  });

  it('is hung up while it rings', async () => {
    const { phone, control } = await ringing();
    expect(await control('hangup')).toBe('200');
    expect(phone.told).toEqual(['180', '480 Temporarily Unavailable']);
  });

  it.each([undefined, 5])('that nobody accepts in time is not available (%s s)', async (answerSeconds) => {
    const { here, phone, control } = await ringing(answerSeconds === undefined ? {} : { answerSeconds });
    here.clock.advance((answerSeconds ?? 30) * 1000 - 1);
    expect(phone.told).toEqual(['180']);
    here.clock.advance(1);
    expect(phone.told).toEqual(['180', '480 Temporarily Unavailable']);
    expect(await control('accept', session)).toBe('409 call_ended call_id');
  });

  it('is sent on to where the operator allows it, and nowhere else', async () => {
    const { phone, control } = await ringing({ referAllow: ['tel:+49*', 'sip:*@pbx.example'] });
    await control('accept', session);
    for (const target of [
      'tel:+1900555',
      'https://pbx.example',
      'sip:a@evil.example',
      '+49',
      'sip:a@pbx.example?x=y',
    ]) {
      expect(await control('refer', { target_uri: target })).toBe('400 invalid_value target_uri');
    }
    expect(await control('refer', {})).toBe('400 missing_required_parameter target_uri');
    expect(await control('refer', { target_uri: 'sip:100@pbx.example' })).toBe('200');
    expect(phone.told).toEqual(['180', '200', 'REFER sip:100@pbx.example', 'BYE']);
  });

  it('goes on where the other side will not call anybody else, and by default nobody may be called', async () => {
    const { phone, control } = await ringing({ referAllow: ['tel:*'] }, { refers: false });
    await control('accept', session);
    expect(await control('refer', { target_uri: 'tel:+49301' })).toBe('502 refer_failed null');
    expect(phone.told).not.toContain('BYE');
    const careful = await ringing();
    await careful.control('accept', session);
    expect(await careful.control('refer', { target_uri: 'tel:+49301' })).toBe('400 invalid_value target_uri');
  });

  it('belongs to the key that is named, and to others it is unknown', async () => {
    const auth = { keys: [{ key: 'sk-a' }, { key: 'sk-b', name: 'desk' }] };
    for (const [key, owner, other] of [
      [undefined, 'sk-a', 'sk-b'],
      ['desk', 'sk-b', 'sk-a'],
    ] as const) {
      const { here, told, call } = sipServer(key === undefined ? {} : { key }, { auth });
      await call();
      const { callId } = told[0] as Told;
      expect(await refusal(await here.control(callId, 'accept', other, session))).toBe('404 call_id_not_found call_id');
      expect(here.knock(callId, other).answer).toBe('http');
      expect((await here.control(callId, 'accept', owner, session)).status).toBe(200);
    }
  });

  it('counts as a request of its key, and finds no place beyond its sessions', async () => {
    const auth = { keys: [{ key: 'sk-a', sessions: 1, limits: { requestsPerMinute: 2 } }] };
    const { here, told, call } = sipServer({}, { auth });
    const [first, second] = [await call(), await call()];
    const accept = async (nth: number) => {
      const answer = await here.control(told[nth]?.callId ?? '', 'accept', 'sk-a', session);
      return answer.status === 200 ? '200' : refusal(answer);
    };
    expect(await accept(0)).toBe('200');
    expect(await accept(1)).toBe('429 session_limit_reached null');
    expect(second.told).toEqual(['180']);
    first.leave();
    await aMoment();
    expect(await accept(1)).toBe('200');
    await call();
    second.leave();
    await aMoment();
    expect(await accept(2)).toBe('429 rate_limit_exceeded null');
  });
});

describe('the webhook of a call by SIP', () => {
  it('goes out three times, under one id, and then the call is not available', async () => {
    const { here, told, call } = sipServer({}, {}, [500]);
    const phone = await call();
    const triesAfter = async (ms: number): Promise<number> => {
      here.clock.advance(ms);
      await aMoment();
      return told.length;
    };
    expect([await triesAfter(0), await triesAfter(999), await triesAfter(1)]).toEqual([1, 1, 2]);
    expect([await triesAfter(1999), await triesAfter(1)]).toEqual([2, 3]);
    expect(phone.told).toEqual(['180']);
    expect(await triesAfter(4000)).toBe(3);
    expect(phone.told).toEqual(['180', '480 Temporarily Unavailable']);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  });

  it('goes out again until the app has heard, which may accept before it answers', async () => {
    const { here, told, call } = sipServer({}, {}, [302, 200]);
    const phone = await call();
    here.clock.advance(1000);
    await aMoment();
    here.clock.advance(20_000);
    await aMoment();
    expect(told).toHaveLength(2);
    expect((await here.control(told[0]?.callId ?? '', 'accept', undefined, session)).status).toBe(200);
    here.clock.advance(60_000);
    expect(phone.told).toEqual(['180', '200']);
  });

  it('goes out no more once the call is accepted or over', async () => {
    for (const verb of ['accept', 'reject']) {
      const { here, told, call } = sipServer({}, {}, [500]);
      await call();
      const { callId } = told[0] as Told;
      expect((await here.control(callId, verb, undefined, verb === 'accept' ? session : undefined)).status).toBe(200);
      here.clock.advance(10_000);
      await aMoment();
      expect(told).toHaveLength(1);
    }
  });
});

describe('a telephone that calls by SIP', () => {
  it.each([
    [[], '127.0.0.1', '180'],
    [[], '::1', '180'],
    [[], '10.0.0.1', '403 Forbidden'],
    [['10.0.0.0/8'], '10.200.3.4', '180'],
    [['10.0.0.0/8'], '::ffff:10.1.1.1', '180'],
    [['10.0.0.0/8'], '11.0.0.1', '403 Forbidden'],
    [['10.0.0.0/8'], '127.0.0.1', '403 Forbidden'],
    [['2001:db8::/32', '192.0.2.7'], '2001:db8:1::5', '180'],
    [['2001:db8::/32', '192.0.2.7'], '192.0.2.7', '180'],
    [['2001:db8::/32', '192.0.2.7'], '192.0.2.8', '403 Forbidden'],
  ] as const)('is one of the peers %j, or is turned away: %s', async (peers, address, heard) => {
    const { told, call } = sipServer({ peers });
    const phone = await call({ from: { address } });
    expect(phone.told).toEqual([heard]);
    expect(told).toHaveLength(heard === '180' ? 1 : 0);
  });

  it('may prove by its certificate that it is a peer', async () => {
    const tls = { cert: 'c', key: 'k' };
    const { call } = sipServer({ listen: ['tls://127.0.0.1:0'], peers: ['sip.carrier.example'] }, { tls });
    const proves = (proven: string) => (name: string) => name === proven;
    const from = { transport: 'tls', address: '203.0.113.9' } as const;
    expect((await call({ from: { ...from, proves: proves('sip.carrier.example') } })).told).toEqual(['180']);
    expect((await call({ from: { ...from, proves: proves('evil.example') } })).told).toEqual(['403 Forbidden']);
    expect((await call({ from: { ...from, address: '127.0.0.1' } })).told).toEqual(['403 Forbidden']);
  });

  it('sets up at most fifty calls a second, and others are none the worse for it', async () => {
    const { here, call } = sipServer();
    const answers: string[] = [];
    for (let nth = 0; nth < 52; nth++) answers.push((await call()).told[0] ?? '');
    expect(answers.filter((heard) => heard === '180')).toHaveLength(50);
    expect(answers.slice(50)).toEqual(['503 Service Unavailable', '503 Service Unavailable']);
    const late = await call();
    expect(late.refusal).toEqual([{ name: 'Retry-After', value: '1' }]);
    expect((await call({ from: { address: '127.0.0.2' } })).told).toEqual(['180']);
    here.clock.advance(100);
    const again = await Promise.all(Array.from({ length: 6 }, () => call()));
    expect(again.filter(({ told }) => told[0] === '180')).toHaveLength(5);
  });

  it('is to come again later where the server is full or drains', async () => {
    const { here, call } = sipServer({}, { limits: { sessions: 1 } });
    const first = await call();
    const second = await call();
    expect(second.told).toEqual(['503 Service Unavailable']);
    expect(second.refusal).toEqual([{ name: 'Retry-After', value: '10' }]);
    first.leave();
    expect((await call()).told).toEqual(['180']);
    here.drain();
    expect((await call()).told).toEqual(['503 Service Unavailable']);
  });

  it('hears at once that it offers no sound that is spoken here, and no app hears of it', async () => {
    const { told, call } = sipServer();
    expect((await call({ noSound: 'no-codec' })).told).toEqual(['488 Not Acceptable Here']);
    const crowded = await call({ noSound: 'no-port' });
    expect(crowded.told).toEqual(['503 Service Unavailable']);
    expect(crowded.refusal).toEqual([{ name: 'Retry-After', value: '10' }]);
    expect((await call({ noSound: 'gone' })).told).toEqual([]);
    expect(told).toEqual([]);
  });

  it('is named in the log where it is turned away, but not as often as it comes', async () => {
    const lines: unknown[] = [];
    const log: SessionLog = { ...silentLog, warn: (_message, fields) => void lines.push(fields), child: () => log };
    const { here, call } = sipServer({}, { log });
    const knock = () => call({ from: { address: '10.0.0.1' } });
    for (let nth = 0; nth < 5; nth++) await knock();
    expect(lines).toEqual([{ peer: '10.0.0.1', status: 403, why: 'its source is none of the peers' }]);
    here.clock.advance(10_000);
    await knock();
    expect(lines.at(-1)).toMatchObject({ peer: '10.0.0.1', unsaid: 4 });
  });

  it('that rings while the server goes down is turned away', async () => {
    const { here, call } = sipServer();
    const phone = await call();
    here.lasting.sessions.drain(1000, () => {});
    expect(phone.told).toEqual(['180', '503 Service Unavailable']);
    expect(phone.refusal).toEqual([{ name: 'Retry-After', value: '10' }]);
  });
});
