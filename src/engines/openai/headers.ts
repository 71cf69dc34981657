/**
 * Headers of a request; of two of one name the later counts. Throws a TypeError that, unlike the platform's, does not quote
 * the value which no header can carry: it may be a key.
 */
export function headersOf(entries: readonly (readonly [name: string, value: string])[]): Headers {
  const headers = new Headers();
  for (const [name, value] of entries) {
    try {
      headers.set(name, value);
    } catch {
      throw new TypeError(`The header ${JSON.stringify(name)} has characters that no header can carry.`);
    }
  }
  return headers;
}
