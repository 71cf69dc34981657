import type { ViewItem } from './item.ts';

/** Where an item is; -1 where it is not. Searched from the end, where nearly all that happens happens. */
export function indexOfItem(items: readonly ViewItem[], id: string): number {
  return items.findLastIndex((item) => item.id === id);
}

/**
 * Puts a new item in its place: `previousId` is what a server says of it. Absent: at the end. Null: first of the
 * conversation. An id that is not there (yet): at the end, until an item of that id comes.
 */
export function placed(
  items: readonly ViewItem[],
  item: ViewItem,
  previousId: string | null | undefined,
): readonly ViewItem[] {
  if (previousId === undefined) return beforeThoseThatWait(items, item, items.length);
  if (previousId === null) return beforeThoseThatWait(items, item, firstOf(items));
  const previous = indexOfItem(items, previousId);
  if (previous >= 0) return withFollowers(items.toSpliced(previous + 1, 0, item), item.id);
  return beforeThoseThatWait(items, { ...item, awaitedId: previousId }, items.length);
}

/** Where the conversation begins: what is stale is no part of it. */
function firstOf(items: readonly ViewItem[]): number {
  const index = items.findIndex(({ stale }) => !stale);
  return index < 0 ? items.length : index;
}

/** Nothing says where the item belongs, unless another one waits to stand behind it. */
function beforeThoseThatWait(items: readonly ViewItem[], item: ViewItem, otherwise: number): readonly ViewItem[] {
  const waiting = items.findIndex(({ awaitedId }) => awaitedId === item.id);
  return withFollowers(items.toSpliced(waiting < 0 ? otherwise : waiting, 0, item), item.id);
}

/** Moves the items that wait for this one right behind it. */
function withFollowers(items: readonly ViewItem[], id: string): readonly ViewItem[] {
  if (items.every(({ awaitedId }) => awaitedId !== id)) return items;
  const followers = items.flatMap((item) => (item.awaitedId === id ? [{ ...item, awaitedId: null }] : []));
  const others = items.filter(({ awaitedId }) => awaitedId !== id);
  return others.toSpliced(indexOfItem(others, id) + 1, 0, ...followers.toReversed());
}

/** Without the oldest items where there are too many; one that is being made goes only where all are. */
export function collapsed(items: readonly ViewItem[], most: number): readonly ViewItem[] {
  if (items.length <= most) return items;
  const oldest = items.findIndex(({ status }) => status !== 'in_progress');
  return collapsed(items.toSpliced(Math.max(oldest, 0), 1), most);
}
