/** Length of a frame as microphones deliver them, in milliseconds. */
export const frameMs = 20;
const samplesPerFrame = 480;

/** What one turn of a user sounds like: speech, then silence, for so many frames each. */
export interface TurnSound {
  readonly speechFrames: number;
  readonly silenceFrames: number;
}

/** The turn as `input_audio_buffer.append` events of 24 kHz PCM: a voice that swells and fades as syllables do. */
export function appendsOf({ speechFrames, silenceFrames }: TurnSound): string[] {
  return Array.from({ length: speechFrames + silenceFrames }).map((_nothing, frame) => {
    const samples = Int16Array.from({ length: samplesPerFrame }, (_, index) =>
      sampleAt(frame * samplesPerFrame + index, frame < speechFrames),
    );
    const audio = Buffer.from(samples.buffer).toString('base64');
    return JSON.stringify({ type: 'input_audio_buffer.append', audio });
  });
}

function sampleAt(index: number, isSpeech: boolean): number {
  const room = ((index * 7919) % 41) - 20;
  if (!isSpeech) return room;
  const seconds = index / 24_000;
  const syllable = 0.55 - 0.45 * Math.cos(2 * Math.PI * 4 * seconds);
  const voice = Math.sin(2 * Math.PI * 150 * seconds) + 0.5 * Math.sin(2 * Math.PI * 450 * seconds);
  return Math.round(6000 * syllable * voice) + room;
}
