/** The type of an event; only one that begins in an unusual way is parsed for it. Empty where it has none. */
export function typeOf(frame: string): string {
  const [, quick] = /^\{\s*(?:"event_id"\s*:\s*"[^"\\]*"\s*,\s*)?"type"\s*:\s*"([^"\\]*)"/.exec(frame) ?? [];
  return quick ?? textAt(frame, 'type') ?? '';
}

/** What an error event is called. */
export function errorCode(frame: string): string {
  return textAt(frame, 'error', 'code') ?? textAt(frame, 'error', 'type') ?? 'error';
}

/** How a response ended. */
export function statusOf(frame: string): string {
  return textAt(frame, 'response', 'status') ?? '';
}

function textAt(frame: string, ...keys: readonly string[]): string | null {
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    return null;
  }
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return null;
    value = Object.getOwnPropertyDescriptor(value, key)?.value;
  }
  return typeof value === 'string' ? value : null;
}
