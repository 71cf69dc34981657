import { decodeBase64, decodeSamples } from 'antiphon/audio';
import {
  createPlayhead,
  drivePlayhead,
  type Playhead,
  type PlayheadDriver,
  type RealtimeSession,
  reportSource,
} from 'antiphon/client';
import { createMicrophone, createSpeaker, type Microphone, type Speaker } from 'antiphon/client/browser';
import type { SessionSound, SoundTold } from './session-sound.ts';
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
  #isListening = true;

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

  setListening(isListening: boolean): void {
    this.#isListening = isListening;
    // Muted, frames still come and are silent, so that a server that waits for the end of a turn hears it.
    if (isListening) this.#microphone?.unmute();
    else this.#microphone?.mute();
  }

  interrupt(): void {
    if (this.#playhead.isPlaying || this.#playhead.running.length > 0) this.#driver?.interrupt();
  }

  async close(): Promise<void> {
    this.#driver?.close();
    await Promise.all([this.#microphone?.stop(), this.#speaker?.close()]);
  }

  async #listen(): Promise<void> {
    this.#microphone = await createMicrophone({
      workletUrl,
      onFrame: (samples) => {
        if (this.#session.connection === 'open') this.#session.appendAudio(samples);
      },
      onLevel: ({ rmsDb }) => this.#told.level('in', this.#isListening ? rmsDb : -Infinity),
    });
  }
}
