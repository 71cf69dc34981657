import { decodeBase64 } from '../../audio/node/index.ts';
import type { ParseLimits } from '../../protocol/limits.ts';

/** What a parser makes of a client's text. */
type Parsed = { readonly ok: true; readonly event: { readonly type: string } } | { readonly ok: false };

/** A client's text, read. */
export interface ReadText<Result extends Parsed> {
  readonly parsed: Result;
  /** The audio of the event where it is decoded already; what stands in the event is then not it. */
  readonly audio?: Uint8Array;
}

/**
 * Reads a client's text as `parse` does, but for long appends: their audio is cut out and decoded, and only what stands
 * around it is parsed. `JSON.parse` would copy megabytes of it, and nobody has a turn meanwhile.
 */
export function readText<Result extends Parsed>(
  text: string,
  limits: ParseLimits,
  parse: (text: string, limits: ParseLimits) => Result,
): ReadText<Result> {
  const cut = cutAudio(text, limits);
  const parsed = cut && parse(cut.rest, limits);
  if (cut === null || parsed?.ok !== true || !isAppendOf(noAudio, parsed.event)) return { parsed: parse(text, limits) };
  // What is no base64 is for the parser to judge: the text may be no JSON at all.
  const audio = decodeBase64(cut.audio);
  return audio === null ? { parsed: parse(text, limits) } : { parsed, audio };
}

/** Stands for the audio that was cut out; it is no base64, so that no audio looks like it. */
const noAudio = '-';

/** Texts below this length are parsed as fast. */
const longText = 65_536;
/** What an append says beside its audio is short. */
const longestRest = 1024;

/** The audio of a text that looks like a long append, and the text without it; null where it looks like something else. */
function cutAudio(text: string, { maxBytes }: ParseLimits): { readonly audio: string; readonly rest: string } | null {
  // Each character around the audio takes three bytes at most.
  if (text.length < longText || text.length + 2 * longestRest > maxBytes) return null;
  const opening = /"audio"\s*:\s*"/.exec(text.slice(0, longestRest));
  if (opening === null) return null;
  const from = opening.index + opening[0].length;
  const to = text.indexOf('"', from);
  if (to < 0 || text.length - (to - from) > longestRest) return null;
  const rest = text.slice(0, from) + noAudio + text.slice(to);
  // Of two fields of a name the last counts, and a name can be written with escapes.
  const isOne = !rest.includes('\\') && rest.indexOf('"audio"') === rest.lastIndexOf('"audio"');
  return isOne ? { audio: text.slice(from, to), rest } : null;
}

function isAppendOf(audio: string, event: { readonly type: string }): boolean {
  return event.type.endsWith('input_audio_buffer.append') && 'audio' in event && event.audio === audio;
}
