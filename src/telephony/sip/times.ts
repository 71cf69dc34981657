/** Times of RFC 3261, section 17.1.1.1, in milliseconds: a round trip, the longest pause between repeats, a message's life. */
export const t1 = 500;
export const t2 = 4_000;
export const t4 = 5_000;
/** When to give up: 64 round trips. */
export const patience = 64 * t1;
