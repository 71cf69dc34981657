import type { Redaction } from '../format.ts';
import { recordTake, type TakeRecording } from './record-take.ts';
import type { ShelvedSession } from './take-shelf.ts';

/** What a recording leaves out. */
export interface RecordToOptions {
  /** What is left out besides keys and tokens. Default nothing. */
  readonly redact?: readonly Redaction[];
}

/** Writes the sessions of a server into files of your choice: what `listen` takes as `record`. */
export interface TakeRecorder {
  begin(session: ShelvedSession, over: (outcome: 'kept' | 'failed', cause?: unknown) => void): TakeRecording;
  /** Resolves when every session that has ended is on the disk. */
  settled(): Promise<void>;
}

/**
 * Records to a take: a folder (`weather.take`), or one file with its sound inline (`weather.take.jsonl`). A second session goes
 * beside it as `weather-2.take`, and so on. Give it to `listen` as `record`; `close` of the server waits until all is written.
 */
export function recordTo(path: string, { redact = [] }: RecordToOptions = {}): TakeRecorder {
  const ended = new Set<Promise<void>>();
  let count = 0;
  return {
    begin(session, over) {
      count += 1;
      let hasFailed = false;
      const take = recordTake(numbered(path, count), {
        ...session,
        by: 'antiphon/testing',
        redact,
        failed(cause) {
          hasFailed = true;
          over('failed', cause);
        },
      });
      return {
        ...take,
        closed(t, closed) {
          take.closed(t, closed);
          ended.add(take.end().then(() => (hasFailed ? undefined : over('kept'))));
        },
      };
    },
    async settled() {
      await Promise.all(ended);
    },
  };
}

function numbered(path: string, count: number): string {
  return count === 1 ? path : path.replace(/(\.take(?:\.jsonl)?|\.jsonl)?$/, (ending) => `-${count}${ending}`);
}
