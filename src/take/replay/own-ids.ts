import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { isIdKey } from './match.ts';

/** A key with its text, wherever both stand together. */
const pair = /"((?:[^"\\]|\\.)*)"([ \t]*:[ \t]*)"((?:[^"\\]|\\.)*)"/g;

/**
 * What this client chose itself in the place of what the recorded one did: ids of events, items and calls, and metadata.
 * Server frames come back with its own.
 */
export class OwnIds {
  readonly #ids = new Map<string, string>();
  readonly #eventIds = new Map<string, string>();
  /** By key and recorded value. */
  readonly #metadata = new Map<string, string>();

  /** Learns from an event that came where another was recorded. */
  learn(recorded: JsonObject, actual: JsonObject): void {
    this.#chosen(this.#eventIds, recorded['event_id'], actual['event_id']);
    this.#item(recorded['item'], actual['item']);
    const [before, now] = [recorded['response'], actual['response']];
    if (!isJsonObject(before) || !isJsonObject(now)) return;
    this.#meta(before['metadata'], now['metadata']);
    const [items, own] = [before['input'], now['input']];
    if (Array.isArray(items) && Array.isArray(own)) items.forEach((item, index) => this.#item(item, own[index]));
  }

  /** Whether an id that was recorded and one of this client's stand for the same. */
  same(recorded: string, actual: string): boolean {
    return this.#ids.get(recorded) === actual || !this.#ids.has(recorded);
  }

  /** A server frame, its sound left out, as this client is sent it. */
  translate(text: string): string {
    if (this.#ids.size + this.#eventIds.size + this.#metadata.size === 0) return text;
    return text.replaceAll(pair, (whole: string, key: string, between: string, value: string) => {
      const own = this.#ownOf(key, value);
      return own === undefined ? whole : `"${key}"${between}"${own}"`;
    });
  }

  #ownOf(key: string, value: string): string | undefined {
    const own = isIdKey(key)
      ? (this.#ids.get(value) ?? (key === 'event_id' ? this.#eventIds.get(value) : undefined))
      : undefined;
    return own ?? this.#metadata.get(`${key}:${value}`);
  }

  #item(recorded: unknown, actual: unknown): void {
    if (!isJsonObject(recorded) || !isJsonObject(actual)) return;
    this.#chosen(this.#ids, recorded['id'], actual['id']);
    // The id of a call is the server's, but in an item of history that the client brings.
    if (recorded['type'] === 'function_call') this.#chosen(this.#ids, recorded['call_id'], actual['call_id']);
  }

  #meta(recorded: unknown, actual: unknown): void {
    if (!isJsonObject(recorded) || !isJsonObject(actual)) return;
    for (const [key, value] of Object.entries(recorded)) {
      const own = actual[key];
      if (typeof value === 'string' && typeof own === 'string' && value !== own) {
        this.#metadata.set(`${escaped(key)}:${escaped(value)}`, escaped(own));
      }
    }
  }

  #chosen(ids: Map<string, string>, recorded: unknown, actual: unknown): void {
    if (typeof recorded !== 'string' || typeof actual !== 'string' || recorded === actual) return;
    ids.set(escaped(recorded), escaped(actual));
  }
}

/** A text as it stands between the quotes of JSON. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
