/** The anchor that forges give to a heading of this name. */
export function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

/** The anchors of the headings of one page, in their order: one that is taken gets a number, as forges do it. */
export class Slugs {
  readonly #taken = new Map<string, number>();

  next(heading: string): string {
    const slug = slugOf(heading);
    const times = this.#taken.get(slug) ?? 0;
    this.#taken.set(slug, times + 1);
    return times === 0 ? slug : `${slug}-${times}`;
  }
}
