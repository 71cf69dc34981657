import type { JsonObject } from '../../protocol/json.ts';
import type { LockedField } from './locked-fields.ts';

/** The kinds of upstreams. */
export const dialectNames = ['openai', 'azure', 'azure-preview', 'xai', 'antiphon', 'generic'] as const;

/** What kind of endpoint an upstream is. It decides what its addresses are and how keys are sent. */
export type DialectName = (typeof dialectNames)[number];

/** In which order upstreams of the same priority may be tried. */
export const strategies = ['weighted', 'listed', 'least_sessions'] as const;

/** An entry of the model table whose sessions an upstream Realtime endpoint answers. */
export interface Relay {
  readonly relay: RelayOptions;
}

/** How sessions are passed on. Only `upstreams` is required. */
export interface RelayOptions {
  /** The model that upstreams are asked for. Default: the name that the client asked for. */
  readonly model?: string;
  /** At least one. */
  readonly upstreams: readonly UpstreamOptions[];
  /**
   * In which order upstreams of the same priority are tried: by chance, in proportion to their weights (`weighted`); as
   * listed; or those with the fewest sessions for their weight first. Default `weighted`.
   */
  readonly strategy?: (typeof strategies)[number];
  readonly connect?: {
    /** Time that one upstream has to send its first frame, in milliseconds. Default 5,000. */
    readonly timeoutMs?: number;
    /** Time that all tries have together while the client waits, in milliseconds. Default 10,000. */
    readonly totalMs?: number;
    /** How many upstreams are tried at the most. Default: each once. */
    readonly tries?: number;
  };
  readonly health?: {
    /** So many failures within `windowS` put an upstream out of use. Default 3. */
    readonly failures?: number;
    /** The time in which failures count, in seconds. Default 30. */
    readonly windowS?: number;
    /** How long an upstream is out of use, in seconds; doubled each time that it fails again, up to five minutes. Default 10. */
    readonly outS?: number;
  };
  /** How both connections of a session are kept alive. */
  readonly keepalive?: {
    /** Time without a frame in one direction after which a ping is sent, in seconds. Default 15. */
    readonly pingS?: number;
    /** Time without a byte after which the other end counts as dead, in seconds. Default 60. */
    readonly deadS?: number;
  };
  /** What clients may not change. An event that touches it is answered with an error and goes nowhere. Default nothing. */
  readonly lock?: readonly LockedField[];
  /** Sent upstream as `session.update` before anything of the client's. Default nothing. */
  readonly session?: JsonObject;
  /** Headers of the client's request that are passed on, in lower case. Default none. */
  readonly passHeaders?: readonly string[];
}

/** One endpoint that answers. */
export interface UpstreamOptions {
  /** Names it in logs and metrics. Default: its kind, with a number if several are alike. */
  readonly name?: string;
  /** What kind of endpoint it is. Default `generic`. */
  readonly kind?: DialectName;
  /** `wss://host/v1/realtime`; for the kinds of Azure `https://host`. May be left out if the kind has one. */
  readonly url?: string;
  /** The key for it, sent the way its kind wants it and to nobody else. */
  readonly apiKey?: string;
  /** Further headers of the handshake. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Azure: the deployment that answers. Default: the model. */
  readonly deployment?: string;
  /** Azure preview: default `2025-04-01-preview`. */
  readonly apiVersion?: string;
  /** Put in place of the transcription model that a client names: Azure wants the name of a deployment. */
  readonly transcriptionModel?: string;
  /** Its share of the sessions among upstreams of the same priority. Default 1. */
  readonly weight?: number;
  /** An upstream is tried only if none with a lower number takes the session. Default 1. */
  readonly priority?: number;
}

/** A relay with every default filled in. */
export interface RelaySettings {
  readonly model: string | null;
  readonly upstreams: readonly UpstreamSettings[];
  readonly strategy: NonNullable<RelayOptions['strategy']>;
  readonly connect: { readonly timeoutMs: number; readonly totalMs: number; readonly tries: number };
  readonly health: HealthSettings;
  readonly patience: { readonly pingMs: number; readonly deadMs: number };
  readonly lock: ReadonlySet<LockedField>;
  readonly session: JsonObject | null;
  readonly passHeaders: readonly string[];
}

/** When an upstream is out of use, and for how long. */
export interface HealthSettings {
  readonly failures: number;
  readonly windowMs: number;
  readonly outMs: number;
}

export interface UpstreamSettings {
  readonly name: string;
  readonly kind: DialectName;
  readonly url: string;
  readonly apiKey: string | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly deployment: string | null;
  readonly apiVersion: string;
  readonly transcriptionModel: string | null;
  readonly weight: number;
  readonly priority: number;
}

/** Whether an entry of the model table is a relay. */
export function isRelay(entry: object): entry is Relay {
  return 'relay' in entry;
}
