import { type AudioFormatName, audioFormats } from '../audio/format.ts';
import type { Take, TakeEntry, TakeFrame } from '../take/reader.ts';
import { samplesIn } from '../take/replay/script.ts';
import { at, SoundFormats } from '../take/sound-formats.ts';

/** A take as users under load play it. */
export interface TakeScript {
  /** Every frame of it is made once, for all sessions. */
  readonly take: Take;
  /** Frames with which a turn ends that was answered, each with how much later than the frame the user has finished, in milliseconds. */
  readonly turnEnds: ReadonlyMap<TakeFrame, number>;
  /** Errors that the recorded server told of, by code. */
  readonly errors: ReadonlyMap<string, number>;
  readonly durationMs: number;
  /** How the recorded server spoke. */
  readonly out: AudioFormatName;
}

/** The silence with which a turn ends where its session does not say, in milliseconds. */
const usualSilenceMs = 500;

/** Reads a take as a script. */
export function takeScript(take: Take): TakeScript {
  const entries = take.entries.map(kept);
  const fold = new TurnEnds();
  for (const entry of entries) if (entry.is === 'frame') fold.read(entry);
  const { ends, errors } = fold;
  const durationMs = entries.at(-1)?.t ?? 0;
  return { take: { ...take, entries }, turnEnds: ends, errors, durationMs, out: take.header.out.format };
}

/** The same entry, whose text and event are made once. */
function kept(entry: TakeEntry): TakeEntry {
  if (entry.is !== 'frame') return entry;
  let text: string | null = null;
  const event = entry.event();
  return {
    ...entry,
    event: () => event,
    text: (change) => (change === undefined ? (text ??= entry.text()) : entry.text(change)),
  };
}

interface Sent {
  readonly frame: TakeFrame;
  /** All sound up to its end, in milliseconds. */
  readonly soundMs: number;
}

/** Finds the frames with which turns have ended. */
class TurnEnds {
  readonly ends = new Map<TakeFrame, number>();
  readonly errors = new Map<string, number>();
  readonly #formats = new SoundFormats();
  #silenceMs = usualSilenceMs;
  #soundMs = 0;
  #sent: Sent[] = [];
  /** What the next answer answers. */
  #end: { readonly frame: TakeFrame; readonly laterMs: number } | null = null;

  read(frame: TakeFrame): void {
    const event = frame.event();
    if (event === null) return;
    if (frame.by === '>') return this.#client(frame, event['type']);
    this.#formats.read(event);
    switch (event['type']) {
      case 'session.created':
      case 'session.updated':
        return this.#session(
          at(event, 'session', 'audio', 'input', 'turn_detection') ?? at(event, 'session', 'turn_detection'),
        );
      case 'input_audio_buffer.speech_stopped':
        return this.#stopped(Number(event['audio_end_ms']));
      case 'response.created':
        if (this.#end !== null) this.ends.set(this.#end.frame, this.#end.laterMs);
        this.#end = null;
        return;
      case 'error': {
        const code = String(at(event, 'error', 'code') ?? at(event, 'error', 'type') ?? 'error');
        return void this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
      }
      default:
        return;
    }
  }

  #client(frame: TakeFrame, type: unknown): void {
    const samples = samplesIn(frame.event(), this.#formats);
    this.#soundMs += (samples / audioFormats[this.#formats.of('in')].sampleRate) * 1000;
    if (samples > 0) this.#sent.push({ frame, soundMs: this.#soundMs });
    if (type === 'response.create') this.#end = { frame, laterMs: 0 };
  }

  #session(detection: unknown): void {
    const silenceMs = at(detection, 'silence_duration_ms');
    this.#silenceMs = typeof silenceMs === 'number' ? silenceMs : usualSilenceMs;
  }

  /** The user had finished when the silence began with which the turn ended. */
  #stopped(audioEndMs: number): void {
    const spokenMs = audioEndMs - this.#silenceMs;
    // What a server counts otherwise is taken for said at last.
    const last = this.#sent.find(({ soundMs }) => soundMs >= spokenMs) ?? this.#sent.at(-1);
    if (last !== undefined) this.#end = { frame: last.frame, laterMs: 0 };
    this.#sent = [];
  }
}
