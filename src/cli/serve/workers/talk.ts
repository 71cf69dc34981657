import type { MetricsReport, Readiness } from '../../../server/index.ts';
import type { SetupProblem } from '../../../server/setup-error.ts';

/** What a worker learns when it begins. */
export interface Beginning {
  /** Which of the workers it is, the first being 1. */
  readonly index: number;
  /** The port that all of them serve; null until the first of them has it. */
  readonly port: number | null;
  /** A folder for sockets that lead from one worker to another. */
  readonly folder: string;
  /** What the nodes of this endpoint share and nobody else knows. */
  readonly secret: string;
  /** It speaks for all, where one line of the log is enough. */
  readonly speaks: boolean;
}

/** Why a worker can't serve: a mistake of whoever started the program. */
export interface Mistake {
  readonly problem: SetupProblem;
  readonly message: string;
}

/** What a worker asks its primary. */
export interface OfPrimary {
  begin(): Beginning;
  /** It listens. */
  ready(url: string): void;
  mistake(mistake: Mistake): void;
  metrics(): Promise<readonly MetricsReport[]>;
  readiness(): Promise<readonly Readiness[]>;
}

/** What the primary asks a worker. */
export interface OfWorker {
  metrics(): Promise<MetricsReport>;
  readiness(): Readiness;
  reload(): void;
  /** Drains, and exits. */
  stop(): void;
}
