import { type HttpError, httpErrors, httpStatuses } from './http-errors.ts';
import { credentialOf, type HeaderReader, type Keyring } from './keys.ts';
import { type HostRule, isOwnAddress, type OriginRule } from './origin.ts';
import type { WrongKeys } from './wrong-keys.ts';

/** Who asks for something, by plain HTTP or for an upgrade. */
export interface Caller {
  readonly header: HeaderReader;
  /** Where the request comes from; empty where the connection is gone already. */
  readonly address: string;
  /** Whether it presents a client secret that is good for what it asks. */
  readonly holdsSecret: boolean;
}

/** A request that is turned away by HTTP. */
export interface TurnedAway {
  readonly status: 403 | 429;
  readonly error: HttpError;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request's key is worth. */
export type KeyVerdict = 'accepted' | 'missing' | 'wrong' | TurnedAway;

/** What stands before everything that the server answers. */
export interface Door {
  /** Whether host and origin forbid the request, whatever it asks for. */
  turnsAway(caller: Caller): TurnedAway | null;
  /** Judges the key. A wrong one counts against the address that it came from; a right one is never refused. */
  judge(caller: Caller): KeyVerdict;
}

export interface DoorOptions {
  readonly keys: Keyring;
  readonly needsKey: boolean;
  readonly origins: OriginRule;
  readonly hosts: HostRule;
  readonly wrongKeys: WrongKeys;
}

/**
 * A keyless server is the business of those who reach it by a name of its own, a server with keys that of those who hold
 * one (contract). So its own address as `Origin`, which programs send and pages of other hosts cannot, needs the same.
 */
export function createDoor({ keys, needsKey, origins, hosts, wrongKeys }: DoorOptions): Door {
  function judge({ header, address, holdsSecret }: Caller): KeyVerdict {
    const verdict = holdsSecret ? 'accepted' : keys.check(credentialOf(header));
    if (verdict !== 'wrong') return verdict;
    const seconds = wrongKeys.note(address);
    return seconds === null ? 'wrong' : tooManyWrongKeys(seconds);
  }

  function turnsAway(caller: Caller): TurnedAway | null {
    const host = caller.header('host') ?? null;
    const origin = caller.header('origin') ?? null;
    if (!needsKey && !hosts(host)) return forbidden('hostNotAllowed');
    if (origins(origin)) return null;
    if (origin === null || host === null || !isOwnAddress(origin, host)) return forbidden('originNotAllowed');
    const verdict = needsKey ? judge(caller) : 'accepted';
    if (verdict === 'accepted') return null;
    return typeof verdict === 'object' ? verdict : forbidden('originNotAllowed');
  }

  return { turnsAway, judge };
}

function forbidden(why: 'hostNotAllowed' | 'originNotAllowed'): TurnedAway {
  return { status: httpStatuses[why], error: httpErrors[why](), headers: {} };
}

/** A wrong key, after too many of them. */
export function tooManyWrongKeys(seconds: number): TurnedAway {
  const headers = { 'Retry-After': String(seconds) };
  return { status: httpStatuses.tooManyWrongKeys, error: httpErrors.tooManyWrongKeys(seconds), headers };
}
