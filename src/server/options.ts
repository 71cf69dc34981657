import { isIP } from 'node:net';
import type { Model } from '../engines/contract.ts';
import { type IceServer, nativeServers } from '../media/node/ice-servers.ts';
import type { SharedState } from '../state/shared-state.ts';
import type { PriceList } from '../usage/price-list.ts';
import { publishedPrices } from '../usage/published-prices.ts';
import type { BetaHeader } from './admission/decide.ts';
import { isLoopbackHost } from './admission/origin.ts';
import { type Clock, systemClock } from './clock.ts';
import { defaultLimits, type Limits } from './limits.ts';
import { type SessionLog, silentLog } from './log.ts';
import type { McpNetwork } from './mcp/connection.ts';
import { systemResolve } from './mcp/guarded-fetch.ts';
import { type McpSettings, mcpRules } from './mcp/rules.ts';
import { type KeyOptions, keyMistake } from './metering/policy.ts';
import { type NodeOptions, type NodeSettings, nodeMistake, settleNode } from './nodes/options.ts';
import { carefulLog } from './observability/careful-log.ts';
import type { Recorder } from './recording/recorder.ts';
import { isRelay, type Relay } from './relay/options.ts';
import { settleRelay } from './relay/settle.ts';
import { SetupError } from './setup-error.ts';
import {
  settleTelephony,
  type TelephonyOptions,
  type TelephonySettings,
  telephonyMistake,
} from './telephony/options.ts';
import type { Together } from './together.ts';

/** How to serve. Only `models` is required. */
export interface ListenOptions {
  /** The models on offer, by the name clients ask for, or relays in their place; `*` answers to every name that is not listed. */
  readonly models: Readonly<Record<string, Model | Relay>>;
  /** Address to bind. Default `127.0.0.1`. */
  readonly host?: string;
  /** Port to bind; 0 picks a free one. Default 8080. */
  readonly port?: number;
  readonly auth?: {
    /**
     * Keys that clients must present, each by itself or with what its sessions may do. Without keys, none is needed, and
     * only a loopback host may be bound. Default none.
     */
    readonly keys?: readonly (string | KeyOptions)[];
    /**
     * Keys of operators, for `/admin/sessions`. Default none: then that path is open if there are no keys at all, and shut
     * if clients need one.
     */
    readonly adminKeys?: readonly string[];
    /** Origins of web pages that may connect, besides loopback ones, e.g. `https://app.example`. Default none. */
    readonly allowedOrigins?: readonly string[];
    /**
     * Host names, besides those of loopback and `host`, under which a server without keys answers: what the `Host` header
     * may say, without a port. Default none. A server with keys answers under any name.
     */
    readonly allowedHosts?: readonly string[];
  };
  /** Serve https and wss with this certificate chain and key, both PEM text. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /**
   * What models cost, by name. These win over the published prices of OpenAI's own models (`publishedPrices`). Default: only
   * those.
   */
  readonly prices?: PriceList;
  /** See `Limits` for the units. A limit that is absent is as in `defaultLimits`. */
  readonly limits?: Partial<Limits>;
  readonly compatibility?: {
    /** What to do with clients that ask for the beta API. Default `ignore`: they get the GA shape all the same. */
    readonly betaHeader?: BetaHeader;
    /** Also send `conversation.created` after `session.created`. Default false, as the service does (D2). */
    readonly sendConversationCreated?: boolean;
  };
  /** The MCP servers whose tools clients may use. Default none. */
  readonly mcp?: McpSettings;
  /** How sessions can be resumed, if their clients ask for that. */
  readonly resume?: ResumeOptions;
  /** How long `close` lets sessions finish what they are doing, in seconds. Default 10. */
  readonly drainSeconds?: number;
  /** How the media of WebRTC calls travels. */
  readonly webrtc?: WebRtcOptions;
  /** Carriers whose calls are answered. Default: none. */
  readonly telephony?: TelephonyOptions;
  /** Negotiate permessage-deflate with clients that offer it; costs memory for each session. Default false. */
  readonly deflate?: boolean;
  /** Whether `/` is the web console. If not, it is a page that tells how to connect. Default true. */
  readonly console?: boolean;
  /** Records sessions, e.g. `recordTo` of `antiphon/testing`. Default: nothing is recorded. */
  readonly record?: Recorder;
  /**
   * What this server shares with the other nodes of one endpoint. Whoever made it closes it, after the server. Default:
   * memory of its own, which it shares with no other server.
   */
  readonly state?: SharedState;
  /**
   * What happens to new sessions while `state` does not answer. Default `local`: they are let in by what this server knows.
   * `refuse`: they are refused with 1013, and `/readyz` answers 503.
   */
  readonly whenStateIsDown?: WhenStateIsDown;
  /** How this server is one of the nodes that share `state`. It has no effect without that. */
  readonly node?: NodeOptions;
  /**
   * Asks all processes that serve behind the same port, this one included, so that `/metrics` and `/readyz` answer for all
   * of them. Default: they answer for this server alone.
   */
  readonly together?: Together;
  /** Where log lines go. Default: nothing is logged. */
  readonly log?: SessionLog;
  /** Also log what users and models say, as info lines. Default false: no line contains any of it. */
  readonly logTranscripts?: boolean;
  /** The clock that it uses. Default: the machine's clock. */
  readonly clock?: Clock;
}

/** How long sessions can be resumed, if their clients ask for that. */
export interface ResumeOptions {
  /** How long a session can be resumed after its client has left, in seconds. Default 3600. */
  readonly keepSeconds?: number;
  /** How long a session goes on after its connection was lost, in seconds. Default 30. */
  readonly graceSeconds?: number;
  /** Whether resuming a session starts its age from zero. Default true. */
  readonly renew?: boolean;
}

/** What a server does with new sessions while its shared state does not answer. */
export type WhenStateIsDown = 'local' | 'refuse';

/** Where calls over WebRTC are reached. */
export interface WebRtcOptions {
  /** The UDP port of all calls; 0 picks a free one with the first call. Default 0. */
  readonly udpPort?: number;
  /** Addresses, v4 or v6, that peers reach this server at besides its own: for servers behind NAT. Default none. */
  readonly publicIp?: readonly string[];
  /** STUN and TURN servers that this side asks. With any, each call has a UDP port of its own. Default none. */
  readonly iceServers?: readonly IceServer[];
}

/** Options that can change while the server runs. */
export type LiveOptions = Pick<ListenOptions, 'models' | 'auth' | 'prices' | 'limits' | 'compatibility' | 'mcp'>;

/** Options whose live part is another; what that leaves out is left out. */
export function withLive(options: ListenOptions, live: LiveOptions): ListenOptions {
  const {
    models: _models,
    auth: _auth,
    prices: _prices,
    limits: _limits,
    compatibility: _compatibility,
    mcp: _mcp,
    ...fixed
  } = options;
  return { ...fixed, ...live };
}

/** The options with every default filled in. */
export interface Settings {
  readonly models: Readonly<Record<string, Model | Relay>>;
  readonly host: string;
  readonly port: number;
  readonly keys: readonly KeyOptions[];
  readonly adminKeys: readonly string[];
  readonly prices: PriceList;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly tls: { readonly cert: string; readonly key: string } | null;
  readonly limits: Limits;
  readonly betaHeader: BetaHeader;
  readonly sendConversationCreated: boolean;
  readonly mcp: McpNetwork;
  readonly resume: Required<ResumeOptions>;
  readonly drainSeconds: number;
  readonly webrtc: Required<WebRtcOptions>;
  readonly telephony: TelephonySettings;
  readonly deflate: boolean;
  readonly console: boolean;
  readonly record: Recorder | null;
  readonly log: SessionLog;
  readonly logTranscripts: boolean;
  readonly clock: Clock;
  readonly node: NodeSettings;
  readonly together: Together | null;
  readonly whenStateIsDown: WhenStateIsDown;
}

/**
 * Fills in defaults and refuses what must not be served.
 *
 * @throws {SetupError} without keys on a host that others can reach; with an empty key; with a pattern of MCP
 * servers, a relay, an address, a node or an ICE server that makes no sense; with a UDP port and ICE servers; where a key with
 * limits, or the name of one, is listed twice.
 */
export function settle(options: ListenOptions): Settings {
  const { logTranscripts = false } = options;
  const settings: Settings = {
    models: options.models,
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 8080,
    keys: (options.auth?.keys ?? []).map((key) => (typeof key === 'string' ? { key } : key)),
    adminKeys: options.auth?.adminKeys ?? [],
    prices: { ...publishedPrices, ...options.prices },
    allowedOrigins: options.auth?.allowedOrigins ?? [],
    allowedHosts: options.auth?.allowedHosts ?? [],
    tls: options.tls ?? null,
    limits: { ...defaultLimits, ...options.limits },
    betaHeader: options.compatibility?.betaHeader ?? 'ignore',
    sendConversationCreated: options.compatibility?.sendConversationCreated ?? false,
    mcp: { rules: mcpRules(options.mcp), resolve: systemResolve },
    resume: { keepSeconds: 3600, graceSeconds: 30, renew: true, ...options.resume },
    drainSeconds: options.drainSeconds ?? 10,
    webrtc: { udpPort: 0, publicIp: [], iceServers: [], ...options.webrtc },
    telephony: settleTelephony(options.telephony),
    deflate: options.deflate ?? false,
    console: options.console ?? true,
    record: options.record ?? null,
    log: carefulLog(options.log ?? silentLog, logTranscripts),
    logTranscripts,
    clock: options.clock ?? systemClock(),
    whenStateIsDown: options.whenStateIsDown ?? 'local',
    node: settleNode(options.node ?? {}, options.state === undefined),
    together: options.together ?? null,
  };
  check(settings);
  checkWebRtc(settings.webrtc);
  checkTelephony(settings, options.telephony);
  return settings;
}

function check({ keys, adminKeys, host, models, node }: Settings): void {
  for (const [name, entry] of Object.entries(models)) if (isRelay(entry)) settleRelay(name, entry.relay);
  const all = [...keys.map(({ key }) => key), ...adminKeys];
  if (all.some((key) => key.trim() === '')) {
    throw new SetupError('invalid_configuration', 'An API key is empty. Give each key a value, or configure none.');
  }
  const mistake = keyMistake(keys) ?? nodeMistake(node);
  if (mistake !== null) throw invalid(mistake);
  if (keys.length === 0 && !isLoopbackHost(host)) {
    const message = `Without API keys only a loopback host can be served, not ${host}. Give keys with --api-key or ANTIPHON_API_KEYS, or use --host 127.0.0.1.`;
    throw new SetupError('invalid_configuration', message);
  }
}

function checkWebRtc({ udpPort, publicIp, iceServers }: Settings['webrtc']): void {
  const wrong = publicIp.find((address) => isIP(address) === 0);
  if (wrong !== undefined) throw invalid(`The public IP "${wrong}" is no address such as 203.0.113.7 or 2001:db8::7.`);
  if (udpPort !== 0 && iceServers.length > 0) {
    throw invalid(
      `With ICE servers each call takes a UDP port of its own, so that they can't all have port ${udpPort}. Leave out udp_port (--udp-port) or ice_servers.`,
    );
  }
  try {
    nativeServers(iceServers);
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

function checkTelephony({ keys, models, tls }: Settings, telephony: TelephonyOptions | undefined): void {
  const mistake = telephonyMistake(telephony, {
    hasCertificate: tls !== null,
    hasKey: (name) => keys.some((each) => each.name === name),
    isRelayed(name) {
      const model = models[name] ?? models['*'];
      return model !== undefined && isRelay(model);
    },
  });
  if (mistake !== null) throw invalid(mistake);
}

function invalid(message: string): SetupError {
  return new SetupError('invalid_configuration', message);
}
