import { rmsLevel } from '../../audio/level.ts';
import { pcmSource } from '../../client/node/pcm-source.ts';
import type { RealtimeSession } from '../../client/session.ts';
import type { Progress } from './progress.ts';

export interface VoiceInOptions {
  readonly session: Pick<RealtimeSession, 'appendAudio' | 'connection'>;
  readonly progress: Pick<Progress, 'isQuiet'>;
  readonly signal: AbortSignal;
  /** True: silence goes out in place of what is heard. */
  readonly isDeaf: () => boolean;
  /** Loudness of what was heard, in dBFS. */
  readonly onLevel: (db: number) => void;
  /** All has been said that there is; silence follows. */
  readonly onSpoken?: () => void;
}

const frameMs = 40;
/** Silence that follows speech at least, so that its end can be heard. */
const leastSilenceMs = 1000;

/**
 * Says what a microphone gives, raw or as a WAV file, in real time. When it ends, silence follows until the turn is over
 * and answered: a server hears the end of speech by the silence behind it.
 */
export async function speak(bytes: AsyncIterable<Uint8Array>, options: VoiceInOptions, paced: boolean): Promise<void> {
  const { session, progress, signal, isDeaf, onLevel } = options;
  const heard = (frame: Int16Array): void => {
    const said = isDeaf() ? new Int16Array(frame.length) : frame;
    onLevel(rmsLevel(said));
    // What was said while there was no connection is not said later.
    if (session.connection === 'open') session.appendAudio(said);
  };
  for await (const frame of pcmSource(bytes, { frameMs, paced, signal })) heard(frame);
  options.onSpoken?.();
  let silentMs = 0;
  for await (const frame of pcmSource(silence(), { container: 'raw', frameMs, paced: true, signal })) {
    if (silentMs >= leastSilenceMs && progress.isQuiet) return;
    heard(frame);
    silentMs += frameMs;
  }
}

async function* silence(): AsyncGenerator<Uint8Array> {
  for (;;) yield new Uint8Array((24_000 * 2 * frameMs) / 1000);
}
