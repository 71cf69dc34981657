import type { Pieces } from '../../engines/contract.ts';
import { type Patience, withinTime } from '../../engines/within-time.ts';

/** What has to be waited for, within its time; a plain iterable never keeps anybody waiting. */
export function timely<T>(pieces: Pieces<T>, patience: Patience): Pieces<T> {
  return Symbol.asyncIterator in pieces ? withinTime(() => pieces, patience) : pieces;
}
