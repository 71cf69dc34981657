import type { KeyObject } from 'node:crypto';
import type { Snapshots } from '../../state/snapshots.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { Turns } from '../session/turns.ts';
import type { Handles } from './handles.ts';
import type { Line } from './line.ts';
import type { Written } from './written.ts';

/** How sessions can be taken up again. */
export interface ResumeTimes {
  /** How long one that was left can be, in milliseconds. */
  readonly keepMs: number;
  /** How long one goes on whose connection was lost, in milliseconds. */
  readonly graceMs: number;
  /** The age of one that is taken up counts anew. */
  readonly renews: boolean;
}

/** What all resumptions of a server share. */
export interface ResumptionSetting extends ResumeTimes {
  readonly node: string;
  readonly handles: Handles;
  readonly snapshots: Snapshots;
  /** 32 bytes to encrypt with, taken in once: to do that each time would cost more than to encrypt. */
  readonly key: KeyObject;
  readonly clock: Clock;
  readonly turns: Turns;
}

/** One session. */
export interface ResumptionOptions extends ResumptionSetting {
  readonly line: Line;
  readonly owner: string;
  readonly modelName: string | null;
  /** Who holds its place among the sessions of its key; null where it needs none. */
  readonly holder: string | null;
  /** Its client has asked already. */
  readonly asks: boolean;
  /** It is a call, whose sound ends with its peer: it is left with it, and goes on in another call. Default false. */
  readonly isCall?: boolean;
  /** As it was claimed. Default: it is new. */
  readonly claimed?: Pick<Written, 'connection' | 'oldest'> & {
    readonly epoch: number;
    readonly how: 'restored' | 'recovered';
  };
  readonly log: SessionLog;
}
