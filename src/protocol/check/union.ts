import { isJsonObject } from '../json.ts';
import type { Check, Sender } from './check.ts';
import type { NullFields } from './nulls.ts';
import { listed, missing, type Problem, unsupported, within, wrongType } from './problem.ts';
import { definitionOf, isOptional, literalsOf, rulesOf, type Schema } from './schema.ts';

type Compile = (schema: Schema) => Check;

interface Means {
  readonly compile: Compile;
  readonly sender: Sender;
}

/** The keys that tell the options of a union apart, in the order in which they are looked at. */
const tags = ['type', 'role'];

/**
 * Chooses the option before checking it, so that a problem names one field and not every option: first by JSON type,
 * then, among objects, by tag. Takes at most one option for each JSON type but object.
 */
export function unionCheck(options: readonly Schema[], compile: Compile, sender: Sender): Check {
  const byType = new Map<string, Schema[]>();
  for (const option of flatten(options)) {
    const type = jsonType(option);
    byType.set(type, [...(byType.get(type) ?? []), option]);
  }
  const checks = new Map(Array.from(byType, ([type, some]) => [type, tagged(some, { compile, sender }, tags)]));
  const expected = Array.from(byType.values()).flatMap((some) => some.slice(0, 1).map(expectedName));
  return (value, nulls) => {
    const check = checks.get(Array.isArray(value) ? 'array' : typeof value);
    return check === undefined || value === null ? wrongType(expected, value) : check(value, nulls);
  };
}

/** Objects that differ by the first of the tags that tells them apart. One whose tag is optional is taken where it is missing. */
function tagged(options: readonly Schema[], means: Means, [tag, ...others]: readonly string[]): Check {
  const { compile, sender } = means;
  const [only] = options;
  if (only !== undefined && options.length === 1) return compile(only);
  if (tag === undefined) throw new TypeError('The wire has no check for a union whose options nothing tells apart.');
  const groups = new Map<string, Schema[]>();
  for (const option of options) {
    for (const value of tagValues(option, tag)) groups.set(value, [...(groups.get(value) ?? []), option]);
  }
  const branches = new Map(Array.from(groups, ([value, some]) => [value, tagged(some, means, others)]));
  const untagged = options.filter((option) => isOptional(tagField(option, tag))).map(compile);
  const supported = listed(groups.keys());
  return (value, nulls) => {
    if (!isJsonObject(value)) return wrongType(['an object'], value);
    const name = value[tag];
    if (untagged.length > 0 && isAbsent(name, sender)) return firstProblem(untagged, value, nulls);
    if (name === undefined) return missing(tag);
    if (typeof name !== 'string') return within(tag, wrongType(['a string'], name));
    const branch = branches.get(name);
    return branch === undefined ? within(tag, unsupported(name, supported)) : branch(value, nulls);
  };
}

/** What the first option says, unless any of them has nothing to say; then it is that option's nulls that count. */
function firstProblem(checks: readonly Check[], value: unknown, nulls: NullFields): Problem | null {
  let first: Problem | null = null;
  for (const check of checks) {
    const found: NullFields = [];
    const problem = check(value, found);
    if (problem === null) {
      nulls.push(...found);
      return null;
    }
    first ??= problem;
  }
  return first;
}

/** Tags that may be left out have no null of their own. */
function isAbsent(tag: unknown, sender: Sender): boolean {
  return tag === undefined || (tag === null && sender === 'client');
}

function flatten(options: readonly Schema[]): Schema[] {
  return options.flatMap((option) => {
    const def = definitionOf(option);
    return def.type === 'union' ? flatten(def.options) : [option];
  });
}

/** The `typeof` of the values of a schema, or `array`. */
function jsonType(schema: Schema): string {
  const literals = literalsOf(schema);
  if (literals !== undefined) return typeof [...literals][0];
  const { type } = definitionOf(schema);
  return type === 'record' ? 'object' : type;
}

/** What a value ought to be, in words. */
function expectedName(schema: Schema): string {
  const type = jsonType(schema);
  if (type === 'number' && rulesOf(schema).integer) return 'an integer';
  return `${/^[ao]/.test(type) ? 'an' : 'a'} ${type}`;
}

function tagField(option: Schema, tag: string): Schema {
  const def = definitionOf(option);
  const field = def.type === 'object' ? def.shape[tag] : undefined;
  if (field !== undefined) return field;
  throw new TypeError(`The wire has no check for a union of objects without '${tag}'.`);
}

function tagValues(option: Schema, tag: string): string[] {
  return Array.from(literalsOf(tagField(option, tag)) ?? [], String);
}
