/** What was thrown, as the end of a line. */
export function oneLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).trim().replaceAll(/\s+/g, ' ');
}
