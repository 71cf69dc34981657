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
  /** How many sessions the server takes. */
  readonly sessions?: number;
  /** Whether the server has no keys. */
  readonly keyless?: boolean;
  /** How often the same was asked before. */
  readonly before?: number;
}
