import type { Take } from '../reader.ts';
import { timelineOf } from '../timeline.ts';

/** Cues that would be empty are shown for so long, in milliseconds. */
const shortestMs = 1000;

/** What was said, as WebVTT: subtitles for the sound of the same take. */
export function vttOf(take: Take): string {
  const said = timelineOf(take).happenings.filter(
    ({ is, text }) => (is === 'user' || is === 'assistant') && text !== '',
  );
  const cues = said.map(({ is, t, endT, text }) => {
    const voice = is === 'user' ? 'User' : 'Assistant';
    return `${stamp(t)} --> ${stamp(Math.max(endT, t + shortestMs))}\n<v ${voice}>${escaped(text)}\n`;
  });
  return ['WEBVTT\n', ...cues].join('\n');
}

function stamp(ms: number): string {
  const whole = Math.round(ms);
  const part = (value: number, digits: number): string => String(Math.floor(value)).padStart(digits, '0');
  return `${part(whole / 3_600_000, 2)}:${part((whole / 60_000) % 60, 2)}:${part((whole / 1000) % 60, 2)}.${part(whole % 1000, 3)}`;
}

/** A cue may hold no blank line, and no mark of its own. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(/\s+/g, ' ');
}
