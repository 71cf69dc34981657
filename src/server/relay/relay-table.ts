import type { Clock } from '../clock.ts';
import { anyName } from '../models.ts';
import type { UpstreamState } from '../observability/metrics/upstream-tally.ts';
import { isRelay, type Relay } from './options.ts';
import { settleRelay } from './settle.ts';
import { Upstreams } from './upstreams.ts';

/** The relays of a configuration, with what is known of their upstreams. */
export interface RelayTable {
  of(relay: Relay): Upstreams;
  /** How each upstream of each relay is doing. */
  states(): readonly UpstreamState[];
  /** Whether a session of some model could be served: false where all are relayed and no upstream is in use. */
  isServable(): boolean;
}

/** Nothing is known yet of how the upstreams are doing. Throws as `settleRelay` does. */
export function relayTable(models: Readonly<Record<string, object>>, clock: Clock): RelayTable {
  const all = new Map<Relay, Upstreams>();
  for (const [name, entry] of Object.entries(models)) {
    if (isRelay(entry)) all.set(entry, upstreamsOf(name, entry));
  }
  const isAllRelayed = all.size > 0 && all.size === Object.keys(models).length;
  return {
    of: (relay) => all.get(relay) ?? upstreamsOf(anyName, relay),
    states: () => [...all.values()].flatMap((upstreams) => upstreams.states(clock.now())),
    isServable: () => !isAllRelayed || [...all.values()].some((upstreams) => upstreams.isReady(clock.now())),
  };
}

function upstreamsOf(name: string, { relay }: Relay): Upstreams {
  return new Upstreams(name, settleRelay(name, relay));
}
