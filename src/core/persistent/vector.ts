/**
 * A list in which any place can be changed at the cost of a few short arrays, however long it is; the list from before
 * stays as it was. Plain data: a tree whose lowest nodes hold the values.
 */
export interface Vector<T> {
  readonly length: number;
  /** Levels of nodes. */
  readonly height: number;
  readonly root: Node<T>;
}

type Node<T> = Values<T> | Nodes<T>;

interface Values<T> {
  readonly values: readonly T[];
}

interface Nodes<T> {
  readonly nodes: readonly Node<T>[];
}

/** How many children a node has at most, as a power of two. */
const widthBits = 5;
const width = 1 << widthBits;
const nothing: Values<never> = { values: [] };

export const emptyVector: Vector<never> = { length: 0, height: 1, root: nothing };

/** The value at a place; undefined where there is none. */
export function at<T>({ length, height, root }: Vector<T>, place: number): T | undefined {
  if (place < 0 || place >= length) return undefined;
  let node = root;
  for (let level = height - 1; 'nodes' in node; level -= 1) node = node.nodes[childOf(place, level)] ?? nothing;
  return node.values[childOf(place, 0)];
}

/** The vector with another value at a place from 0 to `length`; the last makes it one longer. */
export function withAt<T>(vector: Vector<T>, place: number, value: T): Vector<T> {
  const { length, height, root } = vector;
  if (place >= width ** height) return withAt({ length, height: height + 1, root: { nodes: [root] } }, place, value);
  return { length: Math.max(length, place + 1), height, root: replaced(root, height - 1, place, value) };
}

/** The vector with every value changed; what `change` gives back as it was is shared. */
export function mapped<T>(vector: Vector<T>, change: (value: T) => T): Vector<T> {
  return { ...vector, root: mappedNode(vector.root, change) };
}

/** The places at which two vectors differ, found without looking at what they share. */
export function differences<T>(one: Vector<T>, other: Vector<T>): number[] {
  const height = Math.max(one.height, other.height);
  const places: number[] = [];
  compare(raised(one, height), raised(other, height), { level: height - 1, first: 0, places });
  return places;
}

interface Comparison {
  readonly level: number;
  /** The place of the first value below the nodes. */
  readonly first: number;
  readonly places: number[];
}

function compare<T>(one: Node<T>, other: Node<T>, { level, first, places }: Comparison): void {
  if (one === other) return;
  for (let index = 0; index < width; index += 1) {
    const place = first + index * width ** level;
    if (level > 0) compare(nodeAt(one, index), nodeAt(other, index), { level: level - 1, first: place, places });
    else if (valueAt(one, index) !== valueAt(other, index)) places.push(place);
  }
}

function raised<T>({ root, height }: Vector<T>, wanted: number): Node<T> {
  let node = root;
  for (let level = height; level < wanted; level += 1) node = { nodes: [node] };
  return node;
}

function replaced<T>(node: Node<T>, level: number, place: number, value: T): Node<T> {
  const index = childOf(place, level);
  if (level === 0) return { values: put('values' in node ? node.values : [], index, value) };
  return {
    nodes: put('nodes' in node ? node.nodes : [], index, replaced(nodeAt(node, index), level - 1, place, value)),
  };
}

function put<T>(list: readonly T[], index: number, value: T): readonly T[] {
  return index < list.length ? list.with(index, value) : [...list, value];
}

function mappedNode<T>(node: Node<T>, change: (value: T) => T): Node<T> {
  if ('values' in node) {
    const values = node.values.map(change);
    return values.every((value, index) => value === node.values[index]) ? node : { values };
  }
  const nodes = node.nodes.map((each) => mappedNode(each, change));
  return nodes.every((each, index) => each === node.nodes[index]) ? node : { nodes };
}

function childOf(place: number, level: number): number {
  return (place >>> (level * widthBits)) & (width - 1);
}

function nodeAt<T>(node: Node<T>, index: number): Node<T> {
  return ('nodes' in node ? node.nodes[index] : undefined) ?? nothing;
}

function valueAt<T>(node: Node<T>, index: number): T | undefined {
  return 'values' in node ? node.values[index] : undefined;
}
