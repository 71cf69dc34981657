import type { Difference } from './difference.ts';
import type { NamedObjects, Messages, Compared } from './pairs.ts';
type S<X> = X extends `${infer Y}` ? Y : never;
type Found = { [N in keyof Compared & string]: Difference<Compared[N][0], Compared[N][1], N, NamedObjects> };
export const a: S<Found[keyof NamedObjects]> = 0;
export const b: S<Found[keyof Messages]> = 0;
