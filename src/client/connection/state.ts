import type { WireClosed } from '../../wire/wire.ts';
import type { ClientError } from '../errors.ts';

/** How a session's connection is: being opened, open, lost and being opened again, or gone for good. */
export type ConnectionState = 'connecting' | 'open' | 'reconnecting' | 'closed';

/** What the app learns of the connection; these are no events of the server. */
export type ConnectionChange =
  | {
      readonly type: 'reconnecting';
      /** `lost`: the connection broke. `age`: the session comes close to its end, and a new one takes over. */
      readonly reason: 'lost' | 'age';
      /** Counts from 1. */
      readonly attempt: number;
      /** Time until this attempt, in milliseconds. */
      readonly delayMs: number;
      /** How the last connection ended, or why the last attempt failed. */
      readonly cause: WireClosed | ClientError;
    }
  | {
      readonly type: 'reconnected';
      /**
       * The session was taken up again, with what was missed: nothing was replayed. `continued`: nothing was lost. Else what
       * ran is given up, and what had come of it meanwhile is in the conversation. Absent if a new session took its place.
       */
      readonly resumed?: 'continued' | 'restored' | 'recovered';
      /** Items that were replayed, in order; they are text now. */
      readonly restoredItemIds: readonly string[];
      /** Events that had waited and made no sense any more, by type: mostly sound of the old connection. */
      readonly dropped: Readonly<Record<string, number>>;
    }
  | {
      /** It did not come back; the session is closed. */
      readonly type: 'lost';
      readonly cause: ClientError;
    };
