import { parse } from 'yaml';
import { chosen, matching } from '../../check/catalogue.ts';
import { type Check, type Level, type Profile, profiles } from '../../check/check.ts';
import { lawRules } from '../../check/laws.ts';
import type { NetworkOptions } from '../../check/node/network.ts';
import { rules } from '../../check/report/rules.ts';
import { SetupError } from '../../server/setup-error.ts';
import { safeUrl } from '../../take/redact.ts';
import { placeOf } from '../endpoint.ts';
import { readNamed } from '../files.ts';
import { oneLine } from '../one-line.ts';
import type { ConformanceFlags } from './flags.ts';

/** What is to be checked, before anybody is asked. */
export interface Selection {
  readonly checks: readonly Check[];
  /** Whether a rule is reported: a law needs the frames of checks that nobody asked for. */
  readonly isWanted: (id: string) => boolean;
}

/** How to check. */
export interface Settings extends Selection {
  /** The address as it was given, to be shown. */
  readonly url: string;
  /** The command line that reaches the endpoint again, without what is secret in it. */
  readonly command: string;
  readonly network: NetworkOptions;
  readonly level: Level;
  readonly expected: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly tries: number;
  readonly concurrency: number;
}

/** A command line that makes no sense; the message says what to do. */
function wrong(message: string): SetupError {
  return new SetupError('invalid_configuration', message);
}

/**
 * The checks that the flags choose.
 *
 * @throws {SetupError} where they choose none.
 */
export function selectionOf(flags: ConformanceFlags): Selection {
  const wanted = flags.profile === undefined ? profiles : flags.profile.split(',').flatMap(profilesOf);
  const patterns = flags.only ?? [];
  const isMatch = matching(patterns);
  const laws = lawRules.filter(({ id, profile }) => wanted.includes(profile) && isMatch(id));
  const own = chosen(wanted, patterns);
  if (own.length + laws.length === 0) {
    throw wrong(`No rule is called ${patterns.join(' or ')} in ${wanted.join(', ')}. See antiphon check --list.`);
  }
  const asked = new Set([...own, ...laws].map(({ id }) => id));
  return { checks: own.length === 0 ? chosen(wanted, []) : own, isWanted: (id) => asked.has(id) };
}

function profilesOf(name: string): readonly Profile[] {
  if (name.trim() === 'full') return profiles;
  const found = profiles.find((profile) => profile === name.trim());
  if (found !== undefined) return [found];
  throw wrong(`No profile is called ${name.trim()}. There are ${profiles.join(', ')}, and full for all of them.`);
}

/**
 * Reads flags, environment and files.
 *
 * @throws {SetupError} where they make no sense.
 */
export async function settingsOf(url: string | undefined, flags: ConformanceFlags): Promise<Settings> {
  if (url === undefined) throw wrong('Name the endpoint: antiphon check ws://127.0.0.1:8080/v1/realtime');
  const selection = selectionOf(flags);
  const { address, key, headers, ca } = await placeOf(url, flags, 'gpt-realtime');
  const query = Object.fromEntries(address.searchParams);
  address.search = '';
  const { expect } = flags;
  const cwd = process.cwd();
  return {
    ...selection,
    url: safeUrl(new URL(url).href),
    command: commandOf(url, flags),
    network: { url: address, key, query, headers, ...(ca === null ? {} : { ca }) },
    level: flags.level ?? 'must',
    expected: expect === undefined ? new Map() : expectationsIn(await readNamed({ folder: cwd, path: expect }), expect),
    timeoutMs: 1000 * positive('--timeout', flags.timeout, 20),
    tries: whole('--tries', flags.tries, 3),
    concurrency: whole('--concurrency', flags.concurrency, 1),
  };
}

/** Keys come from the environment, and what headers say is left for the reader to fill in. */
function commandOf(url: string, { model, query = [], header = [], ca }: ConformanceFlags): string {
  const named: readonly (readonly [flag: string, value: string])[] = [
    ...(model === undefined ? [] : [['--model', model] as const]),
    ...query.map((pair) => ['--query', pair] as const),
    ...header.map((each) => ['--header', `${each.split(':', 1)[0]}: …`] as const),
    ...(ca === undefined ? [] : [['--ca', ca] as const]),
  ];
  return ['antiphon check', quoted(safeUrl(url)), ...named.flatMap(([flag, value]) => [flag, quoted(value)])].join(' ');
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w:/.@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function positive(name: string, text: string | undefined, usual: number): number {
  const value = Number(text ?? usual);
  if (Number.isFinite(value) && value > 0) return value;
  throw wrong(`${name} must be a number above 0, not "${text}".`);
}

function whole(name: string, text: string | undefined, usual: number): number {
  const value = positive(name, text, usual);
  if (Number.isInteger(value)) return value;
  throw wrong(`${name} must be a whole number, not "${text}".`);
}

/**
 * Known failures, by id.
 *
 * @throws {SetupError} that names what makes no sense.
 */
export function expectationsIn(text: string, file: string): ReadonlyMap<string, string> {
  const read = yamlOf(text, file);
  if (read === null || read === undefined) return new Map();
  if (typeof read !== 'object' || Array.isArray(read)) throw wrong(`${file} holds no lines such as id: reason.`);
  return new Map(
    Object.entries(read).map(([id, reason]: readonly [string, unknown]) => {
      if (!rules.has(id)) throw wrong(`${file}: no rule is called ${id}. See antiphon check --list.`);
      if (typeof reason !== 'string' || reason.trim() === '') throw wrong(`${file}: give ${id} a reason.`);
      return [id, reason.trim()] as const;
    }),
  );
}

function yamlOf(text: string, file: string): unknown {
  try {
    const value: unknown = parse(text);
    return value;
  } catch (cause) {
    const [line = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    throw wrong(`${file} is no YAML: ${oneLine(line)}`);
  }
}
