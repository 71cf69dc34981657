import { audioFormats } from '../../audio/format.ts';
import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import type { TakeClosed } from '../format.ts';
import type { Take, TakeFrame } from '../reader.ts';
import { SoundFormats } from '../sound-formats.ts';

/** A take as a server that plays it goes through it. */
export type ScriptStep =
  | {
      readonly do: 'send';
      readonly frame: TakeFrame;
      /** Samples that the client had sent by then, where sound is what caused it; else 0. */
      readonly afterSamples: number;
    }
  | {
      readonly do: 'expect';
      readonly frame: TakeFrame;
      /** Null if the frame is no event. */
      readonly type: string | null;
    }
  | { readonly do: 'close'; readonly line: number; readonly t: number; readonly closed: TakeClosed };

export interface Script {
  readonly name: string;
  readonly take: Take;
  readonly steps: readonly ScriptStep[];
}

/** What a server says because of sound, and not of an event. */
const causedBySound: ReadonlySet<unknown> = new Set([
  'input_audio_buffer.speech_started',
  'input_audio_buffer.speech_stopped',
  'input_audio_buffer.committed',
  'input_audio_buffer.timeout_triggered',
  'session.input_transcript.delta',
  'session.output_transcript.delta',
  'session.output_audio.delta',
]);

const appends: ReadonlySet<unknown> = new Set(['input_audio_buffer.append', 'session.input_audio_buffer.append']);

/** Whether a client's event carries sound of the microphone. */
export function isAppend(type: unknown): boolean {
  return appends.has(type);
}

/** Reads a take as a script. Frames that are no text and sound of tracks are left out: nobody can be sent them. */
export function scriptOf(take: Take): Script {
  const formats = new SoundFormats();
  const steps: ScriptStep[] = [];
  let heard = 0;
  let isCommitted = false;
  for (const entry of take.entries) {
    if (entry.is === 'closed') steps.push({ do: 'close', line: entry.line, t: entry.t, closed: entry.closed });
    if (entry.is !== 'frame') continue;
    const event = entry.event();
    const type = event?.['type'];
    if (entry.by === '>') {
      heard += samplesIn(event, formats);
      isCommitted = type === 'input_audio_buffer.commit' || (isCommitted && isAppend(type));
      steps.push({ do: 'expect', frame: entry, type: typeof type === 'string' ? type : null });
      continue;
    }
    if (event !== null) formats.read(event);
    // What a client has committed itself was caused by its commit.
    const isOfSound = causedBySound.has(type) && !(type === 'input_audio_buffer.committed' && isCommitted);
    steps.push({ do: 'send', frame: entry, afterSamples: isOfSound ? heard : 0 });
  }
  return { name: take.name, take, steps };
}

/** Samples of sound that an append brings: of one that was recorded, and of one that has just come. */
export function samplesIn(event: JsonObject | null, formats: SoundFormats): number {
  if (event === null || !isAppend(event['type'])) return 0;
  const { audio } = event;
  if (isJsonObject(audio) && Array.isArray(audio['$in'])) {
    const [from, to]: unknown[] = audio['$in'];
    return typeof from === 'number' && typeof to === 'number' ? to - from : 0;
  }
  if (typeof audio !== 'string') return 0;
  const bytes = Math.floor((audio.replace(/=+$/, '').length * 3) / 4);
  return bytes / audioFormats[formats.of('in')].bytesPerSample;
}
