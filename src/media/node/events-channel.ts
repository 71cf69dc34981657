import type { DataChannel } from 'node-datachannel';

/** What the channel that carries events is called (the others are nobody's). */
const eventsLabel = 'oai-events';
/** How long a channel of another name waits for one of this name, before it is taken in its place. */
const patienceMs = 200;

/** Finds the one data channel of a call that carries events: the one with the name for it, else the first. */
export class EventsChannel {
  readonly #found: (channel: DataChannel) => void;
  #state: 'none' | 'waiting' | 'found' = 'none';
  #first: { readonly channel: DataChannel; readonly patience: NodeJS.Timeout } | null = null;

  /** `found` is told at most once. */
  constructor(found: (channel: DataChannel) => void) {
    this.#found = found;
  }

  /** The peer has opened a channel. */
  offer(channel: DataChannel): void {
    if (this.#state !== 'found' && channel.getLabel() === eventsLabel) this.#take(channel);
    else if (this.#state === 'none') this.#wait(channel);
    else channel.close();
  }

  /** Nothing is found any more. */
  stop(): void {
    if (this.#first !== null) clearTimeout(this.#first.patience);
    this.#first = null;
    this.#state = 'found';
  }

  #wait(channel: DataChannel): void {
    this.#state = 'waiting';
    this.#first = { channel, patience: setTimeout(() => this.#take(channel), patienceMs) };
  }

  #take(channel: DataChannel): void {
    const first = this.#first?.channel;
    this.stop();
    if (first !== undefined && first !== channel) first.close();
    this.#found(channel);
  }
}
