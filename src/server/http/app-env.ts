import type { Binding } from '../admission/client-secrets.ts';

/** What the connection below a request tells of it. */
export interface Peer {
  /** Where the request comes from. */
  readonly address: string;
  /** The node that has passed the request on. */
  readonly forwardedBy?: string;
}

/** What routes know of a request beside itself. */
export interface AppEnv {
  readonly Bindings: Peer;
  readonly Variables: {
    /** What the client secret stands for that it presents, where one opens what is asked for. */
    readonly binding?: Binding;
  };
}
