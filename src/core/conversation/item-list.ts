import { emptyMap, get, type SortedMap, withKey, withoutKey } from '../persistent/sorted-map.ts';
import { at, differences, emptyVector, mapped, type Vector, withAt } from '../persistent/vector.ts';
import type { Entry } from './entry.ts';
import { entryBytes } from './item-size.ts';

/**
 * The items of a conversation, in order. Every operation on one of them costs the same however many there are, but for
 * those that name all. Plain data: what must change is copied, the rest shared with the list from before.
 */
export interface ItemList {
  readonly count: number;
  /** What the items hold without their sound, and their sound, in bytes. */
  readonly bytes: number;
  readonly soundBytes: number;
  /** Entries with their neighbours; freed slots are used again. */
  readonly slots: Vector<Slot>;
  /** The slot to use next, and in its `after` the one after that. */
  readonly free: number;
  readonly first: number;
  readonly last: number;
  /** Slots by the id of the item. */
  readonly ids: SortedMap<number>;
  /** How many items bear a `call_id`, and how many of them are function calls. */
  readonly callIds: SortedMap<Bearers>;
}

interface Slot {
  /** Null where the slot is free. */
  readonly entry: Entry | null;
  readonly before: number;
  readonly after: number;
}

interface Bearers {
  readonly all: number;
  readonly calls: number;
}

/** Stands for no slot: before the first item, and after the last. */
const none = -1;

export const noItems: ItemList = {
  count: 0,
  bytes: 0,
  soundBytes: 0,
  slots: emptyVector,
  free: none,
  first: none,
  last: none,
  ids: emptyMap,
  callIds: emptyMap,
};

/** All entries, in order. */
export function entriesOf(list: ItemList): Entry[] {
  const entries: Entry[] = [];
  for (let slot = list.first; slot !== none; ) {
    const held = at(list.slots, slot);
    if (held?.entry) entries.push(held.entry);
    slot = held?.after ?? none;
  }
  return entries;
}

export function entryOf(list: ItemList, itemId: string): Entry | null {
  return slotOf(list, itemId)?.entry ?? null;
}

/** The id of the item before this one; null for the first, and where there is no such item. */
export function idBefore(list: ItemList, itemId: string): string | null {
  const before = slotOf(list, itemId)?.before ?? none;
  return at(list.slots, before)?.entry?.item.id ?? null;
}

/** The id of the last item; null where there is none. */
export function lastId(list: ItemList): string | null {
  return at(list.slots, list.last)?.entry?.item.id ?? null;
}

/** Whether an item calls a function under this `call_id`. */
export function hasCall(list: ItemList, callId: string): boolean {
  return (get(list.callIds, callId)?.calls ?? 0) > 0;
}

/** Whether an item has this id, or bears it as its `call_id`. */
export function isInUse(list: ItemList, id: string): boolean {
  return get(list.ids, id) !== undefined || get(list.callIds, id) !== undefined;
}

/** The list with an entry after the item of this id, which must be there; null: before all others. */
export function insertedAfter(list: ItemList, previousId: string | null, entry: Entry): ItemList {
  const before = previousId === null ? none : (get(list.ids, previousId) ?? none);
  const after = before === none ? list.first : (at(list.slots, before)?.after ?? none);
  const freed = at(list.slots, list.free);
  const slot = freed === undefined ? list.slots.length : list.free;
  const slots = withAt(list.slots, slot, { entry, before, after });
  const { bytes, soundBytes } = entryBytes(entry);
  return {
    ...list,
    count: list.count + 1,
    bytes: list.bytes + bytes,
    soundBytes: list.soundBytes + soundBytes,
    slots: linked(slots, before, slot, after),
    free: freed?.after ?? none,
    first: before === none ? slot : list.first,
    last: after === none ? slot : list.last,
    ids: withKey(list.ids, entry.item.id, slot),
    callIds: counted(list.callIds, entry, 1),
  };
}

export function removed(list: ItemList, itemId: string): ItemList {
  const slot = get(list.ids, itemId);
  const held = slot === undefined ? undefined : at(list.slots, slot);
  if (slot === undefined || !held?.entry) return list;
  const { entry, before, after } = held;
  const { bytes, soundBytes } = entryBytes(entry);
  const slots = withAt(list.slots, slot, { entry: null, before: none, after: list.free });
  return {
    count: list.count - 1,
    bytes: list.bytes - bytes,
    soundBytes: list.soundBytes - soundBytes,
    slots: joined(slots, before, after),
    free: slot,
    first: list.first === slot ? after : list.first,
    last: list.last === slot ? before : list.last,
    ids: withoutKey(list.ids, itemId),
    callIds: counted(list.callIds, entry, -1),
  };
}

/** The list with parts of an entry replaced; its id stays. */
export function updated(list: ItemList, itemId: string, change: Partial<Entry>): ItemList {
  const slot = get(list.ids, itemId);
  const held = slot === undefined ? undefined : at(list.slots, slot);
  if (slot === undefined || !held?.entry) return list;
  const entry = { ...held.entry, ...change };
  const [was, is] = [entryBytes(held.entry), entryBytes(entry)];
  return {
    ...list,
    bytes: list.bytes + is.bytes - was.bytes,
    soundBytes: list.soundBytes + is.soundBytes - was.soundBytes,
    slots: withAt(list.slots, slot, { ...held, entry }),
    callIds: counted(counted(list.callIds, held.entry, -1), entry, 1),
  };
}

/** The list in which these entries no longer fit the model's context. */
export function withDropped(list: ItemList, dropped: ReadonlySet<Entry>): ItemList {
  const slots = mapped(list.slots, (slot) =>
    slot.entry !== null && dropped.has(slot.entry) ? { ...slot, entry: { ...slot.entry, dropped: true } } : slot,
  );
  return { ...list, slots };
}

/** Whether two lists hold the same entries, but for the item of this id: found without looking at what they share. */
export function sameBut(itemId: string, one: ItemList, other: ItemList): boolean {
  if (one === other) return true;
  return differences(one.slots, other.slots).every((slot) => {
    const [held, left] = [at(one.slots, slot)?.entry ?? null, at(other.slots, slot)?.entry ?? null];
    return held === left || [held, left].every((entry) => entry === null || entry.item.id === itemId);
  });
}

function slotOf(list: ItemList, itemId: string): Slot | undefined {
  const slot = get(list.ids, itemId);
  return slot === undefined ? undefined : at(list.slots, slot);
}

/** Tells the neighbours of a slot of it. */
function linked(slots: Vector<Slot>, before: number, slot: number, after: number): Vector<Slot> {
  return withNeighbour(withNeighbour(slots, before, { after: slot }), after, { before: slot });
}

/** Tells two slots of each other. */
function joined(slots: Vector<Slot>, before: number, after: number): Vector<Slot> {
  return withNeighbour(withNeighbour(slots, before, { after }), after, { before });
}

function withNeighbour(slots: Vector<Slot>, slot: number, change: Partial<Slot>): Vector<Slot> {
  const held = slot === none ? undefined : at(slots, slot);
  return held === undefined ? slots : withAt(slots, slot, { ...held, ...change });
}

function counted(callIds: SortedMap<Bearers>, { item }: Entry, by: 1 | -1): SortedMap<Bearers> {
  if (!('call_id' in item) || item.call_id === undefined) return callIds;
  const { all, calls } = get(callIds, item.call_id) ?? { all: 0, calls: 0 };
  if (all + by === 0) return withoutKey(callIds, item.call_id);
  return withKey(callIds, item.call_id, { all: all + by, calls: calls + (item.type === 'function_call' ? by : 0) });
}
