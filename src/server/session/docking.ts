import type { Input } from '../../core/input.ts';
import type { Session } from '../../core/session.ts';
import type { SessionSecrets, Snapshot } from '../../core/snapshot.ts';
import type { Step } from '../../core/step.ts';
import type { Hosting } from './host.ts';

/** What looks after a session that can be taken up again. */
export interface Docking {
  /** The same step, of which it sees what the session has become. */
  watching(step: (session: Session, input: Input) => Step): (session: Session, input: Input) => Step;
  /** The same host, with what it has to say among what the session says. */
  over(hosting: Hosting<Input>): Hosting<Input>;
  /** Memory that it takes. */
  readonly bytes: number;
}

/** A session that was written down and is to go on. */
export interface Reopened {
  readonly snapshot: Snapshot;
  readonly secrets: SessionSecrets;
  /** More may have been told than was written down: ids are made that cannot have been told yet. */
  readonly reseed?: number;
  /** Its age counts anew. */
  readonly renews: boolean;
}
