/** A function that makes an error, or a refusal. */
type Maker = (...given: never) => unknown;

/**
 * What whoever meets an error should do, and what to give to its maker, once for each form that it has. A table of errors
 * without advice for one of its entries, or with advice for one that is gone, does not compile.
 */
export type AdviceOn<Table extends Readonly<Record<string, Maker>>> = {
  readonly [Name in keyof Table]: readonly [todo: string, ...forms: Parameters<Table[Name]>[]];
};

/** An error with its advice. */
export interface Advised<Made> {
  readonly name: string;
  readonly made: Made;
  readonly todo: string;
}

/** Numbers that stand for themselves in no message. */
const firstHole = 90_070_001;
const holes: string[] = [];

/** A number to give to a maker, which shows as its name in the message: `{ms}`. */
export function hole(name: string): number {
  if (!holes.includes(name)) holes.push(name);
  return firstHole + holes.indexOf(name);
}

/** The text with names where it has numbers of `hole`. */
export function withNames(text: string): string {
  return holes.reduce((rest, name, index) => {
    const digits = String(firstHole + index);
    return rest.replaceAll(`${digits}.00`, `{${name}}`).replaceAll(digits, `{${name}}`);
  }, text);
}

/** Every error of a table, in each of its forms, with its advice. */
export function advised<Made, Table extends Readonly<Record<string, (...given: never) => Made>>>(
  table: Table,
  advice: AdviceOn<Table>,
): readonly Advised<Made>[] {
  return Object.entries(table).flatMap(([name, make]) => {
    const [todo, ...forms] = advice[name] ?? [''];
    return forms.map((given): Advised<Made> => ({ name, made: Reflect.apply(make, null, given), todo }));
  });
}
