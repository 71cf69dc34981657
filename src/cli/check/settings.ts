import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { chosen, matching } from '../../check/catalogue.ts';
import { type Check, type Level, type Profile, profiles } from '../../check/check.ts';
import { lawRules } from '../../check/laws.ts';
import { type NetworkOptions } from '../../check/node/network.ts';
import { rules } from '../../check/report/rules.ts';
import type { ConformanceFlags } from './flags.ts';

/** A command line that makes no sense; the message says what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What is to be checked, before anybody is asked. */
export interface Selection {
  readonly checks: readonly Check[];
  /** Whether a rule is reported: a law needs the frames of checks that nobody asked for. */
  readonly isWanted: (id: string) => boolean;
}

/** How to check. */
export interface Settings extends Selection {
  readonly network: NetworkOptions;
  readonly level: Level;
  readonly expected: ReadonlyMap<string, string>;
  readonly timeoutMs: number;
  readonly tries: number;
  readonly concurrency: number;
}

/** The checks that the flags choose. */
export function selectionOf(flags: ConformanceFlags): Selection {
  const wanted = flags.profile === undefined ? profiles : flags.profile.split(',').map(profileOf);
  const patterns = flags.only ?? [];
  const isMatch = matching(patterns);
  const laws = lawRules.filter(({ id, profile }) => wanted.includes(profile) && isMatch(id));
  const own = chosen(wanted, patterns);
  if (own.length + laws.length === 0) {
    throw new UsageError(
      `No rule is called ${patterns.join(' or ')} in ${wanted.join(', ')}. See antiphon check --list.`,
    );
  }
  const asked = new Set([...own, ...laws].map(({ id }) => id));
  return { checks: own.length === 0 ? chosen(wanted, []) : own, isWanted: (id) => asked.has(id) };
}

function profileOf(name: string): Profile {
  const found = profiles.find((profile) => profile === name.trim());
  if (found !== undefined) return found;
  throw new UsageError(`No profile is called ${name.trim()}. There are ${profiles.join(', ')}.`);
}

/** Reads flags, environment and files. Throws a `UsageError`. */
export async function settingsOf(
  url: string | undefined,
  flags: ConformanceFlags,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Settings> {
  const network = {
    url: addressOf(url),
    key: flags.key ?? (environment['ANTIPHON_KEY'] || null),
    headers: Object.fromEntries((flags.header ?? []).map(headerOf)),
  };
  const own = Object.fromEntries((flags.query ?? []).map(pairOf));
  const model = flags.model ?? (network.url.searchParams.get('model') || 'gpt-realtime');
  const ca = flags.ca === undefined ? {} : { ca: await textOf(flags.ca) };
  return {
    ...selectionOf(flags),
    network: { ...network, ...ca, query: { model, ...own } },
    level: flags.level ?? 'must',
    expected: flags.expect === undefined ? new Map() : expectationsIn(await textOf(flags.expect), flags.expect),
    timeoutMs: 1000 * positive('--timeout', flags.timeout, 20),
    tries: whole('--tries', flags.tries, 3),
    concurrency: whole('--concurrency', flags.concurrency, 1),
  };
}

function addressOf(text: string | undefined): URL {
  if (text === undefined) throw new UsageError('Name the endpoint: antiphon check ws://127.0.0.1:8080/v1/realtime');
  const url = URL.parse(text);
  if (url !== null && ['ws:', 'wss:', 'http:', 'https:'].includes(url.protocol)) return url;
  throw new UsageError(`${text} is no address of an endpoint such as ws://127.0.0.1:8080/v1/realtime.`);
}

function headerOf(text: string): readonly [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new UsageError(`--header wants 'NAME: VALUE', not ${text}.`);
  return [name.toLowerCase(), value];
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--query wants K=V, not ${text}.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

function positive(name: string, text: string | undefined, usual: number): number {
  const value = Number(text ?? usual);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${name} wants a number above 0, not ${text}.`);
}

function whole(name: string, text: string | undefined, usual: number): number {
  const value = positive(name, text, usual);
  if (Number.isInteger(value)) return value;
  throw new UsageError(`${name} wants a whole number, not ${text}.`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new UsageError(`${file} can't be read.`);
  }
}

/** Known failures, by id. Throws a `UsageError` that names what makes no sense. */
export function expectationsIn(text: string, file: string): ReadonlyMap<string, string> {
  const read = yamlOf(text, file);
  if (read === null || read === undefined) return new Map();
  if (typeof read !== 'object' || Array.isArray(read))
    throw new UsageError(`${file} holds no lines such as id: reason.`);
  return new Map(
    Object.entries(read).map(([id, reason]: readonly [string, unknown]) => {
      if (!rules.has(id)) throw new UsageError(`${file}: no rule is called ${id}. See antiphon check --list.`);
      if (typeof reason !== 'string' || reason.trim() === '') throw new UsageError(`${file}: give ${id} a reason.`);
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
    throw new UsageError(`${file} is no YAML: ${line}`);
  }
}
