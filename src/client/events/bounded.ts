/** Lets go of the oldest of what is kept, where there is more than that. */
export function keepNewest(kept: Map<unknown, unknown> | Set<unknown>, most: number): void {
  for (const key of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(key);
  }
}

/** The most characters that are kept of one text that grows: a response of the longest kind has a tenth of it. */
export const mostCharacters = 1_000_000;

/** The text with a piece behind it, as long as there is room. */
export function grown(text: string, piece: string): string {
  return text.length < mostCharacters ? text + piece.slice(0, mostCharacters - text.length) : text;
}
