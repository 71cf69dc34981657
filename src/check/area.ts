/** The part of an id before its name: `core.response` of `core.response/cancel`. */
export function areaOf(id: string): string {
  return id.split('/')[0] ?? id;
}
