import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { JsonObject } from '../../protocol/json.ts';
import type { AcceptRaw } from '../../wire/node/accept.ts';
import { heldStream } from '../../wire/node/held-stream.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import { socketWire } from '../../wire/node/socket.ts';
import type { HeaderReader } from '../admission/keys.ts';
import { type Refusal, refusals, refuse } from '../admission/refusal.ts';
import type { Clock } from '../clock.ts';
import type { SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { Meter } from '../metering/meter.ts';
import type { Insight } from '../observability/insight.ts';
import { type SessionKind, type UpstreamFacts, watchTogether } from '../observability/observation/observer.ts';
import { endByOperator, type SessionDirectory } from '../operators/directory.ts';
import { Passing } from '../operators/passing.ts';
import { newSessionId } from '../session/session-id.ts';
import type { RunningSession } from '../sessions.ts';
import { betaClient } from './beta-wires.ts';
import type { Opening } from './dialects.ts';
import type { Frame } from './frame.ts';
import { keyTap, withoutKeys } from './keys-kept.ts';
import { lockTap } from './locks.ts';
import { meterTap } from './meter-tap.ts';
import { namesTap } from './names-tap.ts';
import { tellNoUpstream } from './no-upstream.ts';
import { openingTap, openingUpdate } from './opening-update.ts';
import type { UpstreamSettings } from './options.ts';
import { Relayed } from './relayed.ts';
import { inOrder, type Tap, type TapHands } from './tap.ts';
import type { Connected, NoUpstream, Upstream, Upstreams } from './upstreams.ts';

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
export interface RelayHouse {
  readonly accept: AcceptRaw;
  readonly insight: Insight;
  readonly directory: SessionDirectory;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  /** Names this node in the ids of its sessions. */
  readonly nodeName: string;
}

/** An upgrade request that has not been answered yet. */
export interface HeldUpgrade {
  readonly request: IncomingMessage;
  readonly stream: Duplex;
  readonly head: Buffer;
  readonly header: HeaderReader;
  readonly log: SessionLog;
}

/** A relayed session from its first moment: it counts while its client still waits. */
export interface RelaySession extends RunningSession {
  readonly id: string;
  /** Cuts both connections. */
  terminate(): void;
}

/** Finds an upstream, answers the upgrade, and passes frames on until one of the two leaves. */
export function openRelayed(house: RelayHouse, entrance: RelayEntrance, held: HeldUpgrade): RelaySession {
  return new Arrival(house, entrance, held);
}

class Arrival implements RelaySession {
  readonly id: string;
  readonly ended: Promise<void>;
  readonly #house: RelayHouse;
  readonly #entrance: RelayEntrance;
  readonly #held: HeldUpgrade;
  readonly #log: SessionLog;
  readonly #givenUp = new AbortController();
  #relayed: Relayed | null = null;
  #upstream: RawSocketWire | null = null;
  #isDraining = false;

  constructor(house: RelayHouse, entrance: RelayEntrance, held: HeldUpgrade) {
    this.id = newSessionId(house.nodeName);
    this.#house = house;
    this.#entrance = entrance;
    this.#held = held;
    this.#log = held.log.child({ session: this.id });
    this.ended = this.#run().catch((cause: unknown) => {
      this.#log.error('session crashed', { err: cause });
      this.terminate();
    });
  }

  drain(): void {
    this.#isDraining = true;
    if (this.#relayed === null) this.#givenUp.abort();
    else this.#relayed.drain();
  }

  terminate(): void {
    this.#givenUp.abort();
    this.#held.stream.destroy();
    this.#upstream?.terminate();
  }

  async #run(): Promise<void> {
    const { upstreams } = this.#entrance;
    const { clock, insight } = this.#house;
    const release = heldStream(this.#held.stream, () => this.terminate());
    const connected = await upstreams.connect(this.#opening(), {
      clock,
      log: this.#log,
      count: insight.upstreams,
      signal: this.#givenUp.signal,
    });
    if ('wire' in connected) this.#upstream = connected.wire;
    const client = await this.#accepted(release);
    if (client === null) {
      this.#upstream?.close(1001, '');
      return;
    }
    if (this.#isDraining) {
      this.#upstream?.close(1001, '');
      return this.#turnAway(client, refusals.draining());
    }
    if ('wire' in connected) await this.#relay(client, connected);
    else this.#refuse(client, connected);
  }

  #opening(): Opening {
    const { kind, modelName, upstreams } = this.#entrance;
    const headers: Record<string, string> = {};
    for (const name of upstreams.settings.passHeaders) {
      const value = this.#held.header(name);
      if (value !== undefined) headers[name] = value;
    }
    return { kind, model: modelFor(upstreams, modelName), headers };
  }

  /** The client's wire, in today's shape; null where it has left. */
  #accepted(release: (free: () => void) => void): Promise<RawSocketWire | null> {
    const { request, stream, head } = this.#held;
    return new Promise((resolve) => {
      if (stream.destroyed) return resolve(null);
      stream.once('close', () => resolve(null));
      release(() =>
        this.#house.accept(
          request,
          stream,
          head,
          (wire) => resolve(this.#entrance.isBeta ? betaClient(wire) : wire),
          this.#entrance.upstreams.settings.patience,
        ),
      );
    });
  }

  async #relay(client: RawSocketWire, connected: Connected): Promise<void> {
    const { clock, insight, limits, directory } = this.#house;
    const { upstreams, kind, modelName: model, meter, key } = this.#entrance;
    const { upstream, wire } = connected;
    const seen = { at: clock.now(), wire: client, upstream: upstreamFacts(upstream.settings) };
    const facts = { id: this.id, kind, transport: 'websocket', model, ...seen } as const;
    const passing = new Passing();
    const listed = directory.opened(facts, { key, meter, passing, end: () => endByOperator(client) });
    const watch = watchTogether([insight.observer.opened(facts, this.#held.header), listed]);
    this.#log.info('session opened', { model, kind, upstream: upstream.settings.name });
    this.#relayed = new Relayed({
      client: passing.overRaw(client),
      upstream: wire,
      opening: this.#firstUpdate(upstream),
      openTap: (hands) => this.#tapOf(hands, upstream),
      watch,
      frames: insight.frames,
      clock,
      limits,
      log: this.#log,
      lost: () => upstreams.lost(upstream, clock.now()),
      safe: (text) => withoutKeys(text, upstream.settings),
    });
    upstream.sessions += 1;
    await this.#relayed.ended;
    upstream.sessions -= 1;
  }

  #firstUpdate({ settings: { transcriptionModel } }: Upstream): JsonObject | null {
    const { kind, settled, upstreams } = this.#entrance;
    return openingUpdate(kind, { configured: upstreams.settings.session, settled, transcriptionModel });
  }

  #tapOf(hands: TapHands, { settings }: Upstream): Tap<Frame> {
    const { upstreams, modelName: model, meter } = this.#entrance;
    const upstreamModel = modelFor(upstreams, model);
    const locks = lockTap({ fields: upstreams.settings.lock, models: [model, upstreamModel] });
    return inOrder([
      ...(locks === null ? [] : [locks]),
      namesTap({ model, upstreamModel }, settings),
      openingTap(hands, this.#log),
      keyTap(settings),
      meterTap({ meter, hands, clock: this.#house.clock }),
    ]);
  }

  #refuse(client: RawSocketWire, why: NoUpstream): void {
    const code = tellNoUpstream(client, why);
    this.#house.insight.observer.refused(code);
    this.#log.info('connection refused', { code });
  }

  #turnAway(client: RawSocketWire, refusal: Refusal): void {
    this.#house.insight.observer.refused(refusal.error.code ?? refusal.error.type);
    refuse(socketWire(client), refusal);
  }
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
