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
 * Looks at the frames of a relayed session and says what becomes of it. Called in the order of the frames; nothing here
 * may throw or take long.
 */
export interface Tap<Shown extends Passing = Passing> {
  /** The only types of the client's events that it wants to be shown. Absent: it is shown every frame. */
  readonly clientTypes?: ReadonlySet<string>;
  /** Likewise of the server's. */
  readonly serverTypes?: ReadonlySet<string>;
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

/** Of a tap that wants to see nothing of one direction. */
export const noTypes: ReadonlySet<string> = new Set();

/** Lets a frame go on. */
export const pass = { pass: true } as const;

/** A tap that lets everything pass. */
export const openTap: Tap = { client: () => pass, server: () => pass, end() {} };

/** Several taps: each sees, of the frames that it wants to see, those that the taps before it let pass. */
export function inOrder<Shown extends Passing>(taps: readonly Tap<Shown>[]): Tap<Shown> {
  const client = new Asked(taps, ({ clientTypes }) => clientTypes);
  const server = new Asked(taps, ({ serverTypes }) => serverTypes);
  return {
    client: (frame) => judged(client.of(frame), 'client', frame),
    server: (frame) => judged(server.of(frame), 'server', frame),
    end: (why) => {
      for (const tap of taps) tap.end(why);
    },
  };
}

/** Who is asked about which frames: most frames are sound, and most taps want none of it. */
class Asked<Shown extends Passing> {
  readonly #ofType: ReadonlyMap<string, readonly Tap<Shown>[]>;
  /** About types that nobody has named. */
  readonly #ofOthers: readonly Tap<Shown>[];

  constructor(taps: readonly Tap<Shown>[], typesOf: (tap: Tap<Shown>) => ReadonlySet<string> | undefined) {
    const named = new Set(taps.flatMap((tap) => [...(typesOf(tap) ?? [])]));
    const wanting = (type: string): readonly Tap<Shown>[] => taps.filter((tap) => typesOf(tap)?.has(type) ?? true);
    this.#ofType = new Map(Array.from(named, (type) => [type, wanting(type)]));
    this.#ofOthers = taps.filter((tap) => typesOf(tap) === undefined);
  }

  of({ type }: Shown): readonly Tap<Shown>[] {
    return (type === null ? undefined : this.#ofType.get(type)) ?? this.#ofOthers;
  }
}

type Side = 'client' | 'server';

type Settled = Exclude<Verdict, { readonly hold: unknown }>;

/** What has been said of a frame so far. */
type Said = Extract<Settled, { pass: true }>;

function judged<Shown extends Passing>(
  taps: readonly Tap<Shown>[],
  side: Side,
  frame: Shown,
  before: Said = pass,
): Verdict {
  let said = before;
  let asked = 0;
  for (const tap of taps) {
    asked += 1;
    const verdict = side === 'client' ? tap.client(frame) : tap.server(frame);
    if (verdict === pass) continue;
    if ('hold' in verdict) {
      const rest = taps.slice(asked);
      const gathered = said;
      return { hold: verdict.hold.then((settled) => goOn(settled, rest, side, frame, gathered)) };
    }
    const both = together(said, verdict);
    if (!both.pass) return both;
    said = both;
  }
  return said;
}

// oxlint-disable-next-line max-params -- where a judgement is taken up again
async function goOn<Shown extends Passing>(
  settled: Settled,
  rest: readonly Tap<Shown>[],
  side: Side,
  frame: Shown,
  before: Said,
): Promise<Settled> {
  const both = together(before, settled);
  if (!both.pass) return both;
  const verdict = judged(rest, side, frame, both);
  return 'hold' in verdict ? verdict.hold : verdict;
}

/** What one tap says after another: both have their say, and the later its event. */
function together(said: Said, next: Settled): Settled {
  const after = [...(said.after ?? []), ...(next.after ?? [])];
  return next.pass ? { ...said, ...next, after } : { pass: false, after };
}
