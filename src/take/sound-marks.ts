import type { Direction, SoundRange, Track } from './format.ts';

/**
 * Sound in the text of a frame. In a folder the text of the base64 gives way to a mark, `{"$in":[0,960]}`, and everything
 * around it stays as it was; so a frame comes back to the byte without being parsed. A quote within a text of JSON is
 * always escaped, so that neither a key nor a mark can be found inside one.
 */

/** A key of sound, up to the first character of its text. */
const soundKey = /(^|[^\\])"(audio|delta)"[ \t]*:[ \t]*"/g;

/** Events whose `delta` is sound. */
const soundDelta = /"type"[ \t]*:[ \t]*"(?:response\.(?:output_)?audio|session\.output_audio)\.delta"/;

/** A mark as it is written. */
const mark = /\{"\$(in|out)":\[(\d{1,15}),(\d{1,15})\](?:,"file":(\d{1,3}))?\}/g;

/** Keys that only a take's own marks have. */
const markKeys = /"\$(?:in|out|b64|text)"/g;

/** How many keys of marks a text holds: as many as it has marks, unless somebody has sent such keys. */
export function markKeysIn(text: string): number {
  return text.includes('"$') ? (text.match(markKeys)?.length ?? 0) : 0;
}

/** The mark of some samples. */
export function markOf({ track, file, from, to }: SoundRange): string {
  return `{"$${track}":[${from},${to}]${file === 1 ? '' : `,"file":${file}`}}`;
}

/** The track that sound of this side belongs to. */
export function trackOf(by: Direction): Track {
  return by === '>' ? 'in' : 'out';
}

/**
 * The text of a frame with its sound taken out: `keep` is given each text of base64, and answers with what stands in its
 * place, or null to leave it.
 */
export function cutSound(text: string, by: Direction, keep: (base64: string) => string | null): string {
  const wanted = soundKeyOf(text, by);
  return wanted === null ? text : replaceSound(text, wanted, keep);
}

/** The key of the sound that a side sends; null if it sends none. What a server repeats of the user's is no part of what it says. */
function soundKeyOf(text: string, by: Direction): 'audio' | 'delta' | null {
  if (by === '>') return 'audio';
  return soundDelta.test(text) ? 'delta' : null;
}

function replaceSound(text: string, wanted: string, keep: (base64: string) => string | null): string {
  let cut = '';
  let done = 0;
  soundKey.lastIndex = 0;
  for (let found = soundKey.exec(text); found !== null; found = soundKey.exec(text)) {
    const from = soundKey.lastIndex;
    const end = text.indexOf('"', from);
    if (end < 0) break;
    soundKey.lastIndex = end;
    if (found[2] !== wanted) continue;
    const instead = keep(text.slice(from, end));
    if (instead === null) continue;
    cut += text.slice(done, from - 1) + instead;
    done = end + 1;
  }
  return done === 0 ? text : cut + text.slice(done);
}

/** The same text with other sound in it, that which a server repeats of the user's too: `change` is given each text of base64. */
export function changeSound(text: string, change: (base64: string) => string): string {
  const wanted = soundDelta.test(text) ? 'delta' : 'audio';
  return replaceSound(text, wanted, (base64) => `"${change(base64)}"`);
}

/** The text of a frame with something else in the place of each mark. */
export function replaceMarks(text: string, instead: (range: SoundRange) => string): string {
  return text.includes('"$') ? text.replace(mark, (...found) => instead(rangeOf(found))) : text;
}

function rangeOf([, track, from, to, file]: readonly unknown[]): SoundRange {
  return { track: track === 'in' ? 'in' : 'out', from: Number(from), to: Number(to), file: Number(file ?? 1) };
}
