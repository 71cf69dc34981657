import type { SessionLog } from '../../log.ts';
import type { Moment } from './moment.ts';
import { blindWatch, type Observer } from './observer.ts';

/** Writes what is said in every session as info lines: the operator's wish, since nothing else ever logs words. */
export function transcriptLog(log: SessionLog): Observer {
  return {
    refused() {},
    opened({ id }) {
      const sessionLog = log.child({ session: id });
      return { ...blindWatch, moment: (moment) => write(sessionLog, moment) };
    },
  };
}

function write(log: SessionLog, moment: Moment): void {
  switch (moment.is) {
    case 'transcribed':
      return log.info('the user said', { itemId: moment.itemId, transcript: moment.transcript });
    case 'typed':
      return log.info('the user typed', { itemId: moment.itemId, text: moment.text });
    case 'said':
      return log.info('the assistant said', { itemId: moment.itemId, transcript: moment.text });
    case 'translated':
      return log.info('translated', { heard: moment.heard, said: moment.said });
    default:
      return;
  }
}
