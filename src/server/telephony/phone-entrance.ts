import { decideCall, type House, type SessionEntrance } from '../admission/decide.ts';
import { httpErrors } from '../admission/http-errors.ts';
import { everyone, holderOf } from '../admission/keys.ts';
import { overLimit } from '../admission/over-limit.ts';
import { placed } from '../admission/placed.ts';
import { type RefusedCall, refusal, refusedBy } from '../calls/exchanged.ts';
import type { Account } from '../metering/account.ts';
import type { KeyOptions } from '../metering/policy.ts';
import type { Sessions } from '../sessions.ts';

/** A telephone call that is let in. */
export type PhoneEntrance = Extract<SessionEntrance, { answer: 'open' }>;

export interface PhoneHouse {
  readonly house: House;
  readonly sessions: Sessions;
}

/** What a telephone call asks for, and under whose limits. */
export interface PhoneAsked {
  /** Null: the one that client secrets show. */
  readonly modelName: string | null;
  readonly account: Account;
}

/** Whose calls these are: the key's of this name, else the first key's. */
export function phoneOwner({ key: name }: { readonly key: string | null }, keys: readonly KeyOptions[]): string {
  const found = name === null ? keys[0] : keys.find((each) => each.name === name);
  return found === undefined ? everyone : holderOf(found.key);
}

/** Lets a telephone call in, under the limits of its key, and begins it. Rejects only where `begin` throws. */
export async function admitPhone<Begun extends { readonly ok: true }>(
  { house, sessions }: PhoneHouse,
  { modelName, account }: PhoneAsked,
  begin: (entrance: PhoneEntrance) => Begun | RefusedCall,
): Promise<Begun | RefusedCall> {
  const query = new URLSearchParams(modelName === null ? {} : { model: modelName });
  const entrance = decideCall(query, house, { account, bound: null, header: () => undefined });
  if (entrance.answer === 'refuse') return refusedBy(entrance.refusal);
  if (entrance.answer === 'relay') {
    return refusal('phoneNotPassedOn', httpErrors.phoneNotPassedOn(entrance.modelName ?? ''));
  }
  return placed(house, sessions, entrance, (given) => {
    if (given.answer === 'refuse') return refusedBy(given.refusal);
    const made = takeRequest(house, account) ?? begin(given);
    if (!made.ok) given.place?.release();
    return made;
  });
}

/** A call counts as a request of its key, as those over WebRTC do. */
function takeRequest(house: House, account: Account): RefusedCall | null {
  const now = house.now();
  const refused = account.takeRequest(now);
  return refused === null ? null : { ok: false, status: 429, ...overLimit(refused, now) };
}
