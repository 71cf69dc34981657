import { describe, expect, it } from 'vitest';
import type { Model } from '../../engines/contract.ts';
import { memoryWindows } from '../../state/memory/windows.ts';
import { Accounts } from '../metering/accounts.ts';
import { noLedger } from '../metering/ledger.ts';
import { modelTable } from '../models.ts';
import { decideEntrance, type House } from './decide.ts';
import { everyone, keyring } from './keys.ts';

const model = (): Model => ({
  open() {
    throw new Error('not opened here');
  },
});
const echo = model();
const other = model();

const house = (given: Partial<House> = {}): House => ({
  keys: keyring([]),
  accounts: new Accounts(memoryWindows(), noLedger),
  now: () => 0,
  models: modelTable({ echo, other }),
  betaHeader: 'ignore',
  maxSessions: 2,
  totalBytes: 1000,
  isFull: () => false,
  sessionCount: () => 0,
  isDraining: () => false,
  calls: { find: () => null },
  holderOf: () => null,
  ...given,
});

const knock = (target: string, headers: Record<string, string> = {}) => ({
  target,
  header: (name: string): string | undefined => headers[name],
});

/** What becomes of an upgrade request, in a word. */
function outcome(target: string, headers: Record<string, string> = {}, given: Partial<House> = {}): string {
  const entrance = decideEntrance(knock(target, headers), house(given));
  switch (entrance.answer) {
    case 'http':
      return `${entrance.status} ${entrance.error.code}`;
    case 'refuse':
      return `${entrance.refusal.closeCode} ${entrance.refusal.error.type} ${entrance.refusal.error.code}`;
    case 'join':
      return `join ${entrance.call.id}`;
    case 'forward':
      return `forward ${entrance.node}, or ${entrance.otherwise.error.code}`;
    case 'resume':
      return `resume ${entrance.handle} after ${entrance.after}`;
    case 'open':
    case 'translate':
    case 'relay':
      return `${entrance.answer} ${entrance.modelName}`;
    default:
      return entrance satisfies never;
  }
}

describe('an upgrade request', () => {
  it('opens a session with the model it names', () => {
    expect(decideEntrance(knock('/v1/realtime?model=other'), house())).toMatchObject({
      answer: 'open',
      model: other,
      modelName: 'other',
    });
  });

  it('may carry query parameters that nobody knows', () => {
    expect(outcome('/v1/realtime?model=echo&temperature=0.8&intent=chat')).toBe('open echo');
  });

  it.each([
    ['/v1/realtime', '4000 invalid_request_error missing_model'],
    ['/v1/realtime?model=', '4000 invalid_request_error missing_model'],
    ['/v1/realtime?model=nobody', '4000 invalid_request_error invalid_model'],
    ['/v1/realtime?model=constructor', '4000 invalid_request_error invalid_model'],
    ['/v1/realtime?model=*', '4000 invalid_request_error invalid_model'],
    ['/v1/realtime?call_id=rtc_1', '404 call_id_not_found'],
    ['/v1/realtime?call_id=rtc_1&model=echo', '404 call_id_not_found'],
    ['/v1/other?model=echo', '404 unknown_url'],
    ['/?model=echo', '404 unknown_url'],
    ['//', '404 unknown_url'],
    ['http://[', '404 unknown_url'],
  ])('to %s ends in %s', (target, result) => {
    expect(outcome(target)).toBe(result);
  });

  it('for a transcription session names no model, and is heard by the one under every name', () => {
    expect(decideEntrance(knock('/v1/realtime?intent=transcription'), house())).toMatchObject({
      model: echo,
      modelName: null,
    });
    const models = modelTable({ echo, '*': other });
    expect(decideEntrance(knock('/v1/realtime?intent=transcription'), house({ models }))).toMatchObject({
      model: other,
    });
  });

  it('for a transcription session may name the model that listens; a name that nobody has chooses none', () => {
    const transcribe = (name: string, models: Parameters<typeof modelTable>[0]) =>
      decideEntrance(knock(`/v1/realtime?intent=transcription&model=${name}`), house({ models: modelTable(models) }));
    expect(transcribe('other', { echo, other })).toMatchObject({ answer: 'open', model: other, modelName: null });
    expect(transcribe('gpt-4o-transcribe', { echo, other })).toMatchObject({
      answer: 'open',
      model: echo,
      modelName: null,
    });
    expect(transcribe('gpt-4o-transcribe', { echo, '*': other })).toMatchObject({ model: other });
    expect(transcribe('', { echo, other })).toMatchObject({ model: echo });
  });

  it('may name any model where one answers to every name', () => {
    const models = modelTable({ echo, '*': other });
    expect(outcome('/v1/realtime?model=anything', {}, { models })).toBe('open anything');
    expect(decideEntrance(knock('/v1/realtime?model=echo'), house({ models }))).toMatchObject({ model: echo });
  });
});

describe('an upgrade request where keys are configured', () => {
  const keys = keyring(['sk-1']);

  it.each([
    ['none', {}, '3000 invalid_request_error null'],
    ['a wrong one', { authorization: 'Bearer sk-2' }, '3000 invalid_request_error invalid_api_key'],
    ['an unknown ephemeral one', { authorization: 'Bearer ek_2' }, '3000 invalid_request_error invalid_api_key'],
    ['the right one', { authorization: 'Bearer sk-1' }, 'open echo'],
    [
      'the right one as a subprotocol',
      { 'sec-websocket-protocol': 'realtime, openai-insecure-api-key.sk-1' },
      'open echo',
    ],
  ])('and that presents %s', (_, headers, result) => {
    expect(outcome('/v1/realtime?model=echo', headers, { keys })).toBe(result);
  });

  it('is told of its key before anything else is found out', () => {
    expect(outcome('/v1/realtime?model=nobody', {}, { keys })).toBe('3000 invalid_request_error null');
    expect(outcome('/v1/realtime?call_id=rtc_1', {}, { keys })).toBe('3000 invalid_request_error null');
    expect(outcome('/v1/realtime?model=echo', {}, { keys, isDraining: () => true })).toBe(
      '3000 invalid_request_error null',
    );
  });
});

describe('an upgrade request in the beta shape', () => {
  const asHeader = { 'openai-beta': 'assistants=v2, realtime=v1' };
  const asSubprotocol = { 'sec-websocket-protocol': 'realtime, openai-beta.realtime-v1' };

  it('is served all the same where the header is ignored', () => {
    expect(outcome('/v1/realtime?model=echo', asHeader)).toBe('open echo');
    expect(outcome('/v1/realtime?model=echo', asSubprotocol)).toBe('open echo');
  });

  it.each([
    ['ignore', 'ignored'],
    ['translate', 'translated'],
  ] as const)('on a server that is to %s it is known to be %s', (betaHeader, beta) => {
    for (const headers of [asHeader, asSubprotocol]) {
      const entrance = decideEntrance(knock('/v1/realtime?model=echo', headers), house({ betaHeader }));
      expect(entrance).toMatchObject({ answer: 'open', model: echo, modelName: 'echo', beta });
    }
    expect(decideEntrance(knock('/v1/realtime?model=echo'), house({ betaHeader }))).not.toHaveProperty('beta');
  });

  it('is refused where the server is strict', () => {
    const refused = '4000 invalid_request_error beta_api_shape_disabled';
    expect(outcome('/v1/realtime?model=echo', asHeader, { betaHeader: 'strict' })).toBe(refused);
    expect(outcome('/v1/realtime?model=echo', asSubprotocol, { betaHeader: 'strict' })).toBe(refused);
    expect(outcome('/v1/realtime?model=echo', {}, { betaHeader: 'strict' })).toBe('open echo');
  });
});

describe('an upgrade request that comes at a bad time', () => {
  it('is turned away when the server is full, but only then', () => {
    expect(outcome('/v1/realtime?model=echo', {}, { sessionCount: () => 2 })).toBe(
      '1013 rate_limit_error session_limit_reached',
    );
    expect(outcome('/v1/realtime?model=echo', {}, { sessionCount: () => 1 })).toBe('open echo');
  });

  it('is turned away while the server drains', () => {
    expect(outcome('/v1/realtime?model=echo', {}, { isDraining: () => true })).toBe(
      '1001 server_error server_draining',
    );
  });
});

describe('an upgrade request that is to join a call', () => {
  const call = { id: 'rtc_1', owner: 'everyone', attach() {}, hangUp() {} };
  const calls = { find: (id: string, owner: string) => (id === call.id && owner === call.owner ? call : null) };

  it('joins it, also where the server is full or drains', () => {
    const busy = { calls, sessionCount: () => 2, isFull: () => true, isDraining: () => true };
    expect(outcome('/v1/realtime?call_id=rtc_1', {}, busy)).toBe('join rtc_1');
    expect(outcome('/v1/realtime?call_id=rtc_2', {}, busy)).toBe('404 call_id_not_found');
  });

  it('goes on to the node that its id names, once, for whoever holds a key', () => {
    const among = { holderOf: (id: string) => (id === 'rtc_there' ? '0a1b2c' : null) };
    const there = '/v1/realtime?call_id=rtc_there';
    expect(outcome(there, {}, among)).toBe('forward 0a1b2c, or call_id_not_found');
    expect(outcome('/v1/realtime?call_id=rtc_nowhere', {}, among)).toBe('404 call_id_not_found');
    expect(outcome(there, {}, { ...among, keys: keyring(['sk-1']) })).toBe('3000 invalid_request_error null');
    expect(decideEntrance({ ...knock(there), isForwarded: true }, house(among))).toMatchObject({ status: 404 });
    const binding = { bound: { kind: 'session', session: null }, owner: everyone } as const;
    expect(decideEntrance(knock(there), house(among), binding)).toMatchObject({ status: 404 });
  });

  it('joins none with a client secret, though no key is needed', () => {
    const binding = { bound: { kind: 'session', session: null }, owner: 'everyone' } as const;
    const entrance = decideEntrance(knock('/v1/realtime?call_id=rtc_1'), house({ calls }), binding);
    expect(entrance).toMatchObject({ answer: 'http', status: 404 });
  });
});
