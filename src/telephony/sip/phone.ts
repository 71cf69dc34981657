import type { ReceptionStatistics } from '../../media/jitter-buffer.ts';
import type { CodedMedia } from '../../media/media.ts';
import type { SipHeader } from './message.ts';

/** Where telephones reach us. */
export interface SipAddressToListen {
  readonly transport: 'udp' | 'tcp' | 'tls';
  /** An IP address, or a name of this machine. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
}

/** Our end of SIP: it listens until it is closed. */
export interface SipEnd {
  /** Those that were asked for, in the same order, with the ports that were taken. */
  readonly addresses: readonly SipAddressToListen[];
  /** Hangs up every call, waits a little for the other sides to hear of it, and lets the ports go. Idempotent. */
  close(): Promise<void>;
}

/** Who has sent an INVITE: the nearest hop, as the socket knows it and whatever the message says. */
export interface SipSource {
  readonly transport: 'udp' | 'tcp' | 'tls';
  readonly address: string;
  readonly port: number;
  /** Whether its TLS certificate, which an authority we trust has signed, is for this name. False without TLS. */
  proves(name: string): boolean;
}

/** The sound of a call. No time passes before the call was accepted: what is to be said waits. */
export interface SipSound extends CodedMedia {
  readonly statistics: SipSoundStatistics;
}

/** What became of a call's packets so far. */
export interface SipSoundStatistics extends ReceptionStatistics {
  readonly sent: number;
}

/**
 * Why a call can't have sound: the other side's offer has none that we speak, no port is free, or the call is over
 * meanwhile. The first two leave the call ringing, to be refused.
 */
export type NoSound = 'no-codec' | 'no-port' | 'gone';

/** A call that has come. It was answered with 100, and waits for one of `ring`, `refuse` and `accept`. */
export interface SipCall {
  readonly from: SipSource;
  /** Whom it is for: the Request-URI. */
  readonly uri: string;
  /** All of the INVITE, in order, each as often as it came; names are written as they are known (`Call-ID`). */
  readonly headers: readonly SipHeader[];
  /** How its sound is protected: by keys in its offer, which only TLS keeps secret; null for not at all. */
  readonly security: 'srtp-sdes' | null;
  /** Call at once, before anything else. `ended` is told exactly once, whoever ends the call: also after `refuse` and `hangUp`. */
  open(listener: { ended(why: string): void }): void;
  /** The other side hears it ring. */
  ring(): void;
  /** Turns it down with this status, 300 to 699. Does nothing unless it rings. */
  refuse(status: number, reason: string, headers?: readonly SipHeader[]): void;
  /** Agrees on the sound and takes a port for it. Call once, before `accept`. */
  prepare(): Promise<SipSound | NoSound>;
  /** Picks up. Does nothing when the call is over; throws an Error where no sound was prepared. */
  accept(): void;
  /** Ends it, whatever it is at. Idempotent. */
  hangUp(): void;
  /**
   * Asks the other side to call `target` (a URI) instead. True once it has, and the call is hung up; false where it will
   * not or can't, and the call goes on.
   */
  refer(target: string): Promise<boolean>;
}

export interface SipOptions {
  readonly listen: readonly SipAddressToListen[];
  /** Of the addresses over TLS, in PEM; null where there are none. `ca`: who signs the certificates of peers, in PEM. Default: those that Node trusts. */
  readonly tls: { readonly cert: string; readonly key: string; readonly ca?: string } | null;
  /** Where the other side reaches us, if that is not the address of this machine. */
  readonly publicIp: string | null;
  /** The UDP ports of sound, both included; each call takes two. Null: 16384 to 32767. */
  readonly rtpPorts: { readonly from: number; readonly to: number } | null;
  readonly clock: { now(): number; after(ms: number, run: () => void): () => void };
  /** Beats for the sound of all calls. */
  readonly pulse: {
    now(): number;
    join(beat: (frames: number, nowMs: number) => void): () => void;
  };
  readonly log: {
    info(message: string, fields?: Readonly<Record<string, string | number>>): void;
    warn(message: string, fields?: Readonly<Record<string, string | number>>): void;
  };
  /** A call has come. It may be refused at once. */
  readonly incoming: (call: SipCall) => void;
}
