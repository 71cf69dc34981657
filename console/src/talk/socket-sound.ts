import { decodeBase64, decodeSamples } from 'antiphon/audio';
import {
  ClientError,
  createPlayhead,
  drivePlayhead,
  type Playhead,
  type PlayheadDriver,
  type RealtimeSession,
  reportSource,
} from 'antiphon/client';
import { createMicrophone, createSpeaker, type Microphone, type Speaker } from 'antiphon/client/browser';
import type { Listening, SessionSound, SoundTold } from './session-sound.ts';
import { workletUrl } from './worklet.ts';

/** Sound as events: over a WebSocket. */
export class SocketSound implements SessionSound {
  readonly #session: RealtimeSession;
  readonly #told: SoundTold;
  #microphone: Microphone | null = null;
  #speaker: Speaker | null = null;
  readonly #source = reportSource();
  readonly #playhead: Playhead = createPlayhead(this.#source);
  #driver: PlayheadDriver | null = null;
  #listening: Listening = 'on';
  #isClosed = false;

  constructor(session: RealtimeSession, told: SoundTold) {
    this.#session = session;
    this.#told = told;
  }

  get speaks(): boolean {
    return this.#microphone !== null;
  }

  async open(speaks: boolean): Promise<void> {
    // Both at once, while the click still counts as leave to make sound.
    const opening = createSpeaker({
      workletUrl,
      onPlayed: (parts) => {
        for (const { itemId, contentIndex, playedMs } of parts) this.#source.played(itemId, contentIndex, playedMs);
      },
      onLevel: ({ rmsDb }) => this.#told.level('out', rmsDb),
    });
    opening.catch(() => {});
    if (speaks) await this.#listen();
    const speaker = await opening;
    if (this.#isClosed) return speaker.close();
    this.#speaker = speaker;
    this.#driver = drivePlayhead(this.#session, this.#playhead, {
      speaker: {
        play({ itemId, contentIndex, audio }) {
          const bytes = decodeBase64(audio);
          if (bytes !== null) speaker.play(itemId, contentIndex, decodeSamples(bytes, 'audio/pcm'));
        },
        stop: () => void speaker.clear(),
      },
    });
  }

  began(): void {}

  listen(how: Listening): void {
    this.#listening = how;
    if (how === 'on') this.#microphone?.unmute();
    else this.#microphone?.mute();
  }

  interrupt(): void {
    if (this.#playhead.isPlaying || this.#playhead.running.length > 0) this.#driver?.interrupt();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#driver?.close();
    await Promise.all([this.#microphone?.stop(), this.#speaker?.close()]);
  }

  async #listen(): Promise<void> {
    const microphone = await createMicrophone({
      workletUrl,
      onFrame: (samples) => this.#append(samples),
      onLevel: ({ rmsDb }) => this.#told.level('in', this.#listening === 'on' ? rmsDb : -Infinity),
    });
    // The user may have gone while the browser asked.
    if (this.#isClosed) await microphone.stop();
    else this.#microphone = microphone;
  }

  /** What is said before the connection is there waits for it; no more than that can hold. */
  #append(samples: Int16Array): void {
    if (this.#listening === 'off' || this.#session.connection === 'closed') return;
    try {
      this.#session.appendAudio(samples);
    } catch (error) {
      if (!(error instanceof ClientError && error.code === 'queue_full')) throw error;
    }
  }
}
