import { readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file of the console, as it is sent. */
export interface ConsoleFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
}

/** The console, as the build has made it. */
export interface ConsoleFiles {
  readonly page: ConsoleFile;
  /** What the page fetches, by name. A name never stands for anything else: it holds a sum of what is in the file. */
  readonly parts: ReadonlyMap<string, ConsoleFile>;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Beside the server in the package; there is none among the sources. */
const folder = new URL('../../console/', import.meta.url);
let known: ConsoleFiles | null | undefined;

/** The files of the console, read when they are first asked for; null where it has not been built. */
export function consoleFiles(): ConsoleFiles | null {
  known ??= read();
  return known;
}

function read(): ConsoleFiles | null {
  try {
    const parts = readdirSync(new URL('console/', folder)).map(
      (name) => [name, file(new URL(`console/${name}`, folder))] as const,
    );
    return { page: file(new URL('index.html', folder)), parts: new Map(parts) };
  } catch {
    return null;
  }
}

function file(url: URL): ConsoleFile {
  const body = new Uint8Array(readFileSync(url));
  return {
    type: types[extname(url.pathname)] ?? 'application/octet-stream',
    body,
    gzipped: new Uint8Array(gzipSync(body, { level: 9 })),
  };
}
