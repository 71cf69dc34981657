import {
  definitionOf,
  isOptional,
  literalsOf,
  maxPairsOf,
  rulesOf,
  type Schema,
} from '../../src/protocol/check/schema.ts';

/**
 * Values that a schema allows: for an object one with every key, one with the required keys only, and one for every other
 * value that a key may have. So each branch of each union and each bound is met, at any depth.
 */
export function samplesOf(schema: Schema): readonly unknown[] {
  const definition = definitionOf(schema);
  const literals = literalsOf(schema);
  if (literals !== undefined) return [...literals];
  switch (definition.type) {
    case 'string':
      return texts(schema);
    case 'number':
      return numbers(schema);
    case 'boolean':
      return [true, false];
    case 'unknown':
      return [{ free: ['JSON', 1, null] }, 'text', null];
    case 'optional':
      return samplesOf(definition.innerType);
    case 'nullable':
      return [...samplesOf(definition.innerType), null];
    case 'union':
      return definition.options.flatMap(samplesOf);
    case 'array':
      return lists(samplesOf(definition.element), rulesOf(schema));
    case 'record':
      return maps(samplesOf(definition.keyType), samplesOf(definition.valueType), maxPairsOf(schema));
    case 'object':
      return objects(definition.shape);
    default:
      throw new TypeError(`There are no samples of '${definition.type}'.`);
  }
}

function texts(schema: Schema): string[] {
  const { max, pattern } = rulesOf(schema);
  if (pattern !== undefined) return [`tunnel_${'a1'.repeat(16)}`].filter((text) => pattern.test(text));
  return max === undefined ? ['text', ''] : ['text', '', 'x'.repeat(max), '😀'.repeat(max)];
}

function numbers(schema: Schema): number[] {
  const { min = -1000, max = 1000, integer = false } = rulesOf(schema);
  return [min, max, ...(integer ? [Math.max(min, 1)] : [(min + max) / 2])];
}

function lists(members: readonly unknown[], { min = 0, max = Infinity }: { min?: number; max?: number }): unknown[][] {
  const one = members.map((member) => [member]);
  return [...one, [], members.slice(0, 3)].filter((list) => list.length >= min && list.length <= max);
}

/** None, one of each kind, and, where their number is bounded, as many as may be. */
function maps(keys: readonly unknown[], values: readonly unknown[], maxPairs = 0): Record<string, unknown>[] {
  const [value] = values;
  const full = Array.from({ length: maxPairs }, (_, at) => [`key${at}`, value]);
  return [
    {},
    ...values.map((each) => ({ key: each })),
    Object.fromEntries(keys.map((key) => [String(key), value])),
    Object.fromEntries(full),
  ];
}

function objects(shape: Readonly<Record<string, Schema>>): Record<string, unknown>[] {
  const fields = Object.entries(shape).map(([key, schema]) => ({
    key,
    values: samplesOf(schema),
    isOptional: isOptional(schema),
  }));
  const full = Object.fromEntries(fields.map(({ key, values: [first] }) => [key, first]));
  const bare = Object.fromEntries(fields.filter((field) => !field.isOptional).map(({ key }) => [key, full[key]]));
  const others = fields.flatMap(({ key, values }) =>
    values.slice(1).map((value) => Object.assign({ ...full }, { [key]: value })),
  );
  return [full, bare, ...others];
}
