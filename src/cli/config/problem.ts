import { type Document, isMap, isScalar } from 'yaml';
import type * as z from 'zod';
import { offsetOf } from './place.ts';

type Issue = z.core.$ZodIssue;

/** What is wrong, as the end of a line, and where in the text. */
export interface Problem {
  readonly offset: number;
  readonly message: string;
}

/** A document that was filled in from variables. What they brought is told to nobody: the file's own words stand for it. */
export interface FilledDocument {
  readonly document: Document;
  /** Its filled in values and keys, as they are written in the file. */
  readonly written: ReadonlyMap<unknown, string>;
}

/** What the schema found wrong in a document, each thing once. */
export function problemsOf({ issues }: z.ZodError, filled: FilledDocument): Problem[] {
  return issues.flatMap((issue) => settled(issue, filled.document)).flatMap((issue) => told(issue, filled));
}

/**
 * Of an entry that fits none of several engines, what is wrong with the one that it names; where it names none of them,
 * that the name is wrong.
 */
function settled(issue: Issue, document: Document): Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.find((branch) => branch.every(isWithin));
  if (meant !== undefined)
    return meant.flatMap((inner) => settled({ ...inner, path: [...issue.path, ...inner.path] }, document));
  return [isMap(document.getIn(issue.path, true)) ? { ...issue, path: [...issue.path, 'engine'] } : issue];
}

/** Whether this is wrong with an engine's settings, and not that it is another engine. */
function isWithin({ code, path }: Issue): boolean {
  return code === 'unrecognized_keys' || (path.length > 0 && path[0] !== 'engine');
}

function told(issue: Issue, filled: FilledDocument): Problem[] {
  const { document } = filled;
  const place = asWritten(issue.path, filled).join('.');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => ({
      offset: offsetOf(document, [...issue.path, name]),
      message: `unknown key "${asWritten([...issue.path, name], filled).at(-1)}"${place === '' ? '' : ` in ${place}`}; ${issue.message}`,
    }));
  }
  const message = `${place === '' ? 'the file' : place} ${issue.message}${found(issue, filled)}`;
  return [{ offset: offsetOf(document, issue.path), message }];
}

/** A path in the words of the file. */
function asWritten(path: readonly PropertyKey[], { document, written }: FilledDocument): string[] {
  return path.map((name, depth) => {
    const parent = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(name))
      : undefined;
    return written.get(pair?.key) ?? String(name);
  });
}

/** Keys whose values, and all within them, are shown to nobody. */
const secretKeys: ReadonlySet<PropertyKey> = new Set(['keys', 'admin_keys', 'api_key', 'authorization', 'headers']);

/** The value that was found, where it is short and no secret. */
function found({ path, message }: Issue, { document, written }: FilledDocument): string {
  const node = document.getIn(path, true);
  const value = written.get(node) ?? (isScalar(node) ? node.value : undefined);
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  // An address may carry a password before its @.
  const isSecret = path.some((name) => secretKeys.has(name)) || String(value).includes('@');
  return isPlain && !isSecret && /^(must|can)/.test(message) ? `, not ${JSON.stringify(value)}` : '';
}
