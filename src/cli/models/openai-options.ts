import { openaiBaseUrl } from '../endpoints/known.ts';
import type { Environment } from '../serve/settings.ts';
import type { Place } from './place.ts';

type CamelCase<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;

/** An entry of the file as options of the engine: the same names, in the spelling of code. */
type AsOptions<Entry> = {
  readonly [Key in keyof Entry as Key extends 'engine' ? never : CamelCase<Key & string>]: Exclude<
    Entry[Key],
    undefined
  >;
};

interface Reach {
  readonly base_url?: string | undefined;
  readonly api_key?: string | undefined;
}

/**
 * An entry of the file as options of the engine, with the key that belongs to its endpoint: OPENAI_API_KEY is sent to
 * OpenAI and to nobody else.
 *
 * @throws {SetupError} where OpenAI is asked and there is no key.
 */
export function openaiOptions<Entry extends Reach>(
  entry: Entry,
  environment: Environment,
  place: Place,
): AsOptions<Entry> & { readonly apiKey?: string } {
  const key = entry.api_key ?? keyFor(entry, environment);
  if (key === undefined && isOpenai(entry)) {
    throw place.problem('OpenAI needs a key: set OPENAI_API_KEY, or give api_key or another base_url');
  }
  return { ...asOptions(entry), ...(key === undefined ? {} : { apiKey: key }) };
}

/** The key of the environment, where the endpoint is the one that it is for. */
export function keyFor(entry: Reach, environment: Environment): string | undefined {
  return entry.api_key ?? (isOpenai(entry) ? environment['OPENAI_API_KEY'] || undefined : undefined);
}

function isOpenai({ base_url }: Reach): boolean {
  return base_url === undefined || URL.parse(base_url)?.origin === new URL(openaiBaseUrl).origin;
}

function asOptions<Entry extends object>(entry: Entry): AsOptions<Entry> {
  const options = Object.entries(entry).filter(([name, value]) => name !== 'engine' && value !== undefined);
  // What the type says of names, this does to them.
  return Object.fromEntries(options.map(([name, value]) => [camelCase(name), value])) as AsOptions<Entry>;
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
