import { decodeBase64, decodeSamples } from 'antiphon/audio';
import { emptyView, fold, type View } from 'antiphon/client';
import { createResampler } from '../../../src/audio/resample.ts';
import type { Track } from '../../../src/take/format.ts';
import { SoundFormats } from '../../../src/take/sound-formats.ts';
import { SoundTracks, soundRate } from '../sound/tracks.ts';
import { foldTurns, noTurns, type Turns } from '../turns/fold.ts';
import { type Frame, numberAt, textAt } from './frame.ts';
import { EventLog } from './log.ts';
import { foldSaid, type SaidItems } from './said.ts';

/** Where a session is seen from. */
export type Source =
  | { readonly is: 'live' }
  /** A recorded one. */
  | { readonly is: 'take'; readonly name: string; readonly at: string }
  /** Another's, as an operator sees it. */
  | { readonly is: 'attached'; readonly id: string };

/** All that is known of one session: made of its frames, in order, whoever brings them. */
export class Story {
  readonly source: Source;
  readonly log = new EventLog();
  readonly sound = new SoundTracks();
  /** The conversation, as a client sees it. */
  view: View = emptyView();
  turns: Turns = noTurns;
  said: SaidItems = new Map();
  errors = 0;
  /** Of the newest frame. */
  lastT = 0;
  /** How it ended; null while it goes on. */
  end: string | null = null;
  readonly #formats = new SoundFormats();
  readonly #changed: () => void;

  /** `changed` is told after each change. */
  constructor(source: Source, changed: () => void = () => {}) {
    this.source = source;
    this.#changed = changed;
  }

  add(frame: Frame): void {
    const { t, by, type, event } = frame;
    this.lastT = Math.max(this.lastT, t);
    this.log.add(frame);
    if (by === '<') {
      this.#formats.read(event);
      this.view = fold(this.view, { ...event, type });
      if (type === 'error') this.errors += 1;
    }
    const soundMs = this.#hear(frame);
    this.turns = foldTurns(this.turns, frame, soundMs);
    this.said = foldSaid(this.said, frame, soundMs);
    if (type === 'conversation.item.truncated')
      this.sound.cut(textAt(event, 'item_id'), numberAt(event, 'audio_end_ms') ?? 0);
    this.#changed();
  }

  /** Sound of a track, which has no frames: at 24 kHz. */
  addSound(t: number, track: Track, samples: Int16Array, itemId: string | null): void {
    this.lastT = Math.max(this.lastT, t);
    this.sound.add(track, t, samples, itemId);
    this.#changed();
  }

  close(t: number, how: string): void {
    this.lastT = Math.max(this.lastT, t);
    this.end = how;
    this.#changed();
  }

  /** Keeps the sound of a frame, and says how long it is. */
  #hear({ t, by, sound, event }: Frame): number {
    if (sound === null) return 0;
    const track = by === '>' ? 'in' : 'out';
    const format = this.#formats.of(track, by === '<' ? textAt(event, 'response_id') : null);
    const bytes = decodeBase64(sound);
    if (bytes === null || bytes.length === 0) return 0;
    const whole = format === 'audio/pcm' ? bytes.subarray(0, bytes.length - (bytes.length % 2)) : bytes;
    const samples = decodeSamples(whole, format);
    const rate = format === 'audio/pcm' ? soundRate : 8000;
    this.sound.add(track, t, rate === soundRate ? samples : resampled(samples, rate), textAt(event, 'item_id') || null);
    return (samples.length * 1000) / rate;
  }
}

function resampled(samples: Int16Array, fromRate: number): Int16Array {
  const resampler = createResampler(fromRate, soundRate);
  const parts = [resampler.push(samples), resampler.flush()];
  const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const part of parts) {
    all.set(part, place);
    place += part.length;
  }
  return all;
}
