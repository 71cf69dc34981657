import { isJsonObject } from '../../protocol/json.ts';
import type { Passing } from './tap.ts';

/** The responses of a session that are under way. */
export class Running {
  readonly #ids = new Set<string>();

  get ids(): readonly string[] {
    return [...this.#ids];
  }

  get isIdle(): boolean {
    return this.#ids.size === 0;
  }

  see(frame: Passing): void {
    if (frame.type !== 'response.created' && frame.type !== 'response.done') return;
    const response = frame.event()?.['response'];
    const id = isJsonObject(response) ? response['id'] : null;
    if (typeof id !== 'string') return;
    if (frame.type === 'response.created') this.#ids.add(id);
    else this.#ids.delete(id);
  }
}
