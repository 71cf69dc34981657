import type { Place } from '../sip/agent-call.ts';

export interface LeafOptions {
  readonly host: string;
  readonly port: number;
  /** A message has come, each character a byte. */
  readonly take: (text: string, from: Place) => void;
}

/** Where messages come in and go out by. */
export interface Leaf {
  /** The one that was taken. */
  readonly port: number;
  /** False where there is no way to that place. */
  send(text: string, to: Place): boolean;
  /** Whether who is there has shown a certificate for this name. */
  proves(place: Place, name: string): boolean;
  close(): Promise<void>;
}
