/** Which lines of a long list are drawn. */
export interface ListWindow {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Lines that are drawn beyond those that can be seen, on either side. */
const beyond = 8;

/** The lines to draw of a list whose lines are all of one height. */
export function windowOf(scrollTop: number, height: number, rowHeight: number, count: number): ListWindow {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - beyond);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + beyond);
  return { first, end: Math.max(first, end) };
}

/** Where to scroll so that a line can be seen; as it is where it can be. */
export function scrollTo(place: number, scrollTop: number, height: number, rowHeight: number): number {
  const top = place * rowHeight;
  if (top < scrollTop) return top;
  return top + rowHeight > scrollTop + height ? top + rowHeight - height : scrollTop;
}
