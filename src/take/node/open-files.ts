import { closeSync, openSync, writeSync } from 'node:fs';

/** A file that grows. */
export interface GrowingFile {
  readonly path: string;
  /** What has been written so far; null before the file is begun. */
  bytes: number | null;
}

/** Files of all takes that are open at a time: of some 170 sessions that both speak and hear. */
const usualMost = 512;

/**
 * Files that are written to, any number of them with few descriptors: where there are too many, the one that was written to
 * longest ago is closed, and opened again when there is more for it.
 */
export class OpenFiles {
  readonly #most: number;
  /** The descriptors, of what was written to longest ago first. */
  readonly #descriptors = new Map<GrowingFile, number>();

  constructor(most = usualMost) {
    this.#most = most;
  }

  /** Writes behind what the file holds. Throws what the system says. */
  append(file: GrowingFile, bytes: Uint8Array): void {
    const descriptor = this.#opened(file);
    for (let done = 0; done < bytes.length; ) {
      const written = writeSync(descriptor, bytes, done, bytes.length - done, file.bytes ?? 0);
      done += written;
      file.bytes = (file.bytes ?? 0) + written;
    }
  }

  /** Writes over the first bytes of a file. */
  replaceHead(file: GrowingFile, head: Uint8Array): void {
    writeSync(this.#opened(file), head, 0, head.length, 0);
  }

  /** Lets go of a file. */
  close(file: GrowingFile): void {
    const descriptor = this.#descriptors.get(file);
    if (descriptor === undefined) return;
    this.#descriptors.delete(file);
    closeSync(descriptor);
  }

  #opened(file: GrowingFile): number {
    let descriptor = this.#descriptors.get(file);
    if (descriptor !== undefined) this.#descriptors.delete(file);
    else {
      const [oldest] = this.#descriptors.size < this.#most ? [] : this.#descriptors.keys();
      if (oldest !== undefined) this.close(oldest);
      descriptor = openSync(file.path, file.bytes === null ? 'w' : 'r+', 0o600);
      file.bytes ??= 0;
    }
    this.#descriptors.set(file, descriptor);
    return descriptor;
  }
}
