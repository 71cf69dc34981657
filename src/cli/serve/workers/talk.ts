import { join } from 'node:path';
import type { MetricsReport, Readiness } from '../../../server/index.ts';
import type { SetupProblem } from '../../../server/setup-error.ts';

/** What a worker learns when it begins. */
export interface Beginning {
  /** Which of the workers it is, the first being 1. */
  readonly index: number;
  /** The port to ask for; null: the one of the settings. */
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
  readonly code: SetupProblem;
  readonly message: string;
}

/** What a worker asks its primary. */
export type OfPrimary = {
  begin(): Beginning;
  /** It listens. */
  ready(url: string): void;
  mistake(mistake: Mistake): void;
  metrics(): Promise<readonly MetricsReport[]>;
  readiness(): Promise<readonly Readiness[]>;
};

/** What the primary asks a worker. */
export type OfWorker = {
  metrics(): Promise<MetricsReport>;
  readiness(): Readiness;
  reload(): void;
  /** Drains, and exits. */
  stop(): void;
};

/** The socket of the worker with this process id, in the folder of all of them. */
export function socketIn(folder: string, pid: number): string {
  return join(folder, `${pid}.sock`);
}
