import { type Document, isMap, isScalar, type Node } from 'yaml';

/** Where in the text a key stands, or else the nearest one above it: a missing key is blamed on its section. */
export function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  for (let length = path.length; length > 0; length--) {
    const offset = offsetOfPath(document, path.slice(0, length));
    if (offset !== null) return offset;
  }
  return document.contents === null ? 0 : startOf(document.contents);
}

/** The key's own place where there is one: a value may begin on a later line. */
function offsetOfPath(document: Document, path: readonly PropertyKey[]): number | null {
  const parent = document.getIn(path.slice(0, -1), true) ?? document.contents;
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last));
    return isScalar(pair?.key) ? startOf(pair.key) : null;
  }
  const node = document.getIn(path, true);
  return isScalar(node) || isMap(node) ? startOf(node) : null;
}

export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}
