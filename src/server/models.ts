import type { Model } from '../engines/contract.ts';
import type { Relay } from './relay/options.ts';

/** Stands for every name that the table does not list. */
export const anyName = '*';

/** The models that a server offers, by the name a client asks for. */
export interface ModelTable {
  /** The names that are listed, in the order of configuration; without `*`. */
  readonly names: readonly string[];
  /** Whether names that are not listed are served too. */
  readonly takesAnyName: boolean;
  find(name: string): Model | Relay | null;
  /** The model that hears for sessions that name none (`intent=transcription`): the one under `*`, else the first. */
  readonly listener: Model | Relay | null;
}

/** The name of the model that answers where a client secret or a call names none. */
export function defaultModelName({ names }: ModelTable): string {
  return names[0] ?? 'gpt-realtime';
}

/** The same table as far as a key may ask for it: `allowed` lists names; where it is absent, all are. */
export function openTo(table: ModelTable, allowed: readonly string[] | undefined): ModelTable {
  if (allowed === undefined) return table;
  const find = (name: string): Model | Relay | null => (allowed.includes(name) ? table.find(name) : null);
  const names = table.names.filter((name) => allowed.includes(name));
  const listener = allowed.map(find).find((model) => model !== null) ?? null;
  return { names, takesAnyName: false, find, listener };
}

export function modelTable(models: Readonly<Record<string, Model | Relay>>): ModelTable {
  const byName = new Map(Object.entries(models));
  const anyModel = byName.get(anyName) ?? null;
  byName.delete(anyName);
  const [first] = byName.values();
  return {
    names: [...byName.keys()],
    takesAnyName: anyModel !== null,
    find: (name) => byName.get(name) ?? anyModel,
    listener: anyModel ?? first ?? null,
  };
}
