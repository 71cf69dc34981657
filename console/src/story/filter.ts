import type { LogRow } from './log.ts';

/** What an event is about. */
export const kinds = ['session', 'input', 'conversation', 'response', 'sound', 'error', 'other'] as const;
export type Kind = (typeof kinds)[number];

/** Which lines are shown. */
export interface Filter {
  /** Words that all must be there, ignoring case; with a minus before them, words that must not. */
  readonly text: string;
  /** Kinds that are left out. */
  readonly hidden: readonly Kind[];
  /** `<` the server's alone, `>` the client's alone. */
  readonly by: 'both' | '<' | '>';
}

export const noFilter: Filter = { text: '', hidden: [], by: 'both' };

/** The kind of a line. */
export function kindOf({ type, sound }: Pick<LogRow, 'type' | 'sound'>): Kind {
  if (sound !== null) return 'sound';
  if (type === 'error' || type.endsWith('.failed')) return 'error';
  if (type.startsWith('session.') || type === 'rate_limits.updated') return 'session';
  if (type.startsWith('input_audio_buffer.') || type.includes('.input_audio_transcription.')) return 'input';
  if (type.startsWith('conversation.')) return 'conversation';
  return type.startsWith('response.') || type.startsWith('output_audio_buffer.') ? 'response' : 'other';
}

/** Whether a filter lets everything through. */
export function isOpen({ text, hidden, by }: Filter): boolean {
  return text.trim() === '' && hidden.length === 0 && by === 'both';
}

/** The test that a filter is. */
export function matcher(filter: Filter): (row: LogRow) => boolean {
  const words = filter.text.split(/\s+/).filter((word) => word !== '' && word !== '-');
  const tests = words.map((word) => {
    const isNot = word.startsWith('-');
    const pattern = new RegExp(escaped(isNot ? word.slice(1) : word), 'i');
    return (row: LogRow): boolean => (pattern.test(row.type) || pattern.test(row.text)) !== isNot;
  });
  const hidden = new Set(filter.hidden);
  return (row) =>
    (filter.by === 'both' || row.by === filter.by) &&
    (hidden.size === 0 || !hidden.has(kindOf(row))) &&
    tests.every((holds) => holds(row));
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The lines of a log that a filter lets through, kept up with as the log grows. */
export class FilteredRows {
  #filter: Filter = noFilter;
  #matches: (row: LogRow) => boolean = () => true;
  /** Places in all that was ever in the log. */
  #places: number[] = [];
  #seen = 0;

  /** The places of the lines in `rows` that are shown, in order. `dropped`: how many lines came before those. */
  of(rows: readonly LogRow[], dropped: number, filter: Filter): readonly number[] {
    if (filter !== this.#filter || this.#seen > rows.length + dropped) this.#begin(filter);
    for (let place = Math.max(this.#seen, dropped); place < rows.length + dropped; place += 1) {
      const row = rows[place - dropped];
      if (row !== undefined && this.#matches(row)) this.#places.push(place);
    }
    this.#seen = rows.length + dropped;
    if ((this.#places[0] ?? dropped) < dropped) this.#places = this.#places.filter((place) => place >= dropped);
    return dropped === 0 ? this.#places : this.#places.map((place) => place - dropped);
  }

  #begin(filter: Filter): void {
    this.#filter = filter;
    this.#matches = matcher(filter);
    this.#places = [];
    this.#seen = 0;
  }
}
