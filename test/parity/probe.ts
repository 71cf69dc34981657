import type { ContentDifference } from './difference.ts';
import type { NamedObjects, Messages } from './pairs.ts';
type Found = { [N in keyof NamedObjects & string]: ContentDifference<NamedObjects[N][0], NamedObjects[N][1], N, NamedObjects> };
type FoundM = { [N in keyof Messages & string]: ContentDifference<Messages[N][0], Messages[N][1], N, NamedObjects> };
export const a0: Found['AudioInput'] = 0;
export const a1: Found['Response'] = 0;
type S<X> = X extends string ? `${X}` : X;
export const a: S<Found[keyof Found]> = 0;
export const b: S<FoundM[keyof FoundM]> = 0;
