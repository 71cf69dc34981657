import { close, fdatasync, open } from 'node:fs';

/**
 * Asks the disk to keep files even where the machine dies, one after the other and without waiting for it: what is asked for
 * while it is under way is done once, afterwards.
 */
export class Syncing {
  readonly #due = new Set<string>();
  #isBusy = false;

  soon(paths: readonly string[]): void {
    for (const path of paths) this.#due.add(path);
    if (!this.#isBusy) this.#next();
  }

  #next(): void {
    const [path] = this.#due;
    this.#isBusy = path !== undefined;
    if (path === undefined) return;
    this.#due.delete(path);
    // A descriptor of its own, since the file may be done with meanwhile. What can't be synced is written all the same.
    open(path, 'r+', (failure, descriptor) => {
      if (failure !== null) return this.#next();
      fdatasync(descriptor, () => close(descriptor, () => this.#next()));
    });
  }
}
