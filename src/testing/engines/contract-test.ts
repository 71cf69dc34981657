import { AssertionError } from 'node:assert/strict';

/** One promise of a contract, for any test framework: `for (const { name, run } of tests) it(name, run)`. */
export interface ContractTest {
  /** What the engine promises, as a sentence without its subject. */
  readonly name: string;
  /** Rejects with an `AssertionError` where the engine does not keep it. */
  run(): Promise<void>;
}

/** What every contract test can be told. */
export interface ContractOptions {
  /** How long an engine may take to end what it does, in milliseconds of real time. Default 10000. */
  readonly patienceMs?: number;
  /** How long it may take to stop after an abort. Default 500. */
  readonly stopWithinMs?: number;
}

export const defaultPatienceMs = 10_000;
export const defaultStopWithinMs = 500;

/** Rejects unless this settles in time. */
export async function inTime<T>(work: PromiseLike<T>, ms: number, what: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AssertionError({ message: `${what} within ${ms} ms` })), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
