import { decodeBase64 } from '../../audio/base64.ts';

/** An object of JSON, whose fields may be anything. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object that a frame holds; null where it is none. */
export function fieldsIn(frame: string): Fields | null {
  try {
    return asFields(JSON.parse(frame));
  } catch {
    return null;
  }
}

/** The object at this key; an empty one where there is none. */
export function fieldsAt(fields: Fields, key: string): Fields {
  return asFields(fields[key]) ?? {};
}

export function textAt(fields: Fields, key: string): string | null {
  const value = fields[key];
  return typeof value === 'string' ? value : null;
}

/** A number from 0 on, which carriers write as a text, most of the time. */
export function countAt(fields: Fields, key: string): number | null {
  const value = fields[key];
  const count = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof count === 'number' && Number.isSafeInteger(count) && count >= 0 ? count : null;
}

/** Bytes in base64; none where they are not. */
export function bytesAt(fields: Fields, key: string): Uint8Array {
  return decodeBase64(textAt(fields, key) ?? '') ?? new Uint8Array();
}

/** The texts among the values of the object at this key. */
export function textsAt(fields: Fields, key: string): ReadonlyMap<string, string> {
  const entries = Object.entries(fieldsAt(fields, key));
  return new Map(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function asFields(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}
