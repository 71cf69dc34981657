import { bytesToSamples } from '../../audio/pcm16.ts';
import type { Base64 } from '../format.ts';
import type { Take } from '../reader.ts';
import { type TakeSink, TakeWriter } from '../writer.ts';

/** Writes a take anew, with its sound inline or beside its lines. Frames and sound stay as they are, to the byte. */
export function copyTake(take: Take, form: 'folder' | 'inline', sink: TakeSink, base64: Base64): void {
  const { header } = take;
  const { by, url, transport } = header;
  const writer = new TakeWriter(
    { form, at: Date.parse(header.at) || 0, by, url, transport, base64, copyOf: header },
    sink,
  );
  writeEntries(take, writer);
}

/** Tells a writer all that a take holds. */
export function writeEntries({ entries }: Pick<Take, 'entries'>, writer: TakeWriter): void {
  for (const entry of entries) {
    switch (entry.is) {
      case 'frame':
        writer.frame(entry.t, entry.by, entry.text());
        break;
      case 'binary':
        writer.binary(entry.t, entry.by, entry.bytes);
        break;
      case 'sound':
        if (entry.track === 'in') writer.heard(entry.t, bytesToSamples(entry.bytes()));
        else writer.played(entry.t, bytesToSamples(entry.bytes()), entry.itemId);
        break;
      case 'closed':
        writer.closed(entry.t, entry.closed);
        break;
      default:
        entry satisfies never;
    }
  }
}
