/**
 * Values by text, in which any one can be changed at the cost of a few short arrays, however many there are; the map from
 * before stays as it was. Plain data: a tree whose leaves hold keys in order. Nothing is hashed, so no choice of keys
 * makes it slow.
 */
export type SortedMap<V> = Leaf<V> | Branch<V>;

interface Leaf<V> {
  readonly keys: readonly string[];
  readonly values: readonly V[];
}

interface Branch<V> {
  /** No key of a node comes before its own here; the first is never looked at. */
  readonly lows: readonly string[];
  readonly nodes: readonly SortedMap<V>[];
}

/** How many keys or nodes one node holds at most. */
const most = 32;

export const emptyMap: SortedMap<never> = { keys: [], values: [] };

export function get<V>(map: SortedMap<V>, key: string): V | undefined {
  let node = map;
  while ('nodes' in node) {
    const child: SortedMap<V> | undefined = node.nodes[childFor(node.lows, key)];
    if (child === undefined) return undefined;
    node = child;
  }
  const index = upTo(node.keys, key) - 1;
  return node.keys[index] === key ? node.values[index] : undefined;
}

/** The map with this value under the key. */
export function withKey<V>(map: SortedMap<V>, key: string, value: V): SortedMap<V> {
  const [first, second] = put(map, key, value);
  return second === undefined ? first : { lows: ['', lowOf(second)], nodes: [first, second] };
}

/** The map without the key. */
export function withoutKey<V>(map: SortedMap<V>, key: string): SortedMap<V> {
  return removed(map, key) ?? emptyMap;
}

/** The node with the value in it, in two halves where it was full. */
function put<V>(node: SortedMap<V>, key: string, value: V): readonly [SortedMap<V>, SortedMap<V>?] {
  if ('keys' in node) {
    const index = upTo(node.keys, key);
    const isThere = node.keys[index - 1] === key;
    if (isThere) return [{ keys: node.keys, values: node.values.with(index - 1, value) }];
    return halves({ keys: node.keys.toSpliced(index, 0, key), values: node.values.toSpliced(index, 0, value) });
  }
  const index = childFor(node.lows, key);
  const child = node.nodes[index];
  if (child === undefined) return [node];
  const [first, second] = put(child, key, value);
  const nodes = node.nodes.with(index, first);
  if (second === undefined) return [{ lows: node.lows, nodes }];
  return halves({
    lows: node.lows.toSpliced(index + 1, 0, lowOf(second)),
    nodes: nodes.toSpliced(index + 1, 0, second),
  });
}

function halves<V>(node: SortedMap<V>): readonly [SortedMap<V>, SortedMap<V>?] {
  const half = most / 2;
  if ('keys' in node) {
    const { keys, values } = node;
    if (keys.length <= most) return [node];
    return [
      { keys: keys.slice(0, half), values: values.slice(0, half) },
      { keys: keys.slice(half), values: values.slice(half) },
    ];
  }
  const { lows, nodes } = node;
  if (nodes.length <= most) return [node];
  return [
    { lows: lows.slice(0, half), nodes: nodes.slice(0, half) },
    { lows: lows.slice(half), nodes: nodes.slice(half) },
  ];
}

/** The node without the key; null where nothing is left of it. */
function removed<V>(node: SortedMap<V>, key: string): SortedMap<V> | null {
  if ('keys' in node) {
    const index = upTo(node.keys, key) - 1;
    if (node.keys[index] !== key) return node;
    if (node.keys.length === 1) return null;
    return { keys: node.keys.toSpliced(index, 1), values: node.values.toSpliced(index, 1) };
  }
  const index = childFor(node.lows, key);
  const child = node.nodes[index];
  if (child === undefined) return node;
  const left = removed(child, key);
  if (left !== null) return { lows: node.lows, nodes: node.nodes.with(index, left) };
  const nodes = node.nodes.toSpliced(index, 1);
  // One node needs no branch above it, so that what was emptied costs nothing.
  return nodes.length === 1 ? (nodes[0] ?? null) : { lows: node.lows.toSpliced(index, 1), nodes };
}

function lowOf<V>(node: SortedMap<V>): string {
  return ('keys' in node ? node.keys[0] : node.lows[0]) ?? '';
}

/** The child that holds the key, or would. */
function childFor(lows: readonly string[], key: string): number {
  return Math.max(upTo(lows, key) - 1, 0);
}

/** How many of the texts, which are in order, come before this one or are it. */
function upTo(sorted: readonly string[], text: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') <= text) low = middle + 1;
    else high = middle;
  }
  return low;
}
