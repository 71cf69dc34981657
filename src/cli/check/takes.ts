import type { Line } from '../../check/line.ts';
import { keepTake } from '../../check/node/takes.ts';
import { version } from '../version.ts';
import type { Settings } from './settings.ts';

/** The takes of what does not hold, where they were asked for. */
export class Takes {
  readonly #folder: string | undefined;
  readonly #settings: Settings;
  readonly #writing: Promise<readonly [id: string, path: string] | null>[] = [];

  constructor(folder: string | undefined, settings: Settings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Writes down what passed on a connection, while the checks go on. */
  keep(id: string, line: Line | undefined): void {
    const { network } = this.#settings;
    if (this.#folder === undefined || line === undefined) return;
    const secrets = [network.key ?? '', ...Object.values(network.headers)].filter((secret) => secret !== '');
    const told = {
      folder: this.#folder,
      id,
      url: this.#settings.url,
      by: `antiphon ${version()}`,
      at: Date.now(),
      secrets,
    };
    // What fails is told by whoever waits for all of them.
    const written = keepTake(line, told).then((path) => [id, path] as const);
    written.catch(() => {});
    this.#writing.push(written);
  }

  /** Where they are, by the id of the rule, once they are all on the disk. Rejects where one could not be written. */
  async kept(): Promise<ReadonlyMap<string, string>> {
    const all = await Promise.all(this.#writing);
    return new Map(all.flatMap((each) => (each === null ? [] : [each])));
  }
}
