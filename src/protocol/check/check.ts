import type { NullFields } from './nulls.ts';
import type { Problem } from './problem.ts';

/**
 * Finds the first problem of a value, or null. Never throws, changes nothing, copies nothing. Adds to `nulls` the fields
 * that are null and count as absent.
 */
export type Check = (value: unknown, nulls: NullFields) => Problem | null;

/**
 * Who sent what is checked. Of a `client`, keys that the schema does not name are refused, and null counts as absent in
 * an optional field to which the schema gives no null of its own (behaviour §0 D19). Of a `server`, such keys pass, and
 * null is taken only where the schema has it.
 */
export type Sender = 'client' | 'server';
