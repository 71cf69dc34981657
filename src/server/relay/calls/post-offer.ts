import type { JsonObject } from '../../../protocol/json.ts';
import { networkFailure } from '../dial-upstream.ts';
import { callsTarget, type Opening } from '../dialects.ts';
import { type Failure, httpFailure } from '../failure.ts';
import { withoutKeys } from '../keys-kept.ts';
import type { UpstreamSettings } from '../options.ts';
import { type Answered, type Posted, post } from './post.ts';

/** A call as an upstream is asked for it. */
export interface Offering {
  /** SDP. */
  readonly offer: string;
  /** What the session begins with, all but its model; null where nobody has said anything. */
  readonly session: JsonObject | null;
}

/** A call that an upstream has begun. */
export interface Agreed {
  /** The upstream's own. */
  readonly upstreamId: string;
  /** SDP. */
  readonly answer: string;
}

export interface PostAround {
  /** Aborting gives up. */
  readonly signal: AbortSignal;
  /** The upstream has begun a call that nobody will have. */
  readonly orphaned: (upstream: UpstreamSettings, upstreamId: string) => void;
}

/** Posts an offer to one upstream, as the API has it: alone, or in a form with its session. Never rejects. */
export async function postOffer(
  upstream: UpstreamSettings,
  opening: Opening,
  offering: Offering,
  { signal, orphaned }: PostAround,
): Promise<Agreed | Failure> {
  const { model, ...target } = callsTarget(upstream, opening);
  try {
    const answered = await post(target, bodyOf(offering, model), signal);
    if (answered.status < 200 || answered.status > 299) return httpFailure(answered.status, answered.body ?? '');
    const upstreamId = idIn(answered);
    if (upstreamId === null) return { is: 'passing', why: 'an answer without the id of its call' };
    const answer = answered.body ?? '';
    if (!looksLikeSdp(answer)) {
      orphaned(upstream, upstreamId);
      return { is: 'passing', why: 'an answer that is no SDP' };
    }
    return { upstreamId, answer: withoutKeys(answer, upstream) };
  } catch (cause) {
    return networkFailure(cause, signal);
  }
}

function bodyOf({ offer, session }: Offering, model: string | null): Posted {
  if (session === null) return { body: offer, contentType: 'application/sdp' };
  const form = new FormData();
  form.set('sdp', offer);
  form.set(
    'session',
    JSON.stringify(model === null || session['type'] !== 'realtime' ? session : { ...session, model }),
  );
  return { body: form };
}

/** The last part of `Location`, where it could be an id. */
function idIn({ location }: Answered): string | null {
  return /^(?:[^?#]*\/)?([\w-]{1,128})\/?(?:[?#].*)?$/.exec(location ?? '')?.[1] ?? null;
}

function looksLikeSdp(text: string): boolean {
  return /^v=0\r?\n/.test(text);
}
