/** A test that shows that a promise is kept. */
export interface Proof {
  /** The test file's path in the repository. */
  readonly file: string;
  /** The test's title as the file has it, with the titles around it where it is not the only one of that name: `outer > inner`. */
  readonly test: string;
  /** Of a table of cases: a text of the row that is meant, found in the test's file or in what it imports of the tests' own. */
  readonly row?: string;
}

type Verdict =
  | { readonly kept: 'yes'; readonly proof: readonly [Proof, ...Proof[]] }
  | { readonly kept: 'partly'; readonly missing: string; readonly proof: readonly [Proof, ...Proof[]] }
  | { readonly kept: 'no'; readonly missing: string; readonly proof?: readonly [] };

/** One thing that a Realtime server does for its clients, and whether this one does it. */
export type Statement = {
  readonly id: string;
  /** Where it stands in the behaviour reference, such as `§2.1`. */
  readonly section: string;
  /** One sentence that a user understands. */
  readonly promise: string;
} & Verdict;

/** Statements that a user looks for in one place: a row of the README's table. */
export interface Area {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** Names tests of one file: `const turns = testsIn('src/core/input-audio/turn.test.ts')`, then `turns('starts no turn for a click')`. */
export function testsIn(file: string): (test: string, row?: string) => Proof {
  return (test, row) => (row === undefined ? { file, test } : { file, test, row });
}
