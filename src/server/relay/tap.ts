import type { JsonObject } from '../../protocol/json.ts';
import type { WireClosed } from '../../wire/wire.ts';
import type { Refusal } from '../admission/refusal.ts';

/** An event of our own, and who is sent it. It goes between two whole frames. */
export interface Injection {
  readonly to: 'client' | 'upstream';
  readonly event: JsonObject;
}

/** What becomes of a frame. */
export type Verdict =
  /** It goes on as it came, or this event in its place; and then these. */
  | { readonly pass: true; readonly as?: JsonObject; readonly after?: readonly Injection[] }
  /** It ends here, and these go in its place. */
  | { readonly pass: false; readonly after?: readonly Injection[] }
  /** It waits, and all that comes behind it in the same direction does. A promise that fails lets it pass. */
  | { readonly hold: Promise<Exclude<Verdict, { readonly hold: unknown }>> };

/** One frame, as taps are shown it. */
export interface Passing {
  /** The type of its event; null where it has none, or is no JSON object. */
  readonly type: string | null;
  readonly bytes: number;
  /** A text of the event's own, such as `response_id`, without parsing it; null where there is none. */
  text(name: string): string | null;
  /** How many bytes such a text takes, unread: sound as base64. 0 where there is none. */
  length(name: string): number;
  /** Parses it, once whoever asks; null where it is no JSON object. Costs what parsing costs: ask only of few types. */
  event(): JsonObject | null;
}

/**
 * Looks at every frame of a relayed session and says what becomes of it. Called in the order of the frames; nothing here
 * may throw or take long.
 */
export interface Tap<Shown extends Passing = Passing> {
  client(frame: Shown): Verdict;
  server(frame: Shown): Verdict;
  /** The session is over; the last thing told. */
  end(why: WireClosed): void;
}

/** What a tap may do of its own accord, at any time while the session is open. */
export interface TapHands {
  inject(injection: Injection): void;
  /** Tells the client why, and ends the session. */
  end(refusal: Refusal): void;
}

/** Lets a frame go on. */
export const pass = { pass: true } as const;

/** A tap that lets everything pass. */
export const openTap: Tap = { client: () => pass, server: () => pass, end() {} };

/** Several taps, the first of which sees every frame, and each other what those before it let pass. */
export function inOrder<Shown extends Passing>(taps: readonly Tap<Shown>[]): Tap<Shown> {
  const [only] = taps;
  if (only === undefined) return openTap;
  if (taps.length === 1) return only;
  return {
    client: (frame) => judged(taps, (tap) => tap.client(frame)),
    server: (frame) => judged(taps, (tap) => tap.server(frame)),
    end: (why) => {
      for (const tap of taps) tap.end(why);
    },
  };
}

type Settled = Exclude<Verdict, { readonly hold: unknown }>;

/** What has been said of a frame so far. */
type Said = Extract<Settled, { pass: true }>;

function judged<T>(taps: readonly T[], ask: (tap: T) => Verdict, before: Said = pass): Verdict {
  let said = before;
  for (const [index, tap] of taps.entries()) {
    const verdict = ask(tap);
    if ('hold' in verdict) {
      const rest = taps.slice(index + 1);
      const gathered = said;
      return { hold: verdict.hold.then((settled) => goOn(settled, rest, ask, gathered)) };
    }
    if (verdict !== pass) {
      const both = together(said, verdict);
      if (!both.pass) return both;
      said = both;
    }
  }
  return said;
}

async function goOn<T>(settled: Settled, rest: readonly T[], ask: (tap: T) => Verdict, before: Said): Promise<Settled> {
  const both = together(before, settled);
  if (!both.pass) return both;
  const verdict = judged(rest, ask, both);
  return 'hold' in verdict ? verdict.hold : verdict;
}

/** What one tap says after another: both have their say, and the later its event. */
function together(said: Said, next: Settled): Settled {
  const after = [...(said.after ?? []), ...(next.after ?? [])];
  return next.pass ? { ...said, ...next, after } : { pass: false, after };
}
