import type { RealtimeSession } from '../../protocol/types.ts';
import type { SessionEntrance } from '../admission/decide.ts';
import { httpErrors } from '../admission/http-errors.ts';
import type { OpenOptions } from '../open.ts';
import { hangUp } from '../relay/calls/hang-up.ts';
import { type Agreed, postOffer } from '../relay/calls/post-offer.ts';
import { beginRelayedCall } from '../relay/calls/relayed-call.ts';
import { withoutChannel } from '../relay/calls/without-channel.ts';
import { dialects, type Opening } from '../relay/dialects.ts';
import { type EntranceOptions, relayEntrance } from '../relay/entrance.ts';
import { lockedInSession } from '../relay/locks.ts';
import { relayMistakes } from '../relay/mistakes.ts';
import { refusalFor } from '../relay/no-upstream.ts';
import { openingSession } from '../relay/opening-update.ts';
import type { UpstreamSettings } from '../relay/options.ts';
import { openingFor } from '../relay/relaying.ts';
import type { From, NoUpstream, Upstreams } from '../relay/upstreams.ts';
import { newCallId } from './call-id.ts';
import { type CallRequest, targetOf } from './call-request.ts';
import type { CallDirectory } from './directory.ts';
import { type Exchanged, invalid, type RefusedCall, refusal } from './exchanged.ts';

export interface PassOnOptions extends OpenOptions, EntranceOptions {
  readonly calls: CallDirectory;
}

type Relaying = Extract<SessionEntrance, { answer: 'relay' }>;

/** A call that an upstream is to answer, as admission lets it in. */
interface PassedOn {
  readonly request: CallRequest;
  /** With all that the session is to begin with. */
  readonly entrance: Relaying;
  /** Why there is to be no call after all. */
  readonly late: () => RefusedCall | null;
}

/** Why no upstream is asked for a call; null where one is. `given`: what came with the call. */
export function passOnMistake(
  { all }: Upstreams,
  { relay, modelName }: Relaying,
  given: RealtimeSession | null,
): RefusedCall | null {
  if (!all.some(({ settings }) => takesCalls(settings))) {
    return refusal('callNotPassedOn', httpErrors.callNotPassedOn(modelName));
  }
  const locked = given === null ? null : lockedInSession(relay, given);
  return locked === null ? null : invalid(relayMistakes.locked(locked));
}

/** Has an upstream answer an offer, and begins to watch over the call. Its sound does not pass us. */
export async function passOn(options: PassOnOptions, { request, entrance, late }: PassedOn): Promise<Exchanged> {
  const { clock, log, insight, upstreamsOf } = options;
  const { kind, modelName, settled, relay } = entrance;
  const upstreams = upstreamsOf(relay);
  const { lock, session: configured } = upstreams.settings;
  const passed = lock.size > 0 ? withoutChannel(request.offer) : { offer: request.offer, answered: same };
  if (passed === null) return refusal('badOffer', httpErrors.badOffer('The offer is not SDP.'));
  const opening = openingFor({ kind, modelName, upstreams }, request.header);
  const orphaned = (upstream: UpstreamSettings, callId: string): void =>
    void hangUp({ upstream, opening: { ...opening, callId } }, clock, log);
  const agreed = await upstreams.first<Agreed>(
    (upstream, signal) => {
      const { transcriptionModel } = upstream;
      const session = openingSession(kind, { configured, settled, transcriptionModel });
      return postOffer(upstream, opening, { offer: passed.offer, session }, { signal, orphaned });
    },
    { clock, log, count: insight.upstreams, signal: request.signal },
    takesCalls,
  );
  const turnedAway = late();
  if ('is' in agreed) return turnedAway ?? refusedByUpstream(agreed);
  if (turnedAway === null) {
    return {
      ok: true,
      id: begin(options, { request, entrance, agreed, opening }),
      answer: passed.answered(agreed.answer),
    };
  }
  orphaned(agreed.upstream.settings, agreed.upstreamId);
  return turnedAway;
}

interface Beginning extends Pick<PassedOn, 'request' | 'entrance'> {
  readonly agreed: From<Agreed>;
  readonly opening: Opening;
}

/** The id of the call, which is ours. */
function begin(options: PassOnOptions, { request, entrance: admitted, agreed, opening }: Beginning): string {
  const { calls, sessions, clock, nodeName } = options;
  const { header, address, owner } = request;
  const id = newCallId(nodeName);
  const log = options.log.child({ peer: address, transport: 'webrtc', call: id });
  const { entrance, limits } = relayEntrance(options, admitted);
  let forget = (): void => {};
  const house = { ...options, limits };
  const beginning = { id, owner, house, entrance, agreed, opening, target: targetOf(request), header, log };
  const call = beginRelayedCall({ ...beginning, ending: () => forget() });
  forget = calls.began(call);
  void call.ended.finally(() => entrance.meter.close(clock.now()));
  sessions.connected(call, call.ended);
  sessions.began(call);
  return id;
}

function takesCalls({ kind }: UpstreamSettings): boolean {
  return dialects[kind].takesCalls;
}

function same(answer: string): string {
  return answer;
}

/** What an upstream has said for good, as it said it; or that none is to be had. */
function refusedByUpstream(why: NoUpstream): RefusedCall {
  if (why.is === 'http' && why.error !== null) return invalid(refusalFor(why).error, why.status);
  if (why.is === 'unavailable') return invalid(refusalFor(why).error, 503);
  return invalid(refusalFor({ is: 'refused_key' }).error, 502);
}
