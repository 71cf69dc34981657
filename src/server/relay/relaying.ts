import type { JsonObject } from '../../protocol/json.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import type { HeaderReader } from '../admission/keys.ts';
import type { Clock } from '../clock.ts';
import type { SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { Meter } from '../metering/meter.ts';
import type { Insight } from '../observability/insight.ts';
import type { FrameCount } from '../observability/metrics/counted-wire.ts';
import {
  type SessionKind,
  type Transport,
  type UpstreamFacts,
  watchTogether,
} from '../observability/observation/observer.ts';
import { endByOperator, type SessionDirectory } from '../operators/directory.ts';
import { Passing } from '../operators/passing.ts';
import { type RecordingHouse, sessionTape } from '../recording/record-session.ts';
import type { Opening } from './dialects.ts';
import type { Frame } from './frame.ts';
import { keyTap, withoutKeys } from './keys-kept.ts';
import { lockTap } from './locks.ts';
import { meterTap } from './meter-tap.ts';
import { namesTap } from './names-tap.ts';
import { openingTap } from './opening-update.ts';
import type { UpstreamSettings } from './options.ts';
import { Relayed } from './relayed.ts';
import { inOrder, type Tap, type TapHands } from './tap.ts';
import type { Upstream, Upstreams } from './upstreams.ts';

/** What admission says of a session that is relayed. */
export interface RelayEntrance {
  readonly upstreams: Upstreams;
  readonly kind: SessionKind;
  /** As asked for; null where none was named. */
  readonly modelName: string | null;
  /** What the client secret has settled of the session already. */
  readonly settled?: object;
  /** The client speaks the beta shape, and is understood. */
  readonly isBeta: boolean;
  /** Counts what the session uses, and knows what its key allows. */
  readonly meter: Meter;
  /** The name of its key; null where that has none. */
  readonly key: string | null;
}

/** What all relayed sessions of a server share. */
export interface RelayHouse extends RecordingHouse {
  readonly insight: Insight;
  readonly directory: SessionDirectory;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Names this node in the ids of its sessions. */
  readonly nodeName: string;
}

/** A session whose upstream is found. */
export interface Relaying {
  readonly id: string;
  readonly transport: Transport;
  /** The call that it is. Default: it is none. */
  readonly callId?: string;
  readonly client: RawSocketWire;
  readonly upstream: Upstream;
  /** The wire to it. */
  readonly wire: RawSocketWire;
  /** The first event upstream, before anything of the client's; null for none. */
  readonly opening: JsonObject | null;
  /** Taps behind all others. Default none. */
  readonly taps?: (hands: TapHands) => readonly Tap[];
  /** Where its frames are counted. Default: with those of all sessions. */
  readonly frames?: FrameCount;
  /** Path and query of the request that it came with. */
  readonly target: string;
  /** Reads that request. */
  readonly header: HeaderReader;
  readonly log: SessionLog;
}

/** What an upstream is asked for, with what is passed on of the client's request. */
export function openingFor(
  { kind, modelName, upstreams }: Pick<RelayEntrance, 'kind' | 'modelName' | 'upstreams'>,
  header: HeaderReader,
): Opening {
  const headers: Record<string, string> = {};
  for (const name of upstreams.settings.passHeaders) {
    const value = header(name);
    if (value !== undefined) headers[name] = value;
  }
  return { kind, model: modelFor(upstreams, modelName), headers };
}

/** Passes frames on between the two wires of a session: counted, within its limits, and in sight of those who run the server. */
export function beginRelayed(house: RelayHouse, entrance: RelayEntrance, relaying: Relaying): Relayed {
  const { clock, insight, limits, directory } = house;
  const { upstreams, kind, modelName: model, meter, key } = entrance;
  const { id, transport, callId, client, upstream, wire, header, log } = relaying;
  const seen = { at: clock.now(), wire: client, upstream: upstreamFacts(upstream.settings) };
  const facts = { id, kind, transport, model, ...seen } as const;
  const passing = new Passing();
  sessionTape(house, { ...relaying, passing }).begin(facts);
  const call = callId === undefined ? {} : { callId };
  const listed = directory.opened(facts, { ...call, key, meter, passing, end: () => endByOperator(client) });
  log.info('session opened', { model, kind, upstream: upstream.settings.name });
  const relayed = new Relayed({
    client: passing.overRaw(client),
    upstream: wire,
    opening: relaying.opening,
    openTap: (hands) => tapOf(house, entrance, relaying, hands),
    watch: watchTogether([insight.observer.opened(facts, header), listed]),
    frames: relaying.frames ?? insight.frames,
    clock,
    limits,
    log,
    lost: () => upstreams.lost(upstream, clock.now()),
    safe: (text) => withoutKeys(text, upstream.settings),
  });
  upstream.sessions += 1;
  void relayed.ended.then(() => (upstream.sessions -= 1));
  return relayed;
}

function tapOf(
  { clock }: RelayHouse,
  { upstreams, modelName: model, meter }: RelayEntrance,
  { upstream: { settings }, taps, log }: Relaying,
  hands: TapHands,
): Tap<Frame> {
  const upstreamModel = modelFor(upstreams, model);
  const locks = lockTap({ fields: upstreams.settings.lock, models: [model, upstreamModel] });
  return inOrder([
    ...(locks === null ? [] : [locks]),
    namesTap({ model, upstreamModel }, settings),
    openingTap(hands, log),
    keyTap(settings),
    meterTap({ meter, hands, clock }),
    ...(taps?.(hands) ?? []),
  ]);
}

/** Providers by the names that OpenTelemetry has for them; any other by our own. */
const providers: Readonly<Partial<Record<UpstreamSettings['kind'], string>>> = {
  openai: 'openai',
  azure: 'azure.ai.openai',
  'azure-preview': 'azure.ai.openai',
  xai: 'x_ai',
};

function upstreamFacts({ kind, url }: UpstreamSettings): UpstreamFacts {
  return { provider: providers[kind] ?? kind, address: URL.parse(url)?.hostname ?? '' };
}

/** What the upstream is asked for. */
function modelFor(upstreams: Upstreams, asked: string | null): string | null {
  return asked === null ? null : (upstreams.settings.model ?? asked);
}
