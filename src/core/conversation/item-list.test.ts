import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Entry } from './entry.ts';
import {
  entriesOf,
  entryOf,
  hasCall,
  type ItemList,
  idBefore,
  insertedAfter,
  isInUse,
  lastId,
  noItems,
  removed,
  sameBut,
  updated,
  withDropped,
} from './item-list.ts';
import { entryBytes } from './item-size.ts';

function entry(id: string, callId?: string): Entry {
  const item: Entry['item'] =
    callId === undefined
      ? { id, type: 'message', role: 'user', content: [{ type: 'input_text', text: id }] }
      : { id, type: 'function_call', name: 'f', arguments: '', call_id: callId };
  return {
    item,
    words: null,
    audio: [],
    truncated: false,
    saidBy: null,
    dropped: false,
  };
}

type Deed =
  | { readonly do: 'insert'; readonly place: number; readonly callId: string | undefined }
  | { readonly do: 'remove' | 'update'; readonly place: number };

const deeds = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('insert' as const),
      place: fc.nat(),
      callId: fc.constantFrom(undefined, undefined, 'call_a', 'call_b'),
    }),
    fc.record({ do: fc.constantFrom('remove' as const, 'update' as const), place: fc.nat() }),
  ),
  { maxLength: 300, size: 'max' },
);

/** The same deed on a plain array. */
function done(entries: readonly Entry[], deed: Deed, made: Entry): Entry[] {
  if (deed.do === 'insert') return entries.toSpliced(deed.place % (entries.length + 1), 0, made);
  if (entries.length === 0) return [...entries];
  const place = deed.place % entries.length;
  const held = entries[place] ?? made;
  return deed.do === 'remove' ? entries.toSpliced(place, 1) : entries.with(place, { ...held, words: 'said' });
}

function doneToList(list: ItemList, entries: readonly Entry[], deed: Deed, made: Entry): ItemList {
  if (deed.do === 'insert') {
    const place = deed.place % (entries.length + 1);
    return insertedAfter(list, entries[place - 1]?.item.id ?? null, made);
  }
  const id = entries[deed.place % Math.max(1, entries.length)]?.item.id ?? 'nobody';
  return deed.do === 'remove' ? removed(list, id) : updated(list, id, { words: 'said' });
}

describe('the items of a conversation', () => {
  it('are what a plain array would hold, whatever is done to them, and the list from before stays as it was', () => {
    fc.assert(
      fc.property(deeds, (all) => {
        let list = noItems;
        let entries: Entry[] = [];
        const kept: [ItemList, readonly Entry[]][] = [];
        for (const [index, deed] of all.entries()) {
          const made = entry(`item_${index}`, deed.do === 'insert' ? deed.callId : undefined);
          const [before, was] = [list, entries];
          list = doneToList(list, entries, deed, made);
          entries = done(entries, deed, made);
          kept.push([before, was]);
        }
        expect(entriesOf(list)).toEqual(entries);
        for (const [before, was] of kept.slice(-20)) expect(entriesOf(before)).toEqual(was);
        expect(list.count).toBe(entries.length);
        expect(list.bytes).toBe(entries.reduce((sum, each) => sum + entryBytes(each).bytes, 0));
        expect(lastId(list)).toBe(entries.at(-1)?.item.id ?? null);
        for (const [index, each] of entries.entries()) {
          const { id } = each.item;
          expect([entryOf(list, id), idBefore(list, id)]).toEqual([each, entries[index - 1]?.item.id ?? null]);
        }
        for (const callId of ['call_a', 'call_b']) {
          const isThere = entries.some(({ item }) => item.type === 'function_call' && item.call_id === callId);
          expect([hasCall(list, callId), isInUse(list, callId)]).toEqual([isThere, isThere]);
        }
        expect(JSON.parse(JSON.stringify(list))).toEqual(list);
      }),
      { numRuns: 100 },
    );
  });

  it('are found by any id, in any order of ids, after most of them are gone', () => {
    let list = noItems;
    const ids = Array.from({ length: 5000 }, (_, index) => `id_${(index * 7919) % 5000}`);
    for (const id of ids) list = insertedAfter(list, null, entry(id));
    for (const id of ids.slice(0, 4900)) list = removed(list, id);
    expect(entriesOf(list).map(({ item }) => item.id)).toEqual(ids.slice(4900).toReversed());
    for (const id of ids.slice(4900)) expect(entryOf(list, id)?.item.id).toBe(id);
    expect(entryOf(list, 'id_none')).toBeNull();
    for (const id of ids.slice(0, 4900)) list = insertedAfter(list, null, entry(id));
    // Freed places are used again, so that coming and going does not grow the list.
    expect(list.slots.length).toBe(5000);
  });

  it('copy few arrays for one change, however many they are', () => {
    const copied = (count: number): number => {
      let list = noItems;
      for (let index = 0; index < count; index += 1) list = insertedAfter(list, lastId(list), entry(`item_${index}`));
      const after = updated(list, `item_${count >> 1}`, { words: 'said' });
      return newObjects(list, after);
    };
    expect(copied(100_000)).toBeLessThan(copied(1000) + 10);
  });

  it('are the same but for one where nothing else was put, taken or changed', () => {
    let list = noItems;
    for (let index = 0; index < 100; index += 1) list = insertedAfter(list, lastId(list), entry(`item_${index}`));
    const other = insertedAfter(list, 'item_99', entry('new'));
    expect(sameBut('new', list, other)).toBe(true);
    expect(sameBut('item_7', list, updated(list, 'item_7', { words: 'x' }))).toBe(true);
    expect(sameBut('item_8', list, updated(list, 'item_7', { words: 'x' }))).toBe(false);
    expect(sameBut('new', list, removed(other, 'item_0'))).toBe(false);
  });

  it('that no longer fit are marked at once', () => {
    let list = noItems;
    for (let index = 0; index < 100; index += 1) list = insertedAfter(list, lastId(list), entry(`item_${index}`));
    const dropped = withDropped(list, new Set(entriesOf(list).slice(0, 40)));
    expect(entriesOf(dropped).map((each) => each.dropped)).toEqual(Array.from({ length: 100 }, (_, at) => at < 40));
  });
});

/** How many objects of a value are not shared with another. */
function newObjects(before: unknown, after: unknown): number {
  if (before === after || typeof after !== 'object' || after === null) return 0;
  const held = new Map(typeof before === 'object' && before !== null ? Object.entries(before) : []);
  return Object.entries(after).reduce((sum, [key, value]) => sum + newObjects(held.get(key), value), 1);
}
