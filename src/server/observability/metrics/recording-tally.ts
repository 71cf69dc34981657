import { Counts } from './series.ts';

/** What is counted of sessions that are recorded. */
export class RecordingTally {
  readonly takes = new Counts();

  over(outcome: string): void {
    this.takes.add({ outcome });
  }
}
