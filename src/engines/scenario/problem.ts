import * as z from 'zod';
import { scenarioSchema } from './schema.ts';

export type Path = readonly PropertyKey[];

/** One thing that is wrong with a scenario. */
export interface Problem {
  /** What it concerns: a key or a list entry, from the top of the file down. */
  readonly path: Path;
  /** In one line, for the person who wrote the file. */
  readonly text: string;
}

/** What the check found, in our words. `data` is what was checked. */
export function problemsOf(error: z.ZodError, data: unknown): readonly Problem[] {
  return error.issues.flatMap((issue) => problems(issue, issue.path, data));
}

function problems(issue: z.core.$ZodIssue, path: Path, data: unknown): readonly Problem[] {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path));
    case 'invalid_union':
      return branchProblems(issue, path, data);
    case 'invalid_type':
      return [wrongType(issue.expected, path, data)];
    case 'invalid_value':
      return [{ path, text: `${nameOf(path)} must be one of ${issue.values.join(', ')}` }];
    case 'too_small':
      return [{ path, text: `${nameOf(path)} ${tooSmall(issue)}` }];
    case 'too_big':
      return [{ path, text: `${nameOf(path)} must be at most ${issue.maximum}` }];
    default:
      return [{ path, text: `${nameOf(path)} ${issue.message}` }];
  }
}

function unknownKey(key: string, path: Path): Problem {
  const where = path.length === 0 ? '' : ` in ${nameOf(path)}`;
  const known = knownKeys(scenarioSchema, path).join(', ');
  return { path: [...path, key], text: `unknown key "${key}"${where}; known keys: ${known}` };
}

/** The one union of the format is of text and a mapping, so what is wrong with a mapping is what is wrong. */
function branchProblems(issue: z.core.$ZodIssueInvalidUnion, path: Path, data: unknown): readonly Problem[] {
  const inner = issue.errors.at(-1) ?? [];
  if (inner.some((each) => each.code === 'invalid_type' && each.path.length === 0)) {
    return [{ path, text: `${nameOf(path)} must be text or a mapping` }];
  }
  return inner.flatMap((each) => problems(each, [...path, ...each.path], data));
}

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

function wrongType(expected: string, path: Path, data: unknown): Problem {
  const value = valueAt(data, path);
  if (value === undefined && path.length > 0) {
    const parent = path.slice(0, -1);
    return { path: parent, text: `${nameOf(parent)} needs ${nameOf(path.slice(-1))}` };
  }
  const hint =
    expected === 'string' && (typeof value === 'number' || typeof value === 'boolean') ? '; put it in quotes' : '';
  return { path, text: `${nameOf(path)} must be ${typeNames[expected] ?? expected}${hint}` };
}

function tooSmall(issue: z.core.$ZodIssueTooSmall): string {
  return issue.origin === 'number' || issue.origin === 'int'
    ? `must be at least ${issue.minimum}`
    : 'must not be empty';
}

/** A path as people write it: `replies[1].pace.delta_ms`. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the scenario';
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
  }, '');
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? Reflect.get(value, key) : undefined), data);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The keys that the schema knows at a path. */
function knownKeys(schema: unknown, path: Path): readonly string[] {
  if (schema instanceof z.ZodOptional) return knownKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodUnion) return knownKeys(schema.options.at(-1), path);
  const [key, ...rest] = path;
  if (schema instanceof z.ZodArray) return knownKeys(schema.element, rest);
  if (!(schema instanceof z.ZodObject)) return [];
  return key === undefined ? Object.keys(schema.shape) : knownKeys(Reflect.get(schema.shape, key), rest);
}
