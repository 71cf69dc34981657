import type { Clock } from '../clock.ts';
import type { addressHeader, forwardHeader, Sealed } from './seals.ts';

/** The way to another node. */
export interface Way {
  readonly url: string;
  readonly clock: Pick<Clock, 'after'>;
  /** How long it may take to begin an answer, in milliseconds. */
  readonly patienceMs: number;
  /** The headers by which it knows that this node passes the request on. */
  sealed(request: Sealed): Readonly<Record<typeof forwardHeader | typeof addressHeader, string>>;
  /** Told why it could not be reached. */
  failed(cause: unknown): void;
}
