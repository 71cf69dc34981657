import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { parseJson } from '../../protocol/parse.ts';
import { type Fields, fieldsOf, isClear, lengthOf, textOf, typeOf } from './peek.ts';
import type { Passing } from './tap.ts';

/** A frame, as it came and as taps are shown it: looked through once, and parsed only for whoever asks. */
export class Frame implements Passing {
  readonly data: Buffer;
  readonly isBinary: boolean;
  readonly type: string | null;
  readonly #fields: Fields;
  #event: JsonObject | null | undefined;

  constructor(data: Buffer, isBinary: boolean) {
    this.data = data;
    this.isBinary = isBinary;
    this.#fields = fieldsOf(data);
    this.type = typeOf(data, this.#fields);
  }

  get bytes(): number {
    return this.data.length;
  }

  /** Whether nobody who reads it otherwise than we do finds another type in it. */
  get isClear(): boolean {
    return isClear(this.data, this.#fields);
  }

  text(name: string): string | null {
    return textOf(this.data, this.#fields, name);
  }

  length(name: string): number {
    return lengthOf(this.data, this.#fields, name);
  }

  event(): JsonObject | null {
    if (this.#event === undefined) {
      const parsed = parseJson(this.data.toString());
      this.#event = parsed.ok && isJsonObject(parsed.value) ? parsed.value : null;
    }
    return this.#event;
  }
}
