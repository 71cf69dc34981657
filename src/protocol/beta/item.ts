import { isJsonObject, type JsonObject } from '../json.ts';
import { eachObject } from './fields.ts';

const TO_GA: ReadonlyMap<unknown, string> = new Map([
  ['text', 'output_text'],
  ['audio', 'output_audio'],
]);
const TO_BETA: ReadonlyMap<unknown, string> = new Map([
  ['output_text', 'text'],
  ['output_audio', 'audio'],
]);

/** An item with the content parts of assistant messages renamed; all other items are the same in both shapes. */
export function itemFromBeta(item: JsonObject): JsonObject {
  return withPartTypes(item, TO_GA);
}

export function itemToBeta(item: JsonObject): JsonObject {
  return withPartTypes(item, TO_BETA);
}

/** An item as a server of the beta showed it: with its `object`, which readers of the beta require and GA leaves out. */
export function shownItemToBeta(item: JsonObject): JsonObject {
  return { object: 'realtime.item', ...itemToBeta(item) };
}

function withPartTypes(item: JsonObject, names: ReadonlyMap<unknown, string>): JsonObject {
  if (item['role'] !== 'assistant' || !Array.isArray(item['content'])) return item;
  const content = eachObject(item['content'], (part) => {
    const type = names.get(part['type']);
    return type === undefined ? part : { ...part, type };
  });
  return { ...item, content };
}

/**
 * The `input` of a response. A content part `item_reference` becomes an item of its own, which is where GA has it; the
 * parts before and after it become messages of their own, the first of which keeps the message's id.
 */
export function inputFromBeta(input: unknown): unknown {
  return Array.isArray(input) ? input.flatMap(splitAtReferences) : input;
}

function splitAtReferences(item: unknown): readonly unknown[] {
  if (!isJsonObject(item)) return [item];
  const { id: _id, ...message } = item;
  const { content } = item;
  if (!Array.isArray(content) || !content.some(isReference)) return [itemFromBeta(item)];
  const pieces = runs(content);
  // The first run of parts keeps the message's id; no two items can share it.
  const first = pieces.find((piece) => !isReference(piece));
  return pieces.map((piece) =>
    isReference(piece) ? piece : itemFromBeta({ ...(piece === first ? item : message), content: piece }),
  );
}

/** The references each by itself, and the parts between them in arrays. */
function runs(content: readonly unknown[]): readonly (JsonObject | readonly unknown[])[] {
  const found: (JsonObject | unknown[])[] = [];
  for (const part of content) {
    const last = found.at(-1);
    if (isReference(part)) found.push(part);
    else if (Array.isArray(last)) last.push(part);
    else found.push([part]);
  }
  return found;
}

function isReference(part: unknown): part is JsonObject {
  return isJsonObject(part) && part['type'] === 'item_reference';
}

/** The `input` of a response for the beta, which knew reference items too. */
export function inputToBeta(input: unknown): unknown {
  return eachObject(input, itemToBeta);
}
