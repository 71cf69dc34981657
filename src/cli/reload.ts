import type { Listening } from '../server/listen.ts';
import type { SessionLog } from '../server/log.ts';
import type { LiveOptions } from '../server/options.ts';
import { failuresIn } from './models/all-of.ts';
import { oneLine } from './one-line.ts';

export interface Reloading {
  readonly server: Pick<Listening, 'reload'>;
  readonly log: SessionLog;
  /** Reads the settings anew, and loads what they name. */
  readonly read: () => Promise<LiveOptions>;
}

/**
 * What a wish to reload comes to: the settings are read, and served to new sessions if they are good; if not, a line of
 * the log says why and everything stays. A wish that comes meanwhile is fulfilled afterwards.
 */
export function reloader({ server, log, read }: Reloading): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  async function reload(): Promise<void> {
    try {
      const options = await read();
      server.reload(options);
      log.info('configuration reloaded', { models: Object.keys(options.models) });
    } catch (error) {
      for (const failure of failuresIn(error)) log.error(`configuration not reloaded: ${oneLine(failure)}`);
    }
  }
  return () => {
    last = last.then(reload);
    return last;
  };
}
