import { type Document, Scalar, visit } from 'yaml';
import type { Filled } from './conceal.ts';
import { startOf } from './place.ts';

/** The environment that `${NAME}` is filled in from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Told of each reference that stands for nothing, with its place in the text. */
type Complain = (offset: number, message: string) => void;

/** What variables have brought into a document. */
export interface FillIn {
  readonly filled: readonly Filled[];
  /** The values and keys that hold some of it, as they are written in the file. */
  readonly written: ReadonlyMap<unknown, string>;
}

/** Puts environment variables in place of `${NAME}` in every value and key. A reference that stands for nothing stays. */
export function fillIn(document: Document, environment: Environment, complain: Complain): FillIn {
  const filled: Filled[] = [];
  const written = new Map<unknown, string>();
  visit(document, {
    Scalar(_, scalar) {
      const before = String(scalar.value);
      const found = fillInScalar(scalar, environment, complain);
      if (found.length > 0) written.set(scalar, before);
      filled.push(...found);
    },
  });
  return { filled, written };
}

function fillInScalar(scalar: Scalar, environment: Environment, complain: Complain): Filled[] {
  const found: Filled[] = [];
  const { value } = scalar;
  if (typeof value !== 'string' || !value.includes('${')) return found;
  const filled = value.replaceAll(/\$(\$?)\{([^}]*)(\}?)/g, (match, dollar: string, name: string) => {
    if (dollar !== '') return match.slice(1);
    const isReference = /^[A-Za-z_]\w*$/.test(name) && match.endsWith('}');
    const variable = isReference ? environment[name] : undefined;
    if (variable !== undefined) {
      found.push({ name, value: variable });
      return variable;
    }
    const why = `"${match}" is not a reference such as \${NAME}; write $\${ for a plain \${`;
    complain(startOf(scalar), isReference ? `the environment variable ${name} is not set` : why);
    return match;
  });
  scalar.value = scalar.type === Scalar.PLAIN ? plainValue(filled) : filled;
  return found;
}

function plainValue(text: string): string | number | boolean {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}
