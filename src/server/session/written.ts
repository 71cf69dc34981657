import type { Utf8 } from '../../wire/wire.ts';

/** The JSON text of an event; a long one as UTF-8 in pieces, which no copy need put together. */
export type Written = string | Utf8;

/** Characters from which on a text is written in pieces. */
export const longText = 262_144;

/** Characters of one piece: few enough for what is made of them to stay in the cache, and to take memory that is at hand. */
const pieceLength = 65_536;
/** Bytes whose base64 is one piece; a multiple of three, so that nothing is padded within. */
const pieceBytes = 49_152;

/** The levels of an item at which a long text may stand: its own fields, its list of parts, and theirs. */
export const levels = 3;

/** Whether an item holds a text that should be written in pieces. */
export function holdsLong(value: unknown, depth = levels): boolean {
  if (typeof value === 'string') return value.length >= longText;
  if (depth === 0 || typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((member) => holdsLong(member, depth - 1));
}

/** The texts within an item that are written in pieces of their own. */
export function* longTextsOf(value: unknown, depth = levels): Generator<string, void> {
  if (typeof value === 'string' && value.length > pieceLength) yield value;
  if (depth === 0 || typeof value !== 'object' || value === null) return;
  for (const member of Object.values(value)) yield* longTextsOf(member, depth - 1);
}

/** A long text as it stands between the quotes of JSON, piece by piece. */
export function* piecesOf(text: string): Generator<string, void> {
  for (let from = 0; from < text.length; ) {
    const to = endOfPiece(text, from);
    yield JSON.stringify(text.slice(from, to)).slice(1, -1);
    from = to;
  }
}

/** Sound as base64, piece by piece. */
export function* base64PiecesOf({ buffer, byteOffset, byteLength }: Uint8Array): Generator<Uint8Array, void> {
  const all = Buffer.from(buffer, byteOffset, byteLength);
  for (let from = 0; from < byteLength; from += pieceBytes)
    yield Buffer.from(all.toString('base64', from, from + pieceBytes), 'latin1');
}

/** Long texts that are written already, and sound. */
export type WrittenAhead = ReadonlyMap<string | Uint8Array, Utf8>;

const nothingWritten: WrittenAhead = new Map();

/** Gathers what is short, and cuts what is long. */
export class PieceWriter {
  readonly #known: WrittenAhead;
  readonly #pieces: Uint8Array[] = [];
  #short = '';

  constructor(known: WrittenAhead = nothingWritten) {
    this.#known = known;
  }

  /** Text as it stands. */
  raw(text: string): this {
    this.#short += text;
    if (this.#short.length >= pieceLength) this.#flush();
    return this;
  }

  /** What `JSON.stringify` writes of plain data. */
  json(value: unknown, depth = levels): this {
    if (typeof value === 'string' && value.length > pieceLength) return this.#string(value);
    if (depth === 0 || typeof value !== 'object' || value === null) return this.raw(JSON.stringify(value) ?? 'null');
    return Array.isArray(value) ? this.#list(value, depth) : this.#members(value, depth);
  }

  /** A string of base64, quotes included. */
  base64(bytes: Uint8Array): this {
    return this.raw('"')
      .written(this.#known.get(bytes) ?? [...base64PiecesOf(bytes)])
      .raw('"');
  }

  /** Pieces that were written before. */
  written(pieces: Utf8): this {
    this.#flush();
    this.#pieces.push(...pieces);
    return this;
  }

  end(): Utf8 {
    this.#flush();
    return this.#pieces;
  }

  #flush(): void {
    if (this.#short !== '') this.#pieces.push(Buffer.from(this.#short));
    this.#short = '';
  }

  #string(text: string): this {
    const known = this.#known.get(text);
    this.raw('"');
    if (known !== undefined) this.written(known);
    else for (const piece of piecesOf(text)) this.raw(piece);
    return this.raw('"');
  }

  #list(values: readonly unknown[], depth: number): this {
    for (const [index, value] of values.entries()) this.raw(index === 0 ? '[' : ',').json(value, depth - 1);
    return this.raw(values.length === 0 ? '[]' : ']');
  }

  #members(value: object, depth: number): this {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    for (const [index, [key, member]] of members.entries())
      this.raw(`${index === 0 ? '{' : ','}${JSON.stringify(key)}:`).json(member, depth - 1);
    return this.raw(members.length === 0 ? '{}' : '}');
  }
}

/** Half a character would be written as an escape. */
function endOfPiece(text: string, from: number): number {
  const to = Math.min(text.length, from + pieceLength);
  const isCut = to < text.length && (text.charCodeAt(to - 1) & 0xfc00) === 0xd800;
  return isCut ? to - 1 : to;
}

/** The whole text. */
export function textOf(written: Written): string {
  return typeof written === 'string' ? written : Buffer.concat(written).toString();
}
