import type { DataChannel } from 'node-datachannel';
import { holdUntilClosed } from './library.ts';

/** What the channel that carries events is called. */
export const eventsLabel = 'oai-events';
/** How long a channel of another name waits for one of this name, before it is taken in its place. */
const patienceMs = 200;
/** More channels than this are opened by nobody who means well. */
const maxChannels = 16;

export interface EventsChannelListener {
  /** This one it is. Told at most once. */
  found(channel: DataChannel): void;
  /** It has closed. */
  closed(): void;
  /** The peer opens more channels than anybody needs. */
  tooMany(): void;
}

/** Finds the one data channel of a call that carries events: the one with the name for it, else the first. Closes all others. */
export class EventsChannel {
  readonly #listener: EventsChannelListener;
  #found: DataChannel | null = null;
  #first: DataChannel | null = null;
  #patience: NodeJS.Timeout | null = null;
  #count = 0;
  #isOver = false;

  constructor(listener: EventsChannelListener) {
    this.#listener = listener;
  }

  /** The peer has opened a channel. */
  offer(channel: DataChannel): void {
    holdUntilClosed(channel, () => this.#closed(channel));
    this.#count += 1;
    if (this.#count > maxChannels) this.#listener.tooMany();
    if (this.#isOver || this.#found !== null) channel.close();
    else if (channel.getLabel() === eventsLabel) this.#take(channel);
    else if (this.#first === null) this.#wait(channel);
    else channel.close();
  }

  /** Nothing is found any more. */
  stop(): void {
    this.#isOver = true;
    this.#callOff();
  }

  #wait(channel: DataChannel): void {
    this.#first = channel;
    this.#patience = setTimeout(() => this.#take(channel), patienceMs);
  }

  #take(channel: DataChannel): void {
    this.#callOff();
    if (this.#first !== null && this.#first !== channel) this.#first.close();
    this.#first = null;
    this.#found = channel;
    this.#listener.found(channel);
  }

  #closed(channel: DataChannel): void {
    if (channel === this.#found) this.#listener.closed();
    if (channel !== this.#first) return;
    this.#callOff();
    this.#first = null;
  }

  #callOff(): void {
    if (this.#patience !== null) clearTimeout(this.#patience);
    this.#patience = null;
  }
}
