import type { RunningServer } from '../../server/listen.ts';
import type { SessionLog } from '../../server/log.ts';
import type { LiveOptions } from '../../server/options.ts';
import { failuresIn } from '../models/all-of.ts';
import { oneLine } from '../one-line.ts';
import { type Held, lossIn } from './loss.ts';

export interface Reloading {
  readonly server: Pick<RunningServer, 'reload'>;
  readonly log: SessionLog;
  /** The settings that the server was started with. */
  readonly started: Held;
  /** Reads the settings anew. */
  readonly read: () => Promise<ReadSettings>;
}

/** Settings that were read, and what loads that which they name. */
export interface ReadSettings {
  readonly held: Held;
  readonly load: () => Promise<LiveOptions>;
}

/**
 * What a wish to reload comes to: the settings are read, and served to new sessions if they are good; if not, a line of
 * the log says why and everything stays, as it does where they have lost what kept others out. A wish that comes meanwhile
 * is fulfilled afterwards.
 */
export function reloader({ server, log, started, read }: Reloading): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let held = started;
  async function reload(): Promise<void> {
    let conceal = (text: string): string => text;
    try {
      const settings = await read();
      conceal = settings.held.conceal;
      const loss = lossIn(held, settings.held);
      if (loss !== null) {
        log.error(`configuration not reloaded: ${loss}, and the server keeps what it has. To do without, restart it.`);
        return;
      }
      const options = await settings.load();
      server.reload(options);
      held = settings.held;
      log.info('configuration reloaded', { models: Object.keys(options.models).map(conceal) });
    } catch (error) {
      for (const failure of failuresIn(error)) log.error(`configuration not reloaded: ${conceal(oneLine(failure))}`);
    }
  }
  return () => {
    last = last.then(reload);
    return last;
  };
}
