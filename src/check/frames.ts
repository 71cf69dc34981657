import type { Line } from './line.ts';

/** How many of the last frames a report shows, and how much of each. */
const mostFrames = 40;
const longestFrame = 400;
/** How much of a frame is looked at for that. */
const mostRead = 20_000;

/** The last frames of these connections as lines: `>` from the client, `<` from the server, sound cut out, secrets gone. */
export function framesOf(lines: readonly Line[]): readonly string[] {
  const line = lines.at(-1);
  if (line === undefined) return [];
  const shown = line.passed
    .slice(-mostFrames)
    .map(({ from, text }) => `${from === 'client' ? '>' : '<'} ${short(text)}`);
  const { closedWith } = line;
  return closedWith === null ? shown : [...shown, `closed with ${closedWith.code} ${closedWith.reason}`.trimEnd()];
}

function short(text: string): string {
  const begin = text.slice(0, mostRead);
  const silent = begin.replaceAll(/"(audio|delta)":"[A-Za-z0-9+/=]{200,}"?/g, '"$1":"…"');
  return scrubbed(silent.length > longestFrame ? `${silent.slice(0, longestFrame)}…` : silent);
}

/** A text without client secrets. */
export function scrubbed(text: string): string {
  return text.replaceAll(/\bek_[A-Za-z0-9_-]+/g, 'ek_…');
}
