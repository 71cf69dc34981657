import { type AudioFormatName, audioFormats, decodeSamples } from '../../audio/format.ts';
import { bytesToSamples } from '../../audio/pcm16.ts';
import { createResampler } from '../../audio/resample.ts';
import { writeWav } from '../../audio/wav.ts';
import type { JsonObject } from '../../protocol/json.ts';
import type { Base64, Track } from '../format.ts';
import { objectIn } from '../json-object.ts';
import type { Take } from '../reader.ts';
import { isAppend } from '../replay/script.ts';
import { at, SoundFormats } from '../sound-formats.ts';

/** Samples per second of what is made. */
const rate = 24_000;

/**
 * Both sides of a session as one stereo WAV file of 24 kHz: the user on the left, the assistant on the right, each piece when
 * it came or once what came before it is over. What was cut off of an answer is not heard.
 */
export function wavOf(take: Take, base64: Base64): Uint8Array {
  const tracks = { in: new Line(), out: new Line() };
  const formats = new SoundFormats();
  for (const entry of take.entries) {
    if (entry.is === 'sound')
      tracks[entry.track].put(entry.t - entry.bytes().length / 48, bytesToSamples(entry.bytes()), entry.itemId);
    const event = entry.is === 'frame' ? entry.event() : null;
    if (event === null || entry.is !== 'frame') continue;
    if (entry.by === '<') {
      formats.read(event);
      if (isCancelled(event)) tracks.out.cutAt(entry.t);
    }
    if (event['type'] === 'conversation.item.truncate')
      tracks.out.truncate(String(event['item_id']), Number(event['audio_end_ms']));
    const track = trackOf(event);
    if (track === null) continue;
    const format = formats.of(track, typeof event['response_id'] === 'string' ? event['response_id'] : null);
    const sound = soundOf(objectIn(entry.text()), track, { format, base64 });
    if (sound !== null)
      tracks[track].put(entry.t, sound, typeof event['item_id'] === 'string' ? event['item_id'] : null);
  }
  return writeWav(interleaved(tracks.in, tracks.out), { sampleRate: rate, channels: 2 });
}

function trackOf({ type }: JsonObject): Track | null {
  if (isAppend(type)) return 'in';
  return String(type).endsWith('audio.delta') ? 'out' : null;
}

function isCancelled({ type, response }: JsonObject): boolean {
  return type === 'response.done' && at(response, 'status') === 'cancelled';
}

function soundOf(
  event: JsonObject | null,
  track: Track,
  { format, base64 }: { readonly format: AudioFormatName; readonly base64: Base64 },
): Int16Array | null {
  const text = event?.[track === 'in' ? 'audio' : 'delta'];
  const bytes = typeof text === 'string' ? base64.decode(text) : null;
  if (bytes === null || bytes.length === 0) return null;
  const samples = decodeSamples(bytes, format);
  const { sampleRate } = audioFormats[format];
  if (sampleRate === rate) return samples;
  const resampler = createResampler(sampleRate, rate);
  const [most, rest] = [resampler.push(samples), resampler.flush()];
  const all = new Int16Array(most.length + rest.length);
  all.set(most);
  all.set(rest, most.length);
  return all;
}

/** The sound of one side, piece by piece at its place. */
class Line {
  readonly pieces: { readonly start: number; samples: Int16Array; readonly itemId: string | null }[] = [];
  #end = 0;

  get length(): number {
    return this.#end;
  }

  put(t: number, samples: Int16Array, itemId: string | null): void {
    const start = Math.max(this.#end, Math.round((Math.max(0, t) * rate) / 1000));
    this.pieces.push({ start, samples, itemId });
    this.#end = start + samples.length;
  }

  /** Nothing is heard from this moment on of what has come before it. */
  cutAt(t: number): void {
    this.#cut(Math.round((t * rate) / 1000), () => true);
  }

  /** Of an item no more is heard than this. */
  truncate(itemId: string, endMs: number): void {
    const first = this.pieces.find((piece) => piece.itemId === itemId);
    if (first === undefined || !Number.isFinite(endMs)) return;
    this.#cut(first.start + Math.round((endMs * rate) / 1000), (piece) => piece.itemId === itemId);
  }

  #cut(end: number, isMeant: (piece: { readonly itemId: string | null }) => boolean): void {
    for (const piece of this.pieces) {
      if (isMeant(piece)) piece.samples = piece.samples.subarray(0, Math.max(0, end - piece.start));
    }
    this.#end = this.pieces.reduce(
      (last, { start, samples }) => Math.max(last, samples.length === 0 ? 0 : start + samples.length),
      0,
    );
  }
}

function interleaved(left: Line, right: Line): Int16Array {
  const both = new Int16Array(2 * Math.max(left.length, right.length));
  for (const [channel, line] of [left, right].entries()) {
    for (const { start, samples } of line.pieces) {
      for (let index = 0; index < samples.length; index++) both[2 * (start + index) + channel] = samples[index] ?? 0;
    }
  }
  return both;
}
