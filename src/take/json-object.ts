import { isJsonObject, type JsonObject } from '../protocol/json.ts';

/** The JSON object that a text is; null if it is none. */
export function objectIn(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
