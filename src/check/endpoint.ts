/** What the suite asks of time. */
export interface CheckClock {
  /** Milliseconds, of whatever beginning; never goes back. */
  now(): number;
  /** Runs `run` once after so many milliseconds. Returns a function that cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** How a connection is asked for. */
export interface ConnectAsk {
  /** Below the endpoint's address: empty, or such as `/translations`. */
  readonly path: string;
  /** Instead of the endpoint's own query. */
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocols: readonly string[];
  /** Aborted once nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** What a connection tells, in order. Nothing is told after `closed`, which comes once. */
export interface ConnectionListener {
  frame(text: string): void;
  binary(bytes: number): void;
  /** The peer's close frame; 1006 where the connection ended without one. */
  closed(code: number, reason: string): void;
}

/** A WebSocket, as raw as the suite needs it. */
export interface Connection {
  /** The subprotocol that the server selected; empty for none. */
  readonly protocol: string;
  sendText(text: string): void;
  sendBinary(bytes: Uint8Array): void;
  /** Reads nothing more, so that the server has to wait. */
  pause(): void;
  /** Reads on. */
  resume(): void;
  close(code: number, reason: string): void;
}

/** What an upgrade came to. */
export type Opened =
  | { readonly connection: Connection }
  /** The server answered by HTTP instead. */
  | { readonly refused: Reply };

export interface RequestAsk {
  readonly method: 'GET' | 'POST' | 'OPTIONS';
  /** Below the endpoint's address, such as `/client_secrets`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Aborted once nobody waits for it any more. */
  readonly signal: AbortSignal;
}

/** An answer by HTTP. `headers` have names in lower case; of a body only the first megabyte is kept. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What our end of a call tells. Frames are those of the data channel, and `closed` is its end, or the call's. */
export interface CallListener extends ConnectionListener {
  /** The data channel can be sent on. */
  opened(): void;
  /** The next 20 ms of the track's sound, 24 kHz mono; silence where nothing came. */
  heard(sound: Int16Array): void;
}

/** Our end of a call over WebRTC. */
export interface CallEnd {
  /** What the server is to answer. */
  readonly offer: string;
  /** The data channel. Closing it hangs up. */
  readonly channel: Connection;
  /** Takes the answer. Rejects with an error that says why it is none. */
  answered(sdp: string): Promise<void>;
  /** Says something at the speed of speech, 24 kHz mono, and is silent after it. */
  say(sound: Int16Array): void;
}

/** The server that is checked. `connect` and `request` reject with `Unreachable` where nothing answers. */
export interface Endpoint {
  readonly clock: CheckClock;
  /** As it is shown. */
  readonly url: string;
  /** Null where the user gave none. */
  readonly key: string | null;
  /** What every query begins with: the model, and what the user added. */
  readonly query: Readonly<Record<string, string>>;
  /** What every request carries, the key apart. */
  readonly headers: Readonly<Record<string, string>>;
  connect(ask: ConnectAsk, listener: ConnectionListener): Promise<Opened>;
  request(ask: RequestAsk): Promise<Reply>;
  /** Begins a call, which nobody knows of until its offer is sent. Null where this machine has no WebRTC. */
  call(listener: CallListener): Promise<CallEnd | null>;
}

/** Nothing answers at the address, or what answers speaks neither HTTP nor TLS as it should. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}
