import type { RefusedCall } from '../../calls/exchanged.ts';

/** What a carrier is told of a call that rings: where its sound goes, or why there is to be none. */
export type Rung = { readonly ok: true; readonly markup: string } | RefusedCall;
