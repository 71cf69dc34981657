import { isJsonObject, type JsonObject } from '../../protocol/json.ts';
import { at } from '../sound-formats.ts';
import { isIdKey } from './match.ts';

/**
 * What the ids that a server gives stand for: the third response, the first item of it, the call in that, the second turn.
 * So the same thing is found in two sessions that name it otherwise.
 */
export class ServerIds {
  readonly #byRole = new Map<string, string>();
  readonly #roles = new Map<string, string>();
  readonly #responses = new Map<string, number>();
  #turns = 0;

  /** Takes the next event of the server's. */
  read(event: JsonObject): void {
    switch (event['type']) {
      case 'response.created':
        return this.#response(at(event, 'response', 'id'));
      case 'response.output_item.added':
        return this.#output(event);
      case 'input_audio_buffer.committed':
        this.#turns += 1;
        return this.#name(`turn ${this.#turns}`, event['item_id']);
      default:
        return;
    }
  }

  /** What an id stands for; null for one that this server has not given. */
  roleOf(id: string): string | null {
    return this.#roles.get(id) ?? null;
  }

  idOf(role: string): string | null {
    return this.#byRole.get(role) ?? null;
  }

  #response(id: unknown): void {
    if (typeof id !== 'string') return;
    const number = this.#responses.size + 1;
    this.#responses.set(id, number);
    this.#name(`response ${number}`, id);
  }

  #output(event: JsonObject): void {
    const place = `${this.#responses.get(String(event['response_id']))} ${String(event['output_index'])}`;
    this.#name(`item ${place}`, at(event, 'item', 'id'));
    this.#name(`call ${place}`, at(event, 'item', 'call_id'));
  }

  #name(role: string, id: unknown): void {
    if (typeof id !== 'string') return;
    this.#byRole.set(role, id);
    this.#roles.set(id, role);
  }
}

/** An event of the recorded client, with the ids that the server of now has given. */
export function withIdsOf(now: ServerIds, recorded: ServerIds, event: JsonObject): JsonObject {
  const translated = translate(event, '', (id) => {
    const role = recorded.roleOf(id);
    return role === null ? id : (now.idOf(role) ?? id);
  });
  return isJsonObject(translated) ? translated : event;
}

function translate(value: unknown, key: string, idOf: (id: string) => string): unknown {
  if (typeof value === 'string') return isIdKey(key) ? idOf(value) : value;
  if (Array.isArray(value)) return value.map((each) => translate(each, key, idOf));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, translate(held, name, idOf)]));
}
