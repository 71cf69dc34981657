import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { declaredBy, type Statement, statementsOf } from './statements.ts';

/** Where something is declared: `FILE#NAME`, the file relative to the built package. */
export type Place = `${string}#${string}`;

/** One declaration file: what it declares, and what its names stand for. */
interface Module {
  readonly declared: ReadonlyMap<string, readonly Statement[]>;
  /** What it imports, by the local name. */
  readonly imported: ReadonlyMap<string, Place>;
  /** What it exports by name: the name outside and, of another file or of itself, what it stands for. */
  readonly exported: ReadonlyMap<string, Place>;
  /** Files all of whose exports are its own as well. */
  readonly whole: readonly string[];
}

/** The declaration files of the built package, each read once. */
export class Modules {
  readonly #folder: string;
  readonly #read = new Map<string, Module>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Every export of a file, with the place of its declaration, in the order of the file. */
  exportsOf(file: string): ReadonlyMap<string, Place> {
    const { exported, whole } = this.#module(file);
    const own = [...exported].map(([name, place]): [string, Place] => [name, this.resolve(place)]);
    return new Map([...whole.flatMap((other) => [...this.exportsOf(other)]), ...own]);
  }

  /** The statements that declare what stands at a place: several where a function has overloads. */
  declarationsAt(place: Place): readonly Statement[] {
    const [file = '', name = ''] = place.split('#');
    return this.#module(file).declared.get(name) ?? [];
  }

  /** What a name means inside a file; null for names that it does not know, such as those of the platform. */
  meaningOf(file: string, name: string): Place | null {
    const { declared, imported } = this.#module(file);
    if (declared.has(name)) return `${file}#${name}`;
    const place = imported.get(name);
    return place === undefined ? null : this.resolve(place);
  }

  /** Follows re-exports to the declaration. */
  resolve(place: Place): Place {
    const [file = '', name = ''] = place.split('#');
    if (!file.endsWith('.d.ts')) return place;
    const { declared, exported, imported, whole } = this.#module(file);
    if (declared.has(name)) return place;
    const next = exported.get(name) ?? imported.get(name);
    if (next !== undefined && next !== place) return this.resolve(next);
    if (next !== undefined) return this.resolve(imported.get(name) ?? place);
    for (const other of whole) {
      const found = this.exportsOf(other).get(name);
      if (found !== undefined) return found;
    }
    throw new Error(`${file} has no ${name}`);
  }

  #module(file: string): Module {
    const known = this.#read.get(file);
    if (known !== undefined) return known;
    const read = moduleOf(file, readFileSync(join(this.#folder, file), 'utf8'));
    this.#read.set(file, read);
    return read;
  }
}

function moduleOf(file: string, text: string): Module {
  const declared = new Map<string, Statement[]>();
  const imported = new Map<string, Place>();
  const exported = new Map<string, Place>();
  const whole: string[] = [];
  const fileOf = (specifier: string): string =>
    specifier.startsWith('.') ? join(dirname(file), specifier).replace(/\.ts$/, '.d.ts') : specifier;
  for (const statement of statementsOf(text)) {
    const name = declaredBy(statement);
    const [, list, from] = /^(?:import|export) (?:type )?\{([^}]*)\}(?: from '([^']+)')?;/.exec(statement.text) ?? [];
    const [, all] = /^export \* from '([^']+)';/.exec(statement.text) ?? [];
    if (name !== null) {
      declared.set(name, [...(declared.get(name) ?? []), statement]);
      if (statement.text.startsWith('export ')) exported.set(name, `${file}#${name}`);
    } else if (all !== undefined) whole.push(fileOf(all));
    else if (list !== undefined) {
      const target = statement.text.startsWith('import') ? imported : exported;
      for (const { inside, outside } of namesIn(list)) {
        const [local, foreign] = target === imported ? [outside, inside] : [outside, inside];
        target.set(local, `${from === undefined ? file : fileOf(from)}#${foreign}`);
      }
    }
  }
  return { declared, imported, exported, whole };
}

/** The names of a list in braces: `type a as b` is `a` inside the other file and `b` here. */
function namesIn(list: string): { readonly inside: string; readonly outside: string }[] {
  const entries = list.split(',').map((entry) => entry.trim().replace(/^type /, ''));
  return entries
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [inside = '', outside = inside] = entry.split(' as ');
      return { inside, outside };
    });
}
