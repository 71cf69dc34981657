/**
 * What ends a check before its end. `fail`: the server does not do what is required. `absent`: it has no such feature
 * and says so. `error`: the check could not be carried out. `silent`: it fails because nothing came in
 * time. `refused`: what was asked for was refused by a clean error, which makes an optional feature absent.
 */
export type FindingKind = 'fail' | 'silent' | 'refused' | 'absent' | 'error';

/** Thrown by checks; the message is a sentence for the reader of the report. */
export class Finding extends Error {
  override readonly name = 'Finding';
  readonly kind: FindingKind;

  constructor(kind: FindingKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The feature is not there. */
export function absent(why: string): Finding {
  return new Finding('absent', why);
}

/** What was granted before must be granted here: a refusal fails the check, even one of an optional feature. */
export async function taken<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (cause) {
    throw cause instanceof Finding && cause.kind === 'refused' ? new Finding('fail', cause.message) : cause;
  }
}

/** Fails the check unless the condition holds. */
export function holds(condition: boolean, why: string): asserts condition {
  if (!condition) throw new Finding('fail', why);
}
