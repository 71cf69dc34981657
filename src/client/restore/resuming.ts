import { audioFormats } from '../../audio/format.ts';
import { bytesToTicks, ticksPerMs } from '../../audio/span.ts';
import type { SessionPayload } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import { base64Length } from '../playhead/base64-length.ts';

/** What a server is asked for that has lost the connection of this session. */
export interface Resume {
  readonly handle: string;
  /** The event that was seen last. */
  readonly after: string | null;
}

/** How a session was found again. */
export type Resumed = 'continued' | 'restored' | 'recovered';

/** Sound that was sent, and where it ends on the session's audio clock. */
interface Sent {
  readonly audio: string;
  readonly endTick: number;
}

/** How much sound is kept to be sent again, in ticks. */
const keptTicks = 10_000 * ticksPerMs;

/** Takes a session up again where the server offers it: knows its handle, how far it has come, and what it may not have heard. */
export class Resuming {
  #handle: string | null = null;
  #after: string | null = null;
  #sent: Sent[] = [];
  #endTick = 0;
  /** How the session was found again on this connection, until it is known how much sound the server has. */
  #found: Resumed | null = null;

  /** What to ask for; null if nothing was offered. */
  get resume(): Resume | null {
    return this.#handle === null ? null : { handle: this.#handle, after: this.#after };
  }

  /** The server tells again what it has told before. */
  get isRetelling(): boolean {
    return this.#found === 'restored' || this.#found === 'recovered';
  }

  /** It is not known yet how much sound the server has: until then none is sent. */
  get holdsSound(): boolean {
    return this.#found !== null;
  }

  /** The session is not to be had any more. */
  giveUp(): void {
    this.#handle = null;
    this.#after = null;
    this.#found = null;
    this.#sent = [];
    this.#endTick = 0;
  }

  /** Sound goes to the server, or would if there were a connection. */
  send(audio: string, session: SessionPayload | null): void {
    if (this.#handle === null) return;
    const format = session?.audio?.input?.format?.type ?? 'audio/pcm';
    this.#endTick += bytesToTicks(base64Length(audio), Object.hasOwn(audioFormats, format) ? format : 'audio/pcm');
    this.#sent.push({ audio, endTick: this.#endTick });
    while ((this.#sent[0]?.endTick ?? Infinity) < this.#endTick - keptTicks) this.#sent.shift();
  }

  /** An event has come. Gives the sound that has to be sent again. */
  take(event: AnyServerEvent): readonly string[] {
    if (event.type === 'session.created') this.#greeted(event.session);
    // While events are told again, their handles are of connections before this one.
    if (event.type === 'session.updated' && this.#found === null) this.#handle = handleIn(event.session);
    if ('event_id' in event && typeof event.event_id === 'string') this.#after = event.event_id;
    if (event.type !== 'session.resumption.updated') return [];
    this.#handle = event.handle;
    const isBack = this.#found !== null;
    this.#found = null;
    return isBack ? this.#beyond(event.input_audio_ms) : [];
  }

  #greeted(session: SessionPayload): void {
    const found = session.resumption?.resumed ?? null;
    if (found === null) this.giveUp();
    this.#handle = handleIn(session);
    this.#found = found;
  }

  /** The clock of the server goes on from what it has; what is not kept any more is lost. */
  #beyond(heldMs: number): readonly string[] {
    const lost = this.#sent.filter(({ endTick }) => Math.floor(endTick / ticksPerMs) > heldMs);
    this.#sent = [];
    this.#endTick = heldMs * ticksPerMs;
    return lost.map(({ audio }) => audio);
  }
}

function handleIn({ resumption }: SessionPayload): string | null {
  return resumption?.enabled === true ? resumption.handle : null;
}
