import type { JsonObject } from '../../protocol/json.ts';
import type { Failure } from './failure.ts';
import type { UpstreamSettings } from './options.ts';
import { noTypes, pass, type Tap } from './tap.ts';

/** What stands in place of a secret. */
const blank = '[key]';
/** A shorter value is no secret, and would eat words. */
const shortest = 6;

/** A text without what an upstream is shown to know us by, which it may quote where it complains. */
export function withoutKeys(text: string, { apiKey, headers }: UpstreamSettings): string {
  const secrets = [apiKey, ...Object.values(headers)].filter((each) => each !== null && each.length >= shortest);
  return secrets.reduce<string>((told, secret) => told.replaceAll(secret ?? '', blank), text);
}

/** A failure that a client may be told of. */
export function failureWithoutKeys(failure: Failure, upstream: UpstreamSettings): Failure {
  if (failure.is === 'http' && failure.error !== null) {
    return { ...failure, error: JSON.parse(withoutKeys(JSON.stringify(failure.error), upstream)) };
  }
  if (failure.is !== 'final') return failure;
  const { frame, close } = failure;
  const text = frame?.toString() ?? '';
  const safe = withoutKeys(text, upstream);
  return {
    ...failure,
    frame: safe === text ? frame : Buffer.from(safe),
    close: { ...close, reason: withoutKeys(close.reason, upstream) },
  };
}

/** Keeps the upstream's key out of its errors. */
export function keyTap(upstream: UpstreamSettings): Tap {
  return {
    clientTypes: noTypes,
    serverTypes: new Set(['error']),
    client: () => pass,
    server(frame) {
      const event = frame.event();
      if (event === null) return pass;
      const text = JSON.stringify(event);
      const safe = withoutKeys(text, upstream);
      return safe === text ? pass : { pass: true, as: JSON.parse(safe) as JsonObject };
    },
    end() {},
  };
}
