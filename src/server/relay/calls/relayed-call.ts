import type { HeaderReader } from '../../admission/keys.ts';
import type { Call } from '../../calls/directory.ts';
import type { SessionLog } from '../../log.ts';
import { newSessionId } from '../../session/session-id.ts';
import type { Turns } from '../../session/turns.ts';
import type { Connection, RunningSession } from '../../sessions.ts';
import { dialUpstream } from '../dial-upstream.ts';
import type { Opening } from '../dialects.ts';
import { beginRelayed, type RelayEntrance, type RelayHouse } from '../relaying.ts';
import type { From } from '../upstreams.ts';
import { hangUp } from './hang-up.ts';
import { HeldSideband } from './held-sideband.ts';
import type { Agreed } from './post-offer.ts';
import { Sidebands } from './sidebands.ts';
import { soundTap } from './sound-tap.ts';

export interface RelayedCallOptions extends Pick<Call, 'id' | 'owner'> {
  readonly house: RelayHouse & { readonly turns: Turns };
  readonly entrance: RelayEntrance;
  readonly agreed: From<Agreed>;
  /** What the upstream was asked for. */
  readonly opening: Opening;
  /** Path and query of the request that it came with. */
  readonly target: string;
  readonly header: HeaderReader;
  readonly log: SessionLog;
  /** The call begins to end: nobody finds it any more. */
  readonly ending: () => void;
}

/** A call whose sound goes to an upstream and back without us. */
export interface RelayedCall extends Call, RunningSession, Connection {
  /** Resolves when the upstream has hung up, or was asked to often enough. */
  readonly ended: Promise<void>;
}

/**
 * Begins to watch over a call that an upstream has answered, by way of its sideband; others join that through us. Whatever ends
 * it here, a sideband that can't be held included, ends it at the upstream.
 */
export function beginRelayedCall(options: RelayedCallOptions): RelayedCall {
  const { id, owner, house, entrance, agreed, target, header, log } = options;
  const { clock, turns, limits } = house;
  const { upstream, upstreamId } = agreed;
  const { patience } = entrance.upstreams.settings;
  const opening = { ...options.opening, callId: upstreamId };
  let hungUp = (): void => {};
  const isHungUp = new Promise<void>((resolve) => void (hungUp = resolve));
  const client = new Sidebands({
    clock,
    turns,
    unsentBytes: limits.unsentBytes,
    ending() {
      options.ending();
      void hangUp({ upstream: upstream.settings, opening }, clock, log).finally(hungUp);
    },
  });
  const wire = new HeldSideband({
    dial: (signal) => dialUpstream(upstream.settings, opening, { clock, patience, signal }),
    clock,
    log,
  });
  const relayed = beginRelayed(house, entrance, {
    id: newSessionId(house.nodeName),
    transport: 'webrtc',
    callId: id,
    client,
    upstream,
    wire,
    opening: null, // it was told with the offer
    taps: (hands) => [soundTap({ meter: entrance.meter, hands, clock })],
    frames: { in: 0, out: 0 }, // those that pass are counted where sidebands join
    target,
    header,
    log,
  });
  return {
    id,
    owner,
    attach: (sideband) => client.attach(sideband),
    hangUp: () => client.close(1000, 'hung up'),
    drain: () => relayed.drain(),
    terminate() {
      client.terminate();
      wire.terminate();
    },
    ended: bothOf(relayed.ended, isHungUp),
  };
}

async function bothOf(one: Promise<void>, other: Promise<void>): Promise<void> {
  await Promise.all([one, other]);
}
