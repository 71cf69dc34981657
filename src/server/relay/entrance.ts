import type { Entrance } from '../admission/decide.ts';
import type { SessionLimits } from '../limits.ts';
import { type MeterOptions, openMeter } from '../metering/open-meter.ts';
import type { Relay } from './options.ts';
import type { RelayEntrance } from './relaying.ts';
import type { Upstreams } from './upstreams.ts';

export interface EntranceOptions extends MeterOptions {
  /** The upstreams of an entry of the model table. */
  readonly upstreamsOf: (relay: Relay) => Upstreams;
}

/** What admission has let in, with its meter, to be closed with it, and its limits, shorter where its key has it end earlier. */
export function relayEntrance(
  options: EntranceOptions,
  { relay, kind, modelName, settled, beta, account, place }: Extract<Entrance, { answer: 'relay' }>,
): { readonly entrance: RelayEntrance; readonly limits: SessionLimits } {
  const aliases = relay.relay.model === undefined ? [] : [relay.relay.model];
  const { meter, limits } = openMeter(options, { account, modelName, aliases, place });
  const entrance: RelayEntrance = {
    upstreams: options.upstreamsOf(relay),
    kind,
    modelName,
    isBeta: beta === 'translated',
    meter,
    key: account.policy.name ?? null,
    ...(settled === undefined ? {} : { settled }),
  };
  return { entrance, limits };
}
