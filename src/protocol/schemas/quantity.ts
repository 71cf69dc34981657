import * as z from 'zod';

/** A place in a list, counted from 0. */
export const index = z.int().min(0);

/** A length or a position in audio, in whole milliseconds. */
export const milliseconds = z.int().min(0);

/** A moment in whole seconds since 1970-01-01 UTC. 0 where the server has none to tell. */
export const unixSeconds = z.int();

/** A number of tokens. */
export const tokens = z.int();
