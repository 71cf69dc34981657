import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
const workflow: {
  permissions: object;
  jobs: { all: { steps: readonly { uses?: string; run?: string; with?: Readonly<Record<string, unknown>> }[] } };
} = parse(text);
const { steps } = workflow.jobs.all;

describe('the workflow of the public forge', () => {
  it('runs the same as CI does, on the whole history', () => {
    expect(steps.at(-1)).toEqual({ run: '.ci/run' });
    expect(() => accessSync(join(root, '.ci/run'), constants.X_OK)).not.toThrow();
    expect(steps.find(({ uses }) => uses?.startsWith('actions/checkout@'))?.with).toMatchObject({ 'fetch-depth': 0 });
  });

  it('may read the repository and nothing else, and pins its actions by major version', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const used = steps.flatMap(({ uses = [] }) => uses);
    expect(used).toHaveLength(2);
    expect(used.filter((name) => !/^actions\/[a-z-]+@v\d+$/.test(name))).toEqual([]);
  });
});
