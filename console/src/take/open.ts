import { decodeBase64, decodeSamples, encodeBase64 } from 'antiphon/audio';
import { wavCodecs } from '../../../src/audio/wav-encoding.ts';
import { readWavHead } from '../../../src/audio/wav-header.ts';
import { type Base64, type SoundRange, soundFileName } from '../../../src/take/format.ts';
import { readTakeLines, type Take, type TakeEntry, type TakeSound } from '../../../src/take/reader.ts';
import { frameOf } from '../story/frame.ts';
import { Story } from '../story/story.ts';

/** Base64 as browsers have it. */
export const base64: Base64 = { decode: decodeBase64, encode: encodeBase64 };

/** A file that was dropped on the page, with the folder that it lay in: `NAME.take/in.wav`. */
export interface DroppedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * The take among files: a folder with its `take.jsonl`, or one file with the sound inline.
 *
 * @throws {TakeError} where it can't be read; {Error} where there is none.
 */
export function takeAmong(files: readonly DroppedFile[]): Take {
  const lines = files.find(({ path }) => path.endsWith('.jsonl'));
  if (lines === undefined)
    throw new Error('There is no take in it. Drop a file NAME.take.jsonl, or a folder NAME.take with its take.jsonl.');
  const parts = lines.path.split('/');
  const name = (parts.at(-1) === 'take.jsonl' ? parts.at(-2) : undefined) ?? parts.at(-1) ?? lines.path;
  const folder = lines.path.slice(0, lines.path.lastIndexOf('/') + 1);
  const near = new Map(files.map(({ path, bytes }) => [path, bytes] as const));
  const sound: TakeSound = { read: (range) => samplesIn(near.get(folder + soundFileName(range)), range) };
  return readTakeLines(new TextDecoder().decode(lines.bytes), { name, sound, base64 });
}

function samplesIn(file: Uint8Array | undefined, { from, to }: SoundRange): Uint8Array | null {
  const head = file === undefined ? null : readWavHead(file);
  if (file === undefined || head?.state !== 'ready') return null;
  const { bytesPerSample } = wavCodecs[head.format.encoding];
  const end = head.dataStart + to * bytesPerSample;
  return end > file.length ? null : file.subarray(head.dataStart + from * bytesPerSample, end);
}

/** So many lines are told before the page may draw. */
const atOnce = 2000;

/** Tells a take as a story. `breathe` lets the page draw between two stretches. */
export async function tellTake(take: Take, changed: () => void, breathe: () => Promise<void>): Promise<Story> {
  const story = new Story({ is: 'take', name: take.name, at: take.header.at }, changed);
  for (const [place, entry] of take.entries.entries()) {
    tell(story, entry);
    // oxlint-disable-next-line no-await-in-loop -- one stretch after the other
    if (place % atOnce === atOnce - 1) await breathe();
  }
  story.end ??= 'the end of the take';
  return story;
}

function tell(story: Story, entry: TakeEntry): void {
  const { t } = entry;
  if (entry.is === 'sound')
    story.addSound(t, entry.track, decodeSamples(even(entry.bytes()), 'audio/pcm'), entry.itemId);
  if (entry.is === 'closed') {
    const { by, code, reason } = entry.closed;
    story.close(t, `closed by the ${by}: ${code}${reason === '' ? '' : ` ${reason}`}`);
  }
  if (entry.is !== 'frame') return;
  const frame = frameOf(t, entry.by, entry.text());
  if (frame !== null) story.add(frame);
}

function even(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.length - (bytes.length % 2));
}
