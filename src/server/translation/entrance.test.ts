import { describe, expect, it } from 'vitest';
import type { Model } from '../../engines/contract.ts';
import { memoryWindows } from '../../state/memory/windows.ts';
import { decideEntrance, type House } from '../admission/decide.ts';
import { keyring } from '../admission/keys.ts';
import { Accounts } from '../metering/accounts.ts';
import { noLedger } from '../metering/ledger.ts';
import { modelTable } from '../models.ts';

const model: Model = {
  open() {
    throw new Error('not opened here');
  },
};

const house: House = {
  keys: keyring([]),
  accounts: new Accounts(memoryWindows(), noLedger),
  now: () => 0,
  models: modelTable({ mine: model }),
  betaHeader: 'ignore',
  maxSessions: 2,
  sessionCount: () => 0,
  totalBytes: 1000,
  isFull: () => false,
  isDraining: () => false,
  calls: { find: () => null },
  holderOf: () => null,
};

/** What becomes of a request for a translation session, in a word. */
function outcome(query: string, given: Partial<House> = {}, headers: Readonly<Record<string, string>> = {}): string {
  const knock = { target: `/v1/realtime/translations${query}`, header: (name: string) => headers[name] };
  const entrance = decideEntrance(knock, { ...house, ...given });
  switch (entrance.answer) {
    case 'http':
      return `${entrance.status} ${entrance.error.code}`;
    case 'refuse': {
      const { closeCode, error } = entrance.refusal;
      return `${closeCode} ${error.code} ${error.param}`;
    }
    case 'join':
    case 'forward':
    case 'resume':
      return entrance.answer;
    default:
      return `${entrance.answer} ${entrance.modelName}`;
  }
}

describe('a request for a translation session', () => {
  it('is met with the model it names', () => {
    expect(outcome('?model=mine')).toBe('translate mine');
    expect(outcome('?model=any', { models: modelTable({ '*': model }) })).toBe('translate any');
  });

  it('may carry query parameters that nobody knows', () => {
    expect(outcome('?model=mine&temperature=1&call_id=rtc_1')).toBe('translate mine');
  });

  it.each([
    ['without a model', '', '4000 missing_model model'],
    ['with an empty model', '?model=', '4000 missing_model model'],
    ['for an unknown model', '?model=other', '4000 invalid_model model'],
    ['with an intent', '?model=mine&intent=transcription', '4000 unknown_parameter intent'],
    ['with an intent in place of a model', '?intent=translation', '4000 unknown_parameter intent'],
  ])('is refused %s', (_, query, refusal) => {
    expect(outcome(query)).toBe(refusal);
  });

  it('passes the same doors as any other session', () => {
    const keys = keyring(['sk-1']);
    expect(outcome('?model=mine', { keys })).toBe('3000 null null');
    expect(outcome('?model=mine', { keys }, { authorization: 'Bearer no' })).toBe('3000 invalid_api_key null');
    expect(outcome('?model=mine', { keys }, { authorization: 'Bearer sk-1' })).toBe('translate mine');
    expect(outcome('?model=mine', { isDraining: () => true })).toBe('1001 server_draining null');
    expect(outcome('?model=mine', { sessionCount: () => 2 })).toBe('1013 session_limit_reached null');
  });

  it('is met at its own path alone', () => {
    expect(outcome('/?model=mine')).toBe('404 unknown_url');
  });
});
