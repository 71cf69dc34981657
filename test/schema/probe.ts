import type { ListenOptions } from '../../src/server/index.ts';
import type { KeyPolicy } from '../../src/server/metering/policy.ts';

/** A request that gets an answer of the document: an operation, a status, and the name of the example where it fails. */
export interface Probe {
  readonly name: string;
  readonly status: number;
  readonly example?: string;
  /** Added to the path. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The call that the path names. */
  readonly call?: string;
  /** Whether the server has no keys. */
  readonly keyless?: boolean;
  /** How often the same was asked before. */
  readonly before?: number;
  /** Whether a session is open, whose id the path has. */
  readonly inSession?: boolean;
  /** What the server is started with besides. */
  readonly options?: Partial<ListenOptions>;
}

/** A request of a key with limits that is one too many. */
export function limited(policy: KeyPolicy): Pick<Probe, 'status' | 'options'> {
  return { status: 429, options: { auth: { keys: [{ key: 'sk-test', ...policy }] } } };
}
