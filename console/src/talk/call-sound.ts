import {
  createPlayhead,
  drivePlayhead,
  type Playhead,
  type PlayheadDriver,
  type RealtimeSession,
} from 'antiphon/client';
import { createMicrophone, type Microphone, type WebRtcCall } from 'antiphon/client/browser';
import type { Listening, SessionSound, SoundTold } from './session-sound.ts';
import { workletUrl } from './worklet.ts';

/** Takes hold sound of tracks in pieces of so many samples: 100 ms. */
const pieceSamples = 2400;

/** Sound as media: over WebRTC. The server plays it and knows what was heard; here it is shown and written down. */
export class CallSound implements SessionSound {
  readonly #session: RealtimeSession;
  readonly #call: WebRtcCall;
  readonly #told: SoundTold;
  readonly #playhead: Playhead;
  readonly #driver: PlayheadDriver;
  readonly #ears: Microphone[] = [];
  #isListening = true;
  /** The item that the server plays; null while it is silent. */
  #playing: string | null = null;

  constructor(session: RealtimeSession, call: WebRtcCall, told: SoundTold) {
    this.#session = session;
    this.#call = call;
    this.#told = told;
    this.#playhead = createPlayhead(call.source);
    this.#driver = drivePlayhead(session, this.#playhead);
    this.#follow();
  }

  get speaks(): boolean {
    return this.#call.stream !== null;
  }

  async open(): Promise<void> {}

  began(): void {
    const { stream, element } = this.#call;
    if (stream !== null) void this.#hear('in', stream);
    if (element.srcObject instanceof MediaStream) void this.#hear('out', element.srcObject);
  }

  listen(how: Listening): void {
    this.#isListening = how === 'on';
    for (const track of this.#call.stream?.getAudioTracks() ?? []) track.enabled = this.#isListening;
  }

  interrupt(): void {
    if (this.#playhead.isPlaying || this.#playhead.running.length > 0) this.#driver.interrupt();
  }

  async close(): Promise<void> {
    this.#driver.close();
    await Promise.all(this.#ears.map((ear) => ear.stop()));
  }

  /** Whose sound is played. */
  #follow(): void {
    const items = new Map<string, string>();
    this.#session.on('response.output_item.added', ({ response_id, item }) => {
      if (item.type === 'message' && item.id !== undefined) items.set(response_id, item.id);
    });
    this.#session.on('output_audio_buffer.started', ({ response_id }) => {
      this.#playing = items.get(response_id) ?? '';
    });
    const silent = (): void => {
      this.#playing = null;
    };
    this.#session.on('output_audio_buffer.stopped', silent);
    this.#session.on('output_audio_buffer.cleared', silent);
  }

  async #hear(track: 'in' | 'out', stream: MediaStream): Promise<void> {
    const { story, recorder, now, level } = this.#told;
    let held: number[] = [];
    const ear = await createMicrophone({
      stream,
      workletUrl,
      onLevel: ({ rmsDb }) => level(track, track === 'in' && !this.#isListening ? -Infinity : rmsDb),
      onFrame: (samples) => {
        if (track === 'out' && this.#playing === null) return;
        for (const sample of samples) held.push(sample);
        if (held.length < pieceSamples) return;
        const piece = Int16Array.from(held);
        held = [];
        const itemId = track === 'out' ? this.#playing || null : null;
        story.addSound(now(), track, piece, itemId);
        if (track === 'in') recorder.heard(now(), piece);
        else recorder.played(now(), piece, itemId);
      },
    });
    this.#ears.push(ear);
  }
}
