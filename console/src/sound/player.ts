import { createStore, type Store } from '../place/store.ts';
import { type SoundTracks, soundRate } from './tracks.ts';

/** How far the sound of a session is played. */
export interface Playing {
  readonly isPlaying: boolean;
  /** Milliseconds on the clock of the session. */
  readonly t: number;
}

export const playing: Store<Playing> = createStore<Playing>({ isPlaying: false, t: 0 });

/** Sound is mixed in stretches of so many milliseconds. */
const stretchMs = 20_000;

let context: AudioContext | null = null;
let source: AudioBufferSourceNode | null = null;
/** What plays ends with the next of anything. */
let run = 0;

/** Goes to a moment, and plays on from there if it plays. */
export function seek(tracks: SoundTracks, t: number): void {
  const { isPlaying } = playing.value;
  pause();
  playing.patch({ t });
  if (isPlaying) play(tracks, t);
}

export function pause(): void {
  run += 1;
  source?.stop();
  source = null;
  playing.patch({ isPlaying: false });
}

/** Plays from a moment to the end. */
export function play(tracks: SoundTracks, from: number): void {
  pause();
  context ??= new AudioContext({ sampleRate: soundRate });
  void context.resume();
  const mine = run;
  playing.set({ isPlaying: true, t: from });
  void stretch(tracks, from, mine);
}

async function stretch(tracks: SoundTracks, from: number, mine: number): Promise<void> {
  if (context === null) return;
  const to = Math.min(tracks.endMs, from + stretchMs);
  if (to <= from) return pause();
  const samples = tracks.mix(from, to);
  const buffer = context.createBuffer(1, samples.length, soundRate);
  buffer.copyToChannel(samples, 0);
  const node = context.createBufferSource();
  node.buffer = buffer;
  node.connect(context.destination);
  const begins = context.currentTime;
  node.start();
  source = node;
  const clock = context;
  const follow = (): void => {
    if (mine !== run) return;
    playing.patch({ t: Math.min(to, from + (clock.currentTime - begins) * 1000) });
    requestAnimationFrame(follow);
  };
  follow();
  await new Promise((resolve) => node.addEventListener('ended', resolve));
  if (mine === run) await stretch(tracks, to, mine);
}
