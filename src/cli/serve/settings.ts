import { isIP } from 'node:net';
import type { IceServer } from '../../media/node/ice-servers.ts';
import type { BetaHeader } from '../../server/admission/decide.ts';
import type { Limits } from '../../server/limits.ts';
import type { McpSettings } from '../../server/mcp/rules.ts';
import type { KeyOptions } from '../../server/metering/policy.ts';
import type { ResumeOptions, WebRtcOptions } from '../../server/options.ts';
import { addressShape } from '../../server/relay/address.ts';
import type { UpstreamOptions } from '../../server/relay/options.ts';
import { SetupError } from '../../server/setup-error.ts';
import type { TelephonyOptions } from '../../server/telephony/options.ts';
import type { ShelfOptions } from '../../take/node/take-shelf.ts';
import type { MatchMode } from '../../take/replay/match.ts';
import { keyOf } from '../config/key-entry.ts';
import type { ReadConfig } from '../config/read.ts';
import type { ConfigFile } from '../config/schema.ts';
import { telephonyOf } from '../config/telephony-entry.ts';
import { type LogLevel, logLevels } from '../log-lines.ts';
import type { PresetName } from '../presets/presets.ts';
import { type StateFlags, type StateSettings, stateOf } from './state-settings.ts';

/** The flags of `antiphon serve`, as the command line gives them; absent where not given. */
export interface ServeFlags extends StateFlags {
  readonly host?: string;
  readonly port?: string;
  readonly config?: string;
  readonly scenario?: string;
  readonly preset?: PresetName;
  readonly endpoint?: readonly string[];
  readonly relay?: string;
  readonly relayKey?: string;
  readonly record?: string;
  readonly replay?: string;
  readonly match?: MatchMode;
  readonly speed?: string;
  readonly apiKey?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly betaHeader?: BetaHeader;
  readonly deflate?: boolean;
  readonly console?: boolean;
  readonly udpPort?: string;
  readonly publicIp?: readonly string[];
  readonly workers?: string;
  readonly logLevel?: string;
}

/** Environment variables; an empty one counts as absent. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration file that was read; a path in it is relative to `folder`. */
export interface FoundConfig extends ReadConfig {
  readonly folder: string;
}

/** The models of a configuration file. */
export interface ConfiguredModels extends Pick<FoundConfig, 'folder' | 'placeOf'> {
  readonly entries: NonNullable<ConfigFile['models']>;
}

/** Where the models come from that are served. */
export type ModelSource =
  | { readonly from: 'scenario'; readonly file: FilePath }
  | { readonly from: 'file'; readonly models: ConfiguredModels }
  /** Every name is passed on to this one. */
  | { readonly from: 'relay'; readonly upstream: UpstreamOptions }
  /** The server's part of takes. */
  | { readonly from: 'replay'; readonly file: FilePath; readonly match: MatchMode; readonly speed: number }
  /** `asked`: by `--preset`; else it is the one that a key in the environment stands for. */
  | { readonly from: 'preset'; readonly preset: PresetName; readonly asked: boolean }
  /** The echo. */
  | { readonly from: 'nothing' };

/** A file, and the folder that a relative path starts from. */
export interface FilePath {
  readonly folder: string;
  readonly path: string;
}

/** Where sessions are recorded, and which. */
export interface RecordSettings extends Omit<ShelfOptions, 'dir' | 'by' | 'now' | 'random'> {
  readonly dir: FilePath;
}

/** What `antiphon serve` shall do, whatever it was told by. Absent means the server's own default. */
export interface ServeSettings {
  readonly host?: string;
  readonly port?: number;
  readonly keys: readonly (string | KeyOptions)[];
  readonly adminKeys: readonly string[];
  /** The file of prices. */
  readonly prices: FilePath | null;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly tls: { readonly cert: FilePath; readonly key: FilePath } | null;
  readonly limits: Partial<Limits>;
  readonly betaHeader?: BetaHeader;
  readonly sendConversationCreated?: boolean;
  readonly mcp?: McpSettings;
  readonly resume: ResumeOptions;
  readonly drainSeconds?: number;
  readonly webrtc: WebRtcOptions;
  readonly telephony?: TelephonyOptions;
  /** What is shared with other nodes; null where nothing is. */
  readonly state: StateSettings | null;
  readonly deflate: boolean;
  readonly console: boolean;
  readonly logLevel: LogLevel;
  readonly logTranscripts: boolean;
  readonly models: ModelSource;
  /** What is recorded; null for nothing. */
  readonly record: RecordSettings | null;
  /** The configuration file, and whether it says nothing; null where there is none. */
  readonly file: { readonly name: string; readonly isEmpty: boolean } | null;
  /** A text without what variables brought into the file. */
  readonly conceal: (text: string) => string;
}

/**
 * Puts flags, environment and file together: a flag wins over the environment, the environment over the file.
 * `folder` is where the program was started.
 *
 * @throws {SetupError} for a value that makes no sense, naming the flag or variable it came from.
 */
export function settingsOf(
  flags: ServeFlags,
  environment: Environment,
  file: FoundConfig | null,
  folder: string,
): ServeSettings {
  const config = file?.values ?? {};
  const port = portOf('--port', flags.port, 'ANTIPHON_PORT', environment) ?? config.port;
  const host = (flags.host ?? environment['ANTIPHON_HOST']) || config.host;
  const betaHeader = flags.betaHeader ?? config.compatibility?.beta_header;
  const sendConversationCreated = config.compatibility?.send_conversation_created;
  return {
    ...(host === undefined ? {} : { host }),
    ...(port === undefined ? {} : { port }),
    ...(betaHeader === undefined ? {} : { betaHeader }),
    ...(sendConversationCreated === undefined ? {} : { sendConversationCreated }),
    keys: flags.apiKey ?? listIn(environment['ANTIPHON_API_KEYS']) ?? (config.auth?.keys ?? []).map(keyOf),
    adminKeys: config.auth?.admin_keys ?? [],
    prices: file === null || config.prices === undefined ? null : { folder: file.folder, path: config.prices },
    allowedOrigins: config.auth?.allowed_origins ?? [],
    allowedHosts: config.auth?.allowed_hosts ?? [],
    tls: tlsOf(flags, file, folder),
    limits: limitsOf(config),
    ...(config.mcp === undefined ? {} : { mcp: mcpOf(config.mcp) }),
    resume: resumeOf(config),
    ...(config.drain?.seconds === undefined ? {} : { drainSeconds: config.drain.seconds }),
    webrtc: webRtcOf(flags, environment, config),
    ...(config.telephony === undefined ? {} : { telephony: telephonyOf(config.telephony) }),
    state: stateOf(flags, environment, config, host),
    deflate: flags.deflate ?? false,
    console: flags.console ?? true,
    logLevel: levelOf(flags, environment) ?? config.log?.level ?? 'info',
    logTranscripts: config.log?.transcripts ?? false,
    models: modelsOf(flags, environment, file, folder),
    record: recordOf(flags, file, folder),
    conceal: file?.conceal ?? ((text) => text),
    file: file === null ? null : { name: file.name, isEmpty: Object.keys(config).length === 0 },
  };
}

function portOf(
  flag: string,
  given: string | undefined,
  variable: string,
  environment: Environment,
): number | undefined {
  const text = given ?? (environment[variable] || undefined);
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  const source = given === undefined ? variable : flag;
  throw invalid(`${source} must be a whole number from 0 to 65535, not "${text}".`);
}

function resumeOf({ resume = {} }: ConfigFile): ResumeOptions {
  const { keep_s, grace_s, renew } = resume;
  return {
    ...(keep_s === undefined ? {} : { keepSeconds: keep_s }),
    ...(grace_s === undefined ? {} : { graceSeconds: grace_s }),
    ...(renew === undefined ? {} : { renew }),
  };
}

function webRtcOf(flags: ServeFlags, environment: Environment, { webrtc = {} }: ConfigFile): WebRtcOptions {
  const udpPort = portOf('--udp-port', flags.udpPort, 'ANTIPHON_UDP_PORT', environment) ?? webrtc.udp_port;
  const publicIp = publicIpOf(flags, environment) ?? webrtc.public_ip;
  return {
    ...(udpPort === undefined ? {} : { udpPort }),
    ...(publicIp === undefined ? {} : { publicIp }),
    ...(webrtc.ice_servers === undefined ? {} : { iceServers: webrtc.ice_servers.map(iceServerOf) }),
  };
}

type IceServers = NonNullable<NonNullable<ConfigFile['webrtc']>['ice_servers']>;

function iceServerOf({ urls, username, credential }: IceServers[number]): IceServer {
  return {
    urls,
    ...(username === undefined ? {} : { username }),
    ...(credential === undefined ? {} : { credential }),
  };
}

function publicIpOf(flags: ServeFlags, environment: Environment): readonly string[] | undefined {
  const addresses = flags.publicIp ?? listIn(environment['ANTIPHON_PUBLIC_IP']);
  const wrong = addresses?.find((address) => isIP(address) === 0);
  if (wrong === undefined) return addresses;
  const source = flags.publicIp === undefined ? 'ANTIPHON_PUBLIC_IP' : '--public-ip';
  throw invalid(`${source} must be an address such as 203.0.113.7 or 2001:db8::7, not "${wrong}".`);
}

function levelOf(flags: ServeFlags, environment: Environment): LogLevel | undefined {
  const text = flags.logLevel ?? (environment['ANTIPHON_LOG_LEVEL'] || undefined);
  if (text === undefined) return undefined;
  const level = logLevels.find((known) => known === text);
  if (level !== undefined) return level;
  const source = flags.logLevel === undefined ? 'ANTIPHON_LOG_LEVEL' : '--log-level';
  throw invalid(`${source} must be one of ${logLevels.join(', ')}, not "${text}".`);
}

function listIn(list: string | undefined): readonly string[] | undefined {
  const entries = (list ?? '').split(',').map((entry) => entry.trim());
  const given = entries.filter((entry) => entry !== '');
  return given.length === 0 ? undefined : given;
}

function tlsOf(flags: ServeFlags, file: FoundConfig | null, folder: string): ServeSettings['tls'] {
  const { tlsCert, tlsKey } = flags;
  if (tlsCert !== undefined && tlsKey !== undefined) {
    return { cert: { folder, path: tlsCert }, key: { folder, path: tlsKey } };
  }
  if (tlsCert !== undefined) throw invalid('--tls-cert needs --tls-key as well.');
  if (tlsKey !== undefined) throw invalid('--tls-key needs --tls-cert as well.');
  const tls = file?.values.tls;
  if (file === null || tls === undefined) return null;
  return { cert: { folder: file.folder, path: tls.cert }, key: { folder: file.folder, path: tls.key } };
}

function limitsOf({ limits = {} }: ConfigFile): Partial<Limits> {
  const named = {
    sessions: limits.sessions,
    sessionMinutes: limits.session_minutes,
    frameBytes: limits.frame_bytes,
    bufferedAudioSeconds: limits.buffered_audio_seconds,
    unsentBytes: limits.unsent_bytes,
    responses: limits.responses,
    voices: limits.voices,
    items: limits.items,
    conversationBytes: limits.conversation_bytes,
    totalBytes: limits.total_bytes,
    secrets: limits.secrets,
    secretBytes: limits.secret_bytes,
  };
  return Object.fromEntries(Object.entries(named).filter(([, limit]) => limit !== undefined));
}

function mcpOf({ allow = [], connectors = {} }: NonNullable<ConfigFile['mcp']>): McpSettings {
  return { allow, connectors };
}

function modelsOf(flags: ServeFlags, environment: Environment, file: FoundConfig | null, folder: string): ModelSource {
  const { scenario, preset, replay } = flags;
  const chosen = (['scenario', 'preset', 'relay', 'replay'] as const).filter((name) => flags[name] !== undefined);
  if (chosen.length > 1) throw invalid(`--${chosen[0]} and --${chosen[1]} exclude each other.`);
  if (scenario !== undefined) return { from: 'scenario', file: { folder, path: scenario } };
  const { match = 'order', speed } = flags;
  if (replay !== undefined) return { from: 'replay', file: { folder, path: replay }, match, speed: speedOf(speed) };
  const alone = (['match', 'speed'] as const).find((name) => flags[name] !== undefined);
  if (alone !== undefined) throw invalid(`--${alone} needs --replay as well.`);
  if (preset !== undefined) return { from: 'preset', preset, asked: true };
  const upstream = upstreamOf(flags, environment);
  if (upstream !== null) return { from: 'relay', upstream };
  const entries = file?.values.models;
  if (file !== null && entries !== undefined) return { from: 'file', models: { ...file, entries } };
  return environment['OPENAI_API_KEY'] ? { from: 'preset', preset: 'openai', asked: false } : { from: 'nothing' };
}

/**
 * How fast a take is played: times as fast as it was recorded, Infinity for `max`.
 *
 * @throws {SetupError} where it is neither.
 */
export function speedOf(speed = '1'): number {
  if (speed === 'max') return Infinity;
  const times = Number(speed);
  if (Number.isFinite(times) && times > 0) return times;
  throw invalid(`--speed must be a number above 0, or max, not "${speed}".`);
}

function recordOf(flags: ServeFlags, file: FoundConfig | null, folder: string): RecordSettings | null {
  const { dir, sample, when, keep_days: keepDays, max_mb: maxMb, redact } = file?.values.record ?? {};
  const given = flags.record === undefined ? dir : flags.record;
  if (given === undefined) return null;
  return {
    dir: { folder: flags.record === undefined ? (file?.folder ?? folder) : folder, path: given },
    ...(sample === undefined ? {} : { sample }),
    ...(when === undefined ? {} : { when }),
    ...(keepDays === undefined ? {} : { keepDays }),
    ...(maxMb === undefined ? {} : { maxMb }),
    ...(redact === undefined ? {} : { redact }),
  };
}

/** The endpoint that every name is passed on to; null where there is none. */
function upstreamOf({ relay, relayKey }: ServeFlags, environment: Environment): UpstreamOptions | null {
  const url = relay ?? (environment['ANTIPHON_RELAY'] || undefined);
  const apiKey = relayKey ?? (environment['ANTIPHON_RELAY_KEY'] || undefined);
  if (url === undefined) {
    if (relayKey !== undefined) throw invalid('--relay-key needs --relay as well.');
    return null;
  }
  const source = relay === undefined ? 'ANTIPHON_RELAY' : '--relay';
  if (!addressShape.test(url)) {
    throw invalid(`${source} must be a URL such as wss://host/v1/realtime, without a user name.`);
  }
  return { url, ...(apiKey === undefined ? {} : { apiKey }) };
}

function invalid(message: string): SetupError {
  return new SetupError('invalid_configuration', message);
}
