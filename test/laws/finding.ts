/** What a program of its own exits with once a law is broken. No crash of Node's exits with it. */
export const lawBrokenCode = 42;

/** A law that was broken, and how. */
export interface Finding {
  readonly law: string;
  readonly how: string;
}
