import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../src/server/limits.ts';
import { silentLog } from '../../src/server/log.ts';
import { noLedger } from '../../src/server/metering/ledger.ts';
import type { KeyPolicy } from '../../src/server/metering/policy.ts';
import { openSession } from '../../src/server/session/session.ts';
import { memoryPair } from '../../src/testing/index.ts';
import { create, errorsOf, house, patient, pcm, type ServerEvent, types, usageOf, using } from './limited-sessions.ts';

describe('a key with requests a minute', () => {
  it('has the response refused that is one too many, and the session stays', () => {
    const { clock, open } = house({ limits: { requestsPerMinute: 2 } });
    const session = open(using(5, 5));
    session.send(create());
    clock.advance(10_000);
    session.send(create());
    expect(session.count('response.created')).toBe(2);
    const [refused] = errorsOf(session.send(create('third')));
    expect(refused).toEqual({
      type: 'rate_limit_error',
      code: 'rate_limit_exceeded',
      message: 'Rate limit reached for requests per minute. Please try again in 50s.',
      param: null,
      event_id: 'third',
    });
    clock.advance(49_999);
    expect(types(session.send(create()))).toEqual(['error']);
    clock.advance(1);
    expect(types(session.send(create()))).toContain('response.created');
    expect(session.closes).toEqual([]);
  });

  it('has a turn committed and not answered that detection ended over the limit', () => {
    const { open } = house({ limits: { requestsPerMinute: 1 } });
    const session = open(using(5, 5));
    session.send(create());
    const before = session.events.length;
    session.send(pcm(600));
    session.send(pcm(600, 0));
    const told = session.events.slice(before);
    expect(types(told)).toEqual([
      'input_audio_buffer.speech_started',
      'input_audio_buffer.speech_stopped',
      'input_audio_buffer.committed',
      'conversation.item.added',
      'conversation.item.done',
      'error',
    ]);
    expect(errorsOf(told)).toMatchObject([{ type: 'rate_limit_error', code: 'rate_limit_exceeded', event_id: null }]);
  });

  it('counts those of all its sessions, and tells each of them what is left', () => {
    const { open } = house({ limits: { requestsPerMinute: 2, tokensPerMinute: 1000 } });
    const [one, other] = [open(using(5, 5)), open(using(20, 5))];
    const limitsTold = (events: readonly ServerEvent[]) =>
      events.flatMap((event) => (event.type === 'rate_limits.updated' ? [event.rate_limits] : []));
    expect(limitsTold(one.send(create()))).toEqual([
      [
        { name: 'requests', limit: 2, remaining: 1, reset_seconds: 60 },
        { name: 'tokens', limit: 1000, remaining: 990, reset_seconds: 60 },
      ],
    ]);
    expect(limitsTold(other.send(create()))).toMatchObject([[{ remaining: 0 }, { remaining: 965 }]]);
    expect(errorsOf(one.send(create()))).toMatchObject([{ code: 'rate_limit_exceeded' }]);
  });
});

describe('a key with tokens a minute', () => {
  it('reserves them when a response starts and gives back what was not used', async () => {
    const { open } = house({ limits: { tokensPerMinute: 4000 } });
    const { model, end, begun } = patient(usageOf(10, 20));
    const [one, other] = [open(model), open(using(1, 1))];
    one.send(create());
    await begun();
    const [refused] = errorsOf(other.send(create()));
    expect(refused?.message).toBe('Rate limit reached for tokens per minute. Please try again in 1s.');
    await end();
    expect(types(other.send(create()))).toContain('response.created');
  });

  it('lets one response of a session run over, and then waits until enough of it is a minute old', () => {
    const { clock, open } = house({ limits: { tokensPerMinute: 100 } });
    const session = open(using(100, 400));
    session.send(create());
    const [refused] = errorsOf(session.send(create()));
    expect(refused?.message).toBe('Rate limit reached for tokens per minute. Please try again in 60s.');
    clock.advance(60_000);
    expect(types(session.send(create()))).toContain('response.created');
  });

  it('charges what was reserved where the client leaves before the end', async () => {
    const { open } = house({ limits: { tokensPerMinute: 4000 } });
    const { model, begun } = patient();
    const [one, other] = [open(model), open(using(1, 1))];
    one.send(create());
    await begun();
    one.leave();
    expect(errorsOf(other.send(create()))).toMatchObject([{ code: 'rate_limit_exceeded' }]);
  });
});

describe('a key with seconds of audio a minute', () => {
  it('has no more sound taken, is told so once a second, and gets no answers meanwhile', () => {
    const { clock, open } = house({ limits: { audioSecondsPerMinute: 1 } });
    const session = open(using(1, 1));
    const told = [pcm(600, 0), pcm(600, 0), pcm(600, 0), pcm(600, 0)].flatMap((append) => session.send(append));
    expect(errorsOf(told).map(({ code }) => code)).toEqual(['rate_limit_exceeded']);
    expect(errorsOf(session.send(create()))).toMatchObject([
      { message: 'Rate limit reached for seconds of audio per minute. Please try again in 60s.' },
    ]);
    clock.advance(60_000);
    expect(session.send(pcm(100, 0))).toEqual([]);
    expect(types(session.send(create()))).toContain('response.created');
  });
});

describe('a budget', () => {
  const poor = (onExhausted: 'finish' | 'cancel'): KeyPolicy => ({ budget: { usd: 0.0001, per: 'day' }, onExhausted });

  it('that is used up ends the session after its response, and every other of the key', () => {
    const { open, account, clock } = house(poor('finish'));
    const [one, other] = [open(using(60, 60)), open(using(1, 1))];
    const told = one.send(create());
    expect(types(told).slice(-3)).toEqual(['response.done', 'rate_limits.updated', 'error']);
    expect(errorsOf(told)).toMatchObject([{ type: 'insufficient_quota', code: 'insufficient_quota' }]);
    expect(one.closes).toEqual([{ code: 1008, reason: 'insufficient_quota.insufficient_quota' }]);
    expect(other.closes).toEqual(one.closes);
    expect(one.meter.usd).toBe(0.00012);
    expect(account.refuseSession(clock.now())).toBe('budget');
    expect(account.refuseSession(Date.UTC(2026, 0, 2))).toBeNull();
  });

  it.each([
    ['finish', 'completed'],
    ['cancel', 'cancelled'],
  ] as const)('lets responses of other sessions that run %s', async (onExhausted, status) => {
    const { open } = house({ ...poor(onExhausted), budget: { usd: 0.01, per: 'day' } });
    const { model, end, begun } = patient();
    const [one, other] = [open(using(6000, 6000)), open(model)];
    other.send(create());
    await begun();
    one.send(create());
    await end();
    const done = other.events.flatMap((event) => (event.type === 'response.done' ? [event.response.status] : []));
    expect(done).toEqual([status]);
    expect(other.events.at(-1)?.type).toBe('error');
    expect(other.closes).toMatchObject([{ code: 1008 }]);
  });

  it('is not touched by models without a price, which are counted', () => {
    let unpriced = 0;
    const { open } = house(poor('finish'), { ...noLedger, unpriced: () => void (unpriced += 1) });
    const session = open(using(1e6, 1e6), 'nobody');
    session.send(create());
    expect([unpriced, session.meter.usd, session.closes.length]).toEqual([1, null, 0]);
  });
});

describe('the caps of a session', () => {
  it('end it alone', () => {
    const { open } = house({ session: { tokens: 100 } });
    const [one, other] = [open(using(60, 60)), open(using(1, 1))];
    one.send(create());
    expect(one.closes).toMatchObject([{ code: 1008 }]);
    expect(types(other.send(create()))).toContain('response.created');
  });
});

describe('a key without limits', () => {
  it('is served, byte for byte, as without any key', () => {
    const script = [create(), pcm(600), pcm(600, 0), create('x'), { type: 'response.cancel' }];
    const bare = house({}).open(using(5, 5));
    const { clock } = house({});
    const events: ServerEvent[] = [];
    const [server, wire] = memoryPair();
    wire.open({
      frame: (text) => events.push(JSON.parse(text)),
      binary: () => {},
      drained: () => {},
      closed: () => {},
    });
    openSession({
      wire: server,
      model: using(5, 5),
      modelName: 'test',
      clock,
      limits: defaultLimits,
      sendConversationCreated: false,
      log: silentLog,
    });
    for (const event of script) {
      bare.send(event);
      wire.send(JSON.stringify(event));
    }
    const withoutId = (all: readonly ServerEvent[]) => JSON.stringify(all).replaceAll(/sess_\w+/g, 'sess');
    expect(withoutId(bare.events)).toBe(withoutId(events));
  });
});
