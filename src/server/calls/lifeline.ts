import type { PeerState } from '../../media/peer.ts';
import type { Clock } from '../clock.ts';

/** How long a call may take to connect, its data channel included, in milliseconds. */
export const connectMs = 30_000;
/** How long a peer that was lost may take to come back, in milliseconds. */
export const returnMs = 5_000;

export interface LifelineOptions {
  readonly clock: Pick<Clock, 'after'>;
  /** Whether the call has a data channel to wait for. */
  readonly hasChannel: boolean;
  /** The peer has closed the connection. Either this or `lost` is told, at most once. */
  readonly left: () => void;
  /** The peer is gone without a word, or never came. */
  readonly lost: (why: string) => void;
}

/** Watches whether a call's peer comes, and whether it stays. */
export class Lifeline {
  readonly #options: LifelineOptions;
  #state: PeerState = 'connecting';
  #isChannelOpen: boolean;
  /** Calls off the end that is due. */
  #callOff: () => void;
  #wasConnected = false;
  #isOver = false;

  constructor(options: LifelineOptions) {
    this.#options = options;
    this.#isChannelOpen = !options.hasChannel;
    this.#callOff = options.clock.after(connectMs, () => this.#lose('it did not connect in time'));
  }

  state(state: PeerState): void {
    if (this.#isOver) return;
    const wasLost = this.#state === 'disconnected';
    this.#state = state;
    this.#wasConnected ||= state === 'connected';
    if (state === 'closed') return this.#close();
    if (state === 'disconnected' && !wasLost && this.#isChannelOpen) {
      this.#callOff();
      this.#callOff = this.#options.clock.after(returnMs, () => this.#lose('it did not come back in time'));
    }
    this.#checkUp();
  }

  channelOpen(): void {
    this.#isChannelOpen = true;
    this.#checkUp();
  }

  /** Nothing is watched any more. */
  stop(): void {
    this.#isOver = true;
    this.#callOff();
  }

  #checkUp(): void {
    if (!this.#isOver && this.#state === 'connected' && this.#isChannelOpen) this.#callOff();
  }

  /** A connection that fails is disconnected first, for longer than we wait. */
  #close(): void {
    if (!this.#wasConnected) return this.#lose('its connection failed');
    this.stop();
    this.#options.left();
  }

  #lose(why: string): void {
    this.stop();
    this.#options.lost(why);
  }
}
