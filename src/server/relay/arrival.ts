import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { AcceptRaw } from '../../wire/node/accept.ts';
import { heldStream } from '../../wire/node/held-stream.ts';
import type { RawSocketWire } from '../../wire/node/raw-socket.ts';
import { socketWire } from '../../wire/node/socket.ts';
import type { HeaderReader } from '../admission/keys.ts';
import { type Refusal, refusals, refuse } from '../admission/refusal.ts';
import type { SessionLog } from '../log.ts';
import { newSessionId } from '../session/session-id.ts';
import type { RunningSession } from '../sessions.ts';
import { betaClient } from './beta-wires.ts';
import { tellNoUpstream } from './no-upstream.ts';
import { openingUpdate } from './opening-update.ts';
import type { Relayed } from './relayed.ts';
import { beginRelayed, openingFor, type RelayEntrance, type RelayHouse } from './relaying.ts';
import type { Connected, NoUpstream } from './upstreams.ts';

/** What all relayed sessions of a server share that come by WebSocket. */
export interface ArrivalHouse extends RelayHouse {
  readonly accept: AcceptRaw;
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
export function openRelayed(house: ArrivalHouse, entrance: RelayEntrance, held: HeldUpgrade): RelaySession {
  return new Arrival(house, entrance, held);
}

class Arrival implements RelaySession {
  readonly id: string;
  readonly ended: Promise<void>;
  readonly #house: ArrivalHouse;
  readonly #entrance: RelayEntrance;
  readonly #held: HeldUpgrade;
  readonly #log: SessionLog;
  readonly #givenUp = new AbortController();
  #relayed: Relayed | null = null;
  #upstream: RawSocketWire | null = null;
  #isDraining = false;

  constructor(house: ArrivalHouse, entrance: RelayEntrance, held: HeldUpgrade) {
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
    const connected = await upstreams.connect(openingFor(this.#entrance, this.#held.header), {
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

  async #relay(client: RawSocketWire, { upstream, wire }: Connected): Promise<void> {
    const { upstreams, kind, settled } = this.#entrance;
    const { transcriptionModel } = upstream.settings;
    this.#relayed = beginRelayed(this.#house, this.#entrance, {
      id: this.id,
      transport: 'websocket',
      client,
      upstream,
      wire,
      opening: openingUpdate(kind, { configured: upstreams.settings.session, settled, transcriptionModel }),
      target: this.#held.request.url ?? '/',
      header: this.#held.header,
      log: this.#log,
    });
    await this.#relayed.ended;
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
