import type { IncomingMessage } from 'node:http';

/** The beginning of an answer's body, at most so many bytes of it; less where it is cut off. */
export async function bodyOf(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= mostBytes) break;
    }
  } catch {
    // Cut off: what has come is all there is.
  }
  return Buffer.concat(chunks, Math.min(bytes, mostBytes)).toString();
}
