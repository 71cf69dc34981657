import type { Sessions } from '../sessions.ts';
import { type Entrance, type House, shutFor } from './decide.ts';
import { refusals } from './refusal.ts';

/** A session that is let in, if it finds a place. */
type Placeable = Extract<Entrance, { answer: 'open' | 'relay' | 'translate' }>;
type Reopening = Extract<Entrance, { answer: 'open' }>;
type Refused = Extract<Entrance, { answer: 'refuse' }>;

/**
 * Takes a place for a session that is let in among those of its key, on whichever nodes they are, and goes on: at once where the key
 * may have any number. What was to be had when it was decided may be gone by then. Rejects only where `go` throws.
 */
export async function placed<E extends Placeable, T>(
  house: House,
  sessions: Pick<Sessions, 'expect'>,
  entrance: E,
  go: (given: E | Refused) => T,
): Promise<T> {
  const { account } = entrance;
  const { sessions: most } = account.policy;
  if (most === undefined) return go(entrance);
  const kept = [sessions.expect(), account.expect()];
  const place = await account.takePlace();
  try {
    if (place === null) return go({ answer: 'refuse', refusal: refusals.tooManySessionsOfKey(most) });
    const shut = shutFor(house);
    if (shut === null) return go({ ...entrance, place });
    place.release();
    return go({ answer: 'refuse', refusal: shut });
  } finally {
    for (const arrived of kept) arrived();
  }
}

/** Has a session that was claimed bring its place among those of its key along from where it was. Never rejects. */
export async function placedAgain(
  sessions: Pick<Sessions, 'expect'>,
  entrance: Reopening,
  held: string | null,
): Promise<Reopening> {
  const kept = [sessions.expect(), entrance.account.expect()];
  const place = await entrance.account.movePlace(held);
  for (const arrived of kept) arrived();
  return place === null ? entrance : { ...entrance, place };
}
