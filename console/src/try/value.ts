import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';
import type { Field, NamedField } from './field.ts';

/** The names that lead to a value. */
export type Path = readonly string[];

/** What stands at a path; undefined where nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const name of path) found = isJsonObject(found) ? found[name] : undefined;
  return found;
}

/** The same with another value at a path. Undefined takes it away, and objects that are empty then with it. */
export function withValue(value: JsonObject, path: Path, next: unknown): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return isJsonObject(next) ? next : value;
  const held = value[name];
  const changed = rest.length === 0 ? next : withValue(isJsonObject(held) ? held : {}, rest, next);
  if (changed === undefined || (rest.length > 0 && isJsonObject(changed) && Object.keys(changed).length === 0)) {
    const { [name]: _gone, ...others } = value;
    return others;
  }
  return { ...value, [name]: changed };
}

/** What was typed into a field, as a value. What is no number stays a text: the server says what it thinks of it. */
export function typed(kind: Field['kind'], text: string): unknown {
  if (text === '') return undefined;
  if (kind === 'number') return Number.isNaN(Number(text)) ? text : Number(text);
  return kind === 'boolean' ? text === 'true' : text;
}

/** The fields that an object has, by its tag where there are several kinds of it. */
export function fieldsIn(field: Field, value: unknown): readonly NamedField[] {
  if (field.kind === 'object') return field.fields;
  if (field.kind !== 'variants') return [];
  const tag = isJsonObject(value) ? value[field.tag] : undefined;
  return field.variants.find((variant) => variant.value === tag)?.fields ?? [];
}

/** The path of the field beside which an error stands: the one that `param` names, or the nearest around it. */
export function errorPath(field: Field, value: unknown, param: string): string {
  const wanted = param.split(/[.[\]]+/).filter((name) => name !== '');
  const path: string[] = [];
  let here = field;
  let held = value;
  for (const name of wanted) {
    const next = fieldsIn(here, held).find((each) => each.name === name)?.field;
    if (next === undefined) break;
    path.push(name);
    here = next;
    held = valueAt(held, [name]);
  }
  return path.join('.');
}

/** Puts in what is always the same, wherever something is given. */
export function completed(field: Field, value: unknown, isRequired = true): unknown {
  if (field.kind === 'constant') return isRequired ? field.value : value;
  if (field.kind !== 'object' && field.kind !== 'variants') return value;
  if (!isJsonObject(value) && !isRequired) return value;
  const held = isJsonObject(value) ? value : {};
  const fields = fieldsIn(field, held);
  if (fields.length === 0) return value;
  const filled = fields.map(
    ({ name, isRequired: needed, field: inner }) => [name, completed(inner, held[name], needed)] as const,
  );
  return { ...held, ...Object.fromEntries(filled.filter(([, inner]) => inner !== undefined)) };
}
