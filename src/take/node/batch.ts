import type { Direction } from '../format.ts';

/** What passes to the thread at once: the bytes of many frames, and for each of them a few numbers. */
export interface BatchData {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of each entry the take, what it is, when, how long it is, and how much of that is an item's id. */
  readonly marks: Float64Array<ArrayBuffer>;
  readonly count: number;
}

/** What an entry is: a frame of either side, a binary one, sound of a track, or an order. */
export type EntryKind = 'text <' | 'text >' | 'binary <' | 'binary >' | 'heard' | 'played' | 'order';

const kinds: readonly EntryKind[] = ['text <', 'text >', 'binary <', 'binary >', 'heard', 'played', 'order'];
const numbers = new Map(kinds.map((kind, index) => [kind, index]));
const marksEach = 5;

/** Entries that one batch holds at most. */
const mostEntries = 2048;
/** Bytes of one batch, unless one frame has more. */
const usualBytes = 524_288;

/** Memory of a batch that has been written, which the next can have: to get and to give back half a megabyte each time costs more than to fill it. */
export type BatchMemory = Pick<BatchData, 'bytes' | 'marks'>;

/** Gathers what is to be written, by copying it once. */
export class Batch {
  readonly #bytes: Buffer<ArrayBuffer>;
  readonly #marks: Float64Array<ArrayBuffer>;
  #used = 0;
  #count = 0;

  /** `bytes`: at least so many have room. `memory`: what an earlier batch had. */
  constructor(bytes: number, memory?: BatchMemory) {
    this.#bytes =
      bytes <= usualBytes && memory?.bytes.length === usualBytes
        ? Buffer.from(memory.bytes.buffer)
        : Buffer.from(new ArrayBuffer(Math.max(usualBytes, bytes)));
    this.#marks = memory?.marks ?? new Float64Array(mostEntries * marksEach);
  }

  get used(): number {
    return this.#used;
  }

  /** Whether an entry of so many bytes still has room. */
  hasRoom(bytes: number): boolean {
    return this.#count < mostEntries && this.#used + bytes <= this.#bytes.length;
  }

  text(take: number, kind: EntryKind, t: number, text: string): void {
    const from = this.#used;
    this.#used += this.#bytes.write(text, from);
    this.#mark(take, kind, t, from, 0);
  }

  /** Bytes in pieces. The first `nameBytes` of them are the id of an item. */
  pieces(take: number, kind: EntryKind, t: number, pieces: readonly Uint8Array[], nameBytes = 0): void {
    const from = this.#used;
    for (const piece of pieces) {
      this.#bytes.set(piece, this.#used);
      this.#used += piece.length;
    }
    this.#mark(take, kind, t, from, nameBytes);
  }

  #mark(take: number, kind: EntryKind, t: number, from: number, nameBytes: number): void {
    const at = this.#count * marksEach;
    this.#marks[at] = take;
    this.#marks[at + 1] = numbers.get(kind) ?? 0;
    this.#marks[at + 2] = t;
    this.#marks[at + 3] = this.#used - from;
    this.#marks[at + 4] = nameBytes;
    this.#count += 1;
  }

  get data(): BatchData {
    return { bytes: this.#bytes, marks: this.#marks, count: this.#count };
  }
}

/** An entry of a batch as it is read. */
export interface BatchEntry {
  readonly take: number;
  readonly kind: EntryKind;
  readonly t: number;
  readonly bytes: Buffer;
  readonly nameBytes: number;
}

/** Tells all entries, in their order. */
export function readBatch({ bytes, marks, count }: BatchData, tell: (entry: BatchEntry) => void): void {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let from = 0;
  for (let at = 0; at < count * marksEach; at += marksEach) {
    const [take = 0, kind = 0, t = 0, length = 0, nameBytes = 0] = marks.subarray(at, at + marksEach);
    tell({ take, kind: kinds[kind] ?? 'order', t, bytes: all.subarray(from, from + length), nameBytes });
    from += length;
  }
}

/** Who has sent a frame of this kind. */
export function sideOf(kind: EntryKind): Direction {
  return kind.endsWith('<') ? '<' : '>';
}
