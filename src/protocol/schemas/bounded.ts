import * as z from 'zod';

/**
 * What a client may name: models, voices, tools, labels, ids that it did not choose. The API states few lengths; these are
 * far beyond what anyone needs, so that a session takes a bounded place wherever it is kept.
 */
export const name = z.string().max(512);

/** An address, a header or a token. */
export const address = z.string().max(16_384);

/** A description or a hint for a model. */
export const note = z.string().max(65_536);

/** A file or picture in the midst of settings. */
export const file = z.string().max(1_000_000);

/** The most members of a list in which each stands for a thing of the client's: tools, names, content parts. */
export const mostMembers = 1000;

/** The most pairs of a map from the client's names. */
export const mostPairs = 100;
