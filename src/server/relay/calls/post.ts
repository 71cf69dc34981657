import type { Target } from '../dialects.ts';

/** What is posted. */
export interface Posted {
  readonly body?: string | FormData;
  /** Of a text. A form brings its own. */
  readonly contentType?: string;
}

/** An answer, as much of it as we want. */
export interface Answered {
  readonly status: number;
  readonly location: string | null;
  /** Null where it is longer than `mostBytes`. */
  readonly body: string | null;
}

/** The longest body that is read, in bytes: longer than any answer that a call needs. */
export const mostBytes = 262_144;

/**
 * Posts to an upstream, which may be anything. Whatever it redirects to gets neither the request nor our key, and no
 * more of its answer is read than fits. Rejects where there is no answer, and when the signal is aborted.
 */
export async function post(
  { url, headers }: Target,
  { body, contentType }: Posted,
  signal: AbortSignal,
): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: contentType === undefined ? headers : { ...headers, 'content-type': contentType },
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, location: response.headers.get('location'), body: await textOf(response) };
}

async function textOf({ body }: Response): Promise<string | null> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > mostBytes) return null; // leaving the loop lets go of the rest
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
