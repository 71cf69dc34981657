import { LineCounter, parseDocument } from 'yaml';
import { plainYaml, yamlData } from '../../engines/yaml-data.ts';
import { SetupError } from '../../server/setup-error.ts';
import { concealer } from './conceal.ts';
import { offsetOf } from './place.ts';
import { problemsOf } from './problem.ts';
import { type ConfigFile, configSchema } from './schema.ts';
import { type Environment, fillIn } from './variables.ts';

/** A configuration file that makes sense by itself; whether what it names is there is another question. */
export interface ReadConfig {
  /** The file, as the user wrote it. */
  readonly name: string;
  readonly values: ConfigFile;
  /** Where a key stands, for messages: `antiphon.yaml:7`. The nearest key above it where the file has no such key. */
  placeOf(path: readonly PropertyKey[]): string;
  /** A text, for people to read, without what variables brought into the file: `${NAME}` stands in its place. */
  conceal(text: string): string;
}

/** What reading a file came to: its values, or one line for each thing that is wrong, in the order of the file. */
export type Inspected =
  | { readonly ok: true; readonly config: ReadConfig }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A problem at a place in the text. */
interface Placed {
  readonly offset: number;
  readonly message: string;
}

/**
 * Reads the text of a configuration file. `${NAME}` in a value stands for an environment variable; `$${` for `${` itself.
 * In a value without quotes what was filled in may be a number or true or false; in quotes it is always text.
 */
export function inspectConfig(text: string, fileName: string, environment: Environment): Inspected {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const placed = (offset: number): string => `${fileName}:${lines.linePos(offset).line}`;
  const refuse = (problems: readonly Placed[]): Inspected => {
    const inOrder = problems.toSorted((one, other) => one.offset - other.offset);
    return { ok: false, problems: inOrder.map(({ offset, message }) => `${placed(offset)}: ${message}`) };
  };
  const [syntax] = [...document.errors, ...document.warnings];
  if (syntax !== undefined) return refuse([{ offset: syntax.pos[0], message: asSentence(plainYaml(syntax.message)) }]);
  const unfilled: Placed[] = [];
  const { filled, written } = fillIn(document, environment, (offset, message) => unfilled.push({ offset, message }));
  const read = yamlData(document);
  if (!read.ok) return refuse([...unfilled, { offset: read.offset, message: read.problem }]);
  const checked = configSchema.safeParse(read.data ?? {});
  if (checked.success && unfilled.length === 0) {
    const placeOf = (path: readonly PropertyKey[]): string => placed(offsetOf(document, path));
    return { ok: true, config: { name: fileName, values: checked.data, placeOf, conceal: concealer(filled) } };
  }
  // What is wrong only because a variable is missing is not told twice.
  const known = new Set(unfilled.map(({ offset }) => placed(offset)));
  const others = checked.success ? [] : problemsOf(checked.error, { document, written });
  return refuse([...unfilled, ...others.filter(({ offset }) => !known.has(placed(offset)))]);
}

/**
 * Reads the text of a configuration file as `inspectConfig` does.
 *
 * @throws {SetupError} naming the file, the line and the key, for the first thing that is wrong.
 */
export function readConfig(text: string, fileName: string, environment: Environment): ReadConfig {
  const inspected = inspectConfig(text, fileName, environment);
  if (inspected.ok) return inspected.config;
  throw new SetupError('invalid_configuration', inspected.problems[0] ?? `${fileName} makes no sense`);
}

/** The parser's first line, as the end of a sentence of ours. */
function asSentence(message: string): string {
  const [first = message] = message.split('\n');
  return first.replace(/[.:]?$/, '').replace(/ at line \d+, column \d+$/, '');
}
