/** The `event_id` that a frame carries, if it can be read at all. */
export function eventIdIn(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    const id = typeof value === 'object' && value !== null && 'event_id' in value ? value.event_id : null;
    return typeof id === 'string' ? id : null;
  } catch {
    return null;
  }
}
