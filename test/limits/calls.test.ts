import { describe, expect, it } from 'vitest';
import { decideEntrance } from '../../src/server/admission/decide.ts';
import { holderOf, keyring } from '../../src/server/admission/keys.ts';
import type { Account } from '../../src/server/metering/account.ts';
import type { KeyPolicy } from '../../src/server/metering/policy.ts';
import { modelTable } from '../../src/server/models.ts';
import type { ListenOptions } from '../../src/server/options.ts';
import type { MemoryPeer } from '../../src/testing/call-line.ts';
import { CallServer, type SeenEvent } from '../../src/testing/call-server.ts';
import { modelOf, usageOf, using } from './limited-sessions.ts';

const key = 'sk-acme';
const prices = { test: { input: { text: 1 }, output: { text: 1 } } };

/** A server with one key that may do this. */
function keyed(policy: KeyPolicy, options: Partial<ListenOptions> = {}): CallServer {
  const auth = { keys: [{ key, name: 'acme', ...policy }, 'sk-other'] };
  return new CallServer({ models: { test: using(40, 60) }, prices, auth, ...options });
}

const accountOf = (here: CallServer): Account => here.lasting.accounts.of(holderOf(key));

async function refusal(answer: Response): Promise<string> {
  const { error } = await answer.json();
  expect(Object.keys(error)).toEqual(['message', 'type', 'param', 'code']);
  return `${answer.status} ${error.type} ${error.code} ${error.param}; again after ${answer.headers.get('retry-after')}`;
}

const eventsOf = (peer: MemoryPeer): SeenEvent[] => peer.messages.map((text) => JSON.parse(text));
const typesOf = (peer: MemoryPeer): string[] => eventsOf(peer).map(({ type }) => type);
const errorsOf = (peer: MemoryPeer) => eventsOf(peer).filter(({ type }) => type === 'error');
const create = JSON.stringify({ type: 'response.create' });
/** What was promised meanwhile is done, such as the end of a call that was hung up. */
const aMoment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Says a second of silence, and then that it is done, when it is told to go on. */
const speaking = modelOf(async function* () {
  yield { type: 'sound', samples: new Int16Array(24_000), sampleRate: 24_000 };
  yield { type: 'end', usage: usageOf(60, 60) };
});

describe('a key whose sessions are counted', () => {
  const full = '429 rate_limit_error session_limit_reached null; again after 1';

  it('has the call refused that is one too many, until one has ended', async () => {
    const here = keyed({ sessions: 1 });
    const { id } = await here.up({ key });
    expect(await refusal(await here.call({ key }))).toBe(full);
    expect((await here.call({ key: 'sk-other' })).status).toBe(201);
    await here.control(id, 'hangup', key);
    await aMoment();
    expect((await here.call({ key })).status).toBe(201);
  });

  it('has calls counted that are being answered, and those no longer that failed', async () => {
    const here = keyed({ sessions: 1 });
    const release = here.line.hold();
    const early = here.call({ key, offer: 'bad' });
    await aMoment();
    const late = here.call({ key });
    await aMoment();
    release();
    expect(await refusal(await late)).toBe(full);
    expect((await early).status).toBe(400);
    expect((await here.call({ key })).status).toBe(201);
  });

  it('has calls and sessions on sockets counted together; a sideband takes no place', async () => {
    const here = keyed({ sessions: 1 });
    const { id } = await here.up({ key });
    const sideband = here.join(id, key);
    expect(sideband.events).toMatchObject([{ type: 'session.created' }]);
    const knock = { target: '/v1/realtime?model=test', header: (name: string) => headers[name] };
    const headers: Readonly<Record<string, string>> = { authorization: `Bearer ${key}` };
    const entrance = decideEntrance(knock, {
      keys: keyring([key]),
      accounts: here.lasting.accounts,
      now: () => here.clock.now(),
      models: modelTable({ test: using(1, 1) }),
      betaHeader: 'ignore',
      maxSessions: 100,
      sessionCount: () => here.lasting.sessions.count,
      totalBytes: 1e6,
      isFull: () => false,
      isDraining: () => false,
      calls: here.lasting.calls,
      holderOf: () => null,
    });
    expect(entrance).toMatchObject({ answer: 'refuse', refusal: { closeCode: 1013 } });
  });

  it('has calls counted that were opened with its client secrets', async () => {
    const here = keyed({ sessions: 1 });
    const secret = await here.mint({ type: 'realtime', model: 'test' }, key);
    await here.up({ key: secret });
    expect(await refusal(await here.call({ key }))).toBe(full);
    expect(await refusal(await here.call({ key: secret }))).toBe(full);
  });
});

describe('a key with requests a minute', () => {
  it('has each call counted as one, and is told what is left', async () => {
    const here = keyed({ limits: { requestsPerMinute: 1, tokensPerMinute: 500 } });
    const taken = await here.call({ key });
    const limits = (answer: Response) =>
      ['limit', 'remaining', 'reset'].map((what) => answer.headers.get(`x-ratelimit-${what}-requests`));
    expect([taken.status, ...limits(taken)]).toEqual([201, '1', '0', '60s']);
    expect(taken.headers.get('x-ratelimit-remaining-tokens')).toBe('500');
    here.clock.advance(15_000);
    const refused = await here.call({ key });
    expect(limits(refused)).toEqual(['1', '0', '45s']);
    expect(await refusal(refused)).toBe('429 rate_limit_error rate_limit_exceeded null; again after 45');
    expect(here.line.peers).toHaveLength(1);
    here.clock.advance(45_000);
    expect((await here.call({ key })).status).toBe(201);
  });

  it('has no request counted for a call that it may not have', async () => {
    const here = keyed({ models: ['test'], limits: { requestsPerMinute: 1 } });
    expect((await here.call({ key, query: '?model=nobody' })).status).toBe(400);
    expect((await here.call({ key })).status).toBe(201);
  });
});

describe('a key with models', () => {
  const models = { first: using(1, 1), test: using(1, 1) };

  it('opens calls of these alone, the first of them where none is named', async () => {
    const here = keyed({ models: ['test'] }, { models });
    const refused = await refusal(await here.call({ key, query: '?model=first' }));
    expect(refused).toBe('400 invalid_request_error invalid_model model; again after null');
    const session = { type: 'realtime', model: 'first' };
    expect(await refusal(await here.call({ key, session }))).toContain('invalid_model session.model');
    const { peer } = await here.up({ key });
    peer.connect();
    expect(eventsOf(peer)).toMatchObject([{ session: { model: 'test' } }]);
  });
});

describe('what a call uses', () => {
  it('is settled with the account of its key, and shown as what is left', async () => {
    const here = keyed({ limits: { tokensPerMinute: 1000 } });
    const { id, peer } = await here.up({ key });
    peer.connect();
    peer.message(create);
    const remaining = () =>
      accountOf(here)
        .rateLimits(here.clock.now())
        ?.map((row) => row.remaining);
    expect(remaining()).toEqual([900]);
    expect(eventsOf(peer).at(-1)).toMatchObject({
      type: 'rate_limits.updated',
      rate_limits: [{ name: 'tokens', limit: 1000, remaining: 900 }],
    });
    const shown = async () => (await here.lasting.insight.metrics()).text;
    expect(await shown()).toContain('antiphon_key_sessions{key="acme"} 1');
    expect(await shown()).toContain('antiphon_sessions{kind="realtime",transport="webrtc"} 1');
    expect(await shown()).toContain('antiphon_cost_usd_total{model="test",key="acme"} 0.0001');
    await here.control(id, 'hangup', key);
    await aMoment();
    expect(await shown()).toContain('antiphon_key_sessions{key="acme"} 0');
  });

  it('includes the sound of its track, of which no more is taken than the key may send', async () => {
    const here = keyed({ limits: { audioSecondsPerMinute: 1 } });
    const { peer } = await here.up({ key });
    peer.connect();
    here.clock.advance(2_100);
    expect(errorsOf(peer).map(({ error }) => error)).toMatchObject(
      Array.from({ length: 2 }, () => ({ code: 'rate_limit_exceeded', event_id: null })),
    );
  });
});

describe('a budget', () => {
  const budget = { usd: 0.0001, per: 'day' } as const;

  it('that is used up has calls refused until there is money again', async () => {
    const here = keyed({ budget });
    here.clock.advance(Date.UTC(2026, 0, 1, 23, 59, 30) - here.clock.now());
    accountOf(here).spendMicros(here.clock.now(), 100);
    expect(await refusal(await here.call({ key }))).toBe(
      '429 insufficient_quota insufficient_quota null; again after 30',
    );
    here.clock.advance(30_000);
    expect((await here.call({ key })).status).toBe(201);
  });

  it('that never comes back says nothing of asking again', async () => {
    const here = keyed({ budget: { ...budget, per: 'total' } });
    accountOf(here).spendMicros(here.clock.now(), 100);
    expect(await refusal(await here.call({ key }))).toContain('again after null');
  });

  it('that was used up while the offer was being answered leaves no call', async () => {
    const here = keyed({ budget });
    const release = here.line.hold();
    const answer = here.call({ key });
    await aMoment();
    accountOf(here).spendMicros(here.clock.now(), 100);
    release();
    expect(await refusal(await answer)).toContain('429 insufficient_quota');
    expect(here.line.peers).toMatchObject([{ isClosed: true, sound: { hasEnded: true } }]);
  });

  it('that a call uses up ends it once what was said has been heard', async () => {
    const { here, peer } = await spending('finish');
    here.clock.advance(980);
    expect(typesOf(peer)).not.toContain('error');
    here.clock.advance(40);
    expect(typesOf(peer).slice(-2)).toEqual(['output_audio_buffer.stopped', 'error']);
    expect(errorsOf(peer)).toMatchObject([{ error: { code: 'insufficient_quota' } }]);
    expect(peer.isClosed).toBe(true);
  });

  it('that a call uses up silences it at once where it is to cancel', async () => {
    const { peer } = await spending('cancel');
    expect(typesOf(peer).slice(-2)).toEqual(['conversation.item.truncated', 'error']);
    expect(peer.isClosed).toBe(true);
  });

  /** A call that has said something, and spent all there is. */
  async function spending(onExhausted: 'finish' | 'cancel') {
    const here = keyed({ budget, onExhausted }, { models: { test: speaking } });
    const { peer } = await here.up({ key });
    peer.connect();
    peer.message(create);
    await aMoment();
    return { here, peer };
  }
});

describe('a call for a model whose endpoints take none', () => {
  const relay = { relay: { upstreams: [{ kind: 'azure-preview' as const, url: 'ws://127.0.0.1:1' }] } };

  it('is refused, with the name of the model, wherever that was given', async () => {
    const here = keyed({}, { models: { far: relay } });
    const answer = await here.call({ key, query: '?model=far' });
    expect(await answer.clone().json()).toMatchObject({
      error: { message: expect.stringMatching(/^Model 'far' is answered by another endpoint/) },
    });
    expect(await refusal(answer)).toContain('400 invalid_request_error invalid_model model');
    const session = { type: 'realtime', model: 'far' };
    expect(await refusal(await here.call({ key, session }))).toContain(
      '400 invalid_request_error invalid_model session.model',
    );
    expect(await refusal(await here.call({ key, query: '?intent=transcription' }))).toContain('400');
    const secret = await here.mint({ type: 'realtime', model: 'far' }, key);
    expect(await refusal(await here.call({ key: secret }))).toContain('400 invalid_request_error invalid_model model');
    expect(here.line.peers).toEqual([]);
    expect(accountOf(here).refuseSession(here.clock.now())).toBeNull();
  });
});
