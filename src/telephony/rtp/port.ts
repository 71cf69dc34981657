import type { MediaPlace } from './latch.ts';

/** What comes in on the ports of a call. */
export interface RtpPortListener {
  sound(packet: Uint8Array, from: MediaPlace): void;
  control(packet: Uint8Array, from: MediaPlace): void;
}

/** The two UDP ports of a call: that of its sound, and the next one, of reports on it. */
export interface RtpPort {
  /** Of the sound. */
  readonly port: number;
  /** What comes before this is dropped. Call once. */
  open(listener: RtpPortListener): void;
  /** A packet that can't be sent is lost, like any other. */
  sendSound(packet: Uint8Array, to: MediaPlace): void;
  sendControl(packet: Uint8Array, to: MediaPlace): void;
  /** Lets the ports go. Idempotent. */
  close(): void;
}

/** Protects what we send (RFC 3711). */
export interface Seal {
  sound(packet: Uint8Array): Uint8Array;
  control(packet: Uint8Array): Uint8Array;
}

/** Checks what comes and makes it plain; null for what is not the other side's, or has come before. */
export interface Unseal {
  sound(packet: Uint8Array): Uint8Array | null;
  control(packet: Uint8Array): Uint8Array | null;
}
