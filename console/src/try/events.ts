import schema from '../../../dist/schema/realtime-client-event.json';
import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';
import { exampleClientEvents } from '../../../src/protocol/published/example-client-events.ts';
import { type Definitions, type Field, fieldOf } from './field.ts';

/** A client event that can be tried. */
export interface TriedEvent {
  readonly type: string;
  readonly about: string;
  readonly field: Field;
  readonly example: JsonObject;
}

const examples: Readonly<Record<string, unknown>> = exampleClientEvents;
const definitions: Definitions = schema.$defs;

/** Every event that a client may send, from the published JSON Schema. */
export const triedEvents: readonly TriedEvent[] = schema.oneOf.flatMap((choice) => {
  const field = fieldOf(choice, definitions);
  if (field.kind !== 'object') return [];
  const type = field.fields.find(({ name }) => name === 'type')?.field;
  if (type?.kind !== 'constant' || typeof type.value !== 'string') return [];
  const example = examples[type.value];
  return [{ type: type.value, about: field.about, field, example: isJsonObject(example) ? example : {} }];
});
