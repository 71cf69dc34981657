import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ModuleEntry } from '../config/engine-entry.ts';
import { oneLine } from '../one-line.ts';
import type { Place } from './place.ts';

/** What a module must give to be used in some place of a pipeline. */
export interface Kind<T> {
  readonly name: string;
  /** What its default export must return: "an object with the method transcribe". */
  readonly needs: string;
  is(value: unknown): value is T;
}

/**
 * The engine that a module of the user's makes: its default export, called with every key of the entry but `engine`. A
 * file that has changed since it was loaded is loaded anew.
 *
 * @throws {SetupError} naming file, line and key, where there is no such module or it makes something else.
 */
export async function loadModule<T>({ engine, ...rest }: ModuleEntry, kind: Kind<T>, place: Place): Promise<T> {
  const make = await defaultExport(engine, place.at('engine'));
  const made = await attempt(
    () => make(rest),
    (why) => place.problem(`${engine} failed: ${why}`),
  );
  if (kind.is(made)) return made;
  const message = `${engine} makes no ${kind.name}; its default export must return ${kind.needs}`;
  throw place.at('engine').problem(message);
}

type Make = (options: Readonly<Record<string, unknown>>) => unknown;

async function defaultExport(engine: string, place: Place): Promise<Make> {
  const path = resolve(place.folder, engine);
  const { mtimeMs } = await attempt(
    () => stat(path),
    () => place.problem(`there is no file ${engine}`),
  );
  const url = `${pathToFileURL(path)}?changed=${Math.trunc(mtimeMs)}`;
  const module: unknown = await attempt(
    () => import(url),
    (why) => place.problem(`${engine} can't be loaded: ${why}`),
  );
  const made = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (isFunction(made)) return made;
  throw place.problem(`${engine} has no default export that is a function`);
}

async function attempt<T>(act: () => T | Promise<T>, problem: (why: string, cause: unknown) => Error): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw problem(oneLine(cause), cause);
  }
}

function isFunction(value: unknown): value is Make {
  return typeof value === 'function';
}

/** Whether a value is an object with all these methods. */
export function hasMethods(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === 'object' && value !== null && names.every((name) => isFunction(Reflect.get(value, name)));
}
