interface Kept {
  readonly isSound: boolean;
  /** Null for sound that was let go. */
  readonly text: string | null;
  /** Known once the text is let go. */
  readonly id: string | null;
  readonly at: number;
}

/** What was sent after some frame. */
export interface Missed {
  readonly texts: readonly string[];
  /** Deltas of sound that were let go. */
  readonly dropped: number;
}

/** What is kept of the frames that a session has sent. */
export interface RingOptions {
  /** In characters. */
  readonly maxBytes: number;
  readonly keepMs: number;
}

/** The frames that were sent last, to be sent again after the one that a client saw last. Past its size the oldest sound goes first, as long as that is more than half of it. */
export class Ring {
  readonly #options: RingOptions;
  #kept: Kept[] = [];
  /** The place of the first that is kept, counted from the first frame ever. */
  #begin = 0;
  #bytes = 0;
  /** Of these, those of sound. */
  #soundBytes = 0;
  /** Up to where sound was looked for, to let it go. */
  #searched = 0;
  /** The id of the newest frame that is not kept any more. */
  #before: string | null = null;
  /** A frame that has no place of its own: whoever saw it last has seen all before that place. */
  #alias: { readonly id: string; readonly place: number } | null = null;

  constructor(options: RingOptions) {
    this.#options = options;
  }

  /** Characters that it holds. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The place of the next frame. */
  get end(): number {
    return this.#begin + this.#kept.length;
  }

  push(text: string, at: number): void {
    const kept = { text, id: null, at, isSound: isSound(text) };
    this.#kept.push(kept);
    this.#bytes += text.length;
    if (kept.isSound) this.#soundBytes += text.length;
    const { maxBytes } = this.#options;
    // Much else in little time must not cost the sound that was said last.
    while (this.#bytes > maxBytes && this.#soundBytes > maxBytes / 2 && this.#dropSound());
    while (this.#isTooMuch(at)) this.#dropFirst();
  }

  /** The place after the frame with this event id; null where it is not known any more, or never was. */
  placeAfter(id: string): number | null {
    if (this.#alias?.id === id) return this.#alias.place < this.#begin ? null : this.#alias.place;
    if (this.#before === id) return this.#begin;
    const index = this.#kept.findLastIndex((kept) => idOf(kept) === id);
    return index < 0 ? null : this.#begin + index + 1;
  }

  since(place: number): Missed {
    const kept = this.#kept.slice(place - this.#begin);
    const texts = kept.flatMap(({ text }) => (text === null ? [] : [text]));
    return { texts, dropped: kept.length - texts.length };
  }

  /** A frame was sent beside the others, to one who has seen those before the place. */
  sentBeside(id: string, place: number): void {
    this.#alias = { id, place };
  }

  #isTooMuch(at: number): boolean {
    const [first] = this.#kept;
    return first !== undefined && (this.#bytes > this.#options.maxBytes || first.at < at - this.#options.keepMs);
  }

  /** Lets the oldest sound go, and says whether there was any. */
  #dropSound(): boolean {
    for (let at = Math.max(this.#searched - this.#begin, 0); at < this.#kept.length; at += 1) {
      this.#searched = this.#begin + at + 1;
      const kept = this.#kept[at];
      if (kept === undefined || kept.text === null || !kept.isSound) continue;
      this.#bytes -= kept.text.length;
      this.#soundBytes -= kept.text.length;
      this.#kept[at] = { ...kept, text: null, id: idOf(kept) };
      return true;
    }
    return false;
  }

  #dropFirst(): void {
    const first = this.#kept.shift();
    if (first === undefined) return;
    const { length } = first.text ?? '';
    this.#bytes -= length;
    if (first.isSound) this.#soundBytes -= length;
    this.#before = idOf(first);
    this.#begin += 1;
  }
}

/** Types and ids stand at the beginning of a frame. */
const headLength = 256;

function idOf({ text, id }: Kept): string | null {
  return id ?? eventIdOf(text ?? '');
}

/** The event id of a frame; null where it has none. */
export function eventIdOf(text: string): string | null {
  return /"event_id":"([^"]*)"/.exec(text.slice(0, headLength))?.[1] ?? null;
}

function isSound(text: string): boolean {
  return /"type":"response\.(?:output_)?audio\.delta"/.test(text.slice(0, headLength));
}
