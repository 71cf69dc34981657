/** A scenario file that cannot be read. The message is one line: `FILE:LINE: what is wrong and where`. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly fileName: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;

  constructor(problem: string, place: { readonly fileName: string; readonly line: number; readonly column: number }) {
    super(`${place.fileName}:${place.line}: ${problem}`);
    this.fileName = place.fileName;
    this.line = place.line;
    this.column = place.column;
  }
}
