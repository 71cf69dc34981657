import type { Direction } from '../../../src/take/format.ts';
import type { TakeSink } from '../../../src/take/writer.ts';
import { TakeWriter } from '../../../src/take/writer.ts';
import { base64 } from './open.ts';

export interface RecorderOptions {
  /** Unix milliseconds. */
  readonly at: number;
  readonly url: string;
  readonly transport: string;
  /** The key that the page was given: it must not stand in a take. */
  readonly key: string;
}

/** Lines are put together into blobs of so many characters, which browsers need not keep in memory. */
const blobCharacters = 1_000_000;

/** Writes down a session, to be saved as one file. */
export class Recorder {
  readonly #writer: TakeWriter;
  readonly #at: number;
  #blobs: Blob[] = [];
  #lines: string[] = [];
  #characters = 0;

  constructor({ at, url, transport, key }: RecorderOptions) {
    this.#at = at;
    const sink: TakeSink = { line: (text) => this.#line(text), sound() {} };
    const secrets = key === '' ? [] : [key];
    this.#writer = new TakeWriter(
      { form: 'inline', at, by: 'antiphon console', url, transport, secrets, base64 },
      sink,
    );
  }

  /** What it is called when it is saved. */
  get fileName(): string {
    return `${new Date(this.#at).toISOString().slice(0, 19).replaceAll(':', '-')}.take.jsonl`;
  }

  frame(t: number, by: Direction, text: string): void {
    this.#writer.frame(t, by, text);
  }

  heard(t: number, samples: Int16Array): void {
    this.#writer.heard(t, samples);
  }

  played(t: number, samples: Int16Array, itemId: string | null): void {
    this.#writer.played(t, samples, itemId);
  }

  closed(t: number, by: 'server' | 'client', code: number, reason: string): void {
    this.#writer.closed(t, { by, code, reason });
  }

  /** All that was written so far. */
  blob(): Blob {
    this.#gather();
    return new Blob(this.#blobs, { type: 'application/jsonl' });
  }

  #line(text: string): void {
    this.#lines.push(text);
    this.#characters += text.length;
    if (this.#characters > blobCharacters) this.#gather();
  }

  #gather(): void {
    if (this.#lines.length > 0) this.#blobs.push(new Blob(this.#lines));
    this.#lines = [];
    this.#characters = 0;
  }
}
