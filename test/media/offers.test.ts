import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { hangMs } from '../setup/hang.ts';
import { repeats } from '../setup/scale.ts';

const run = promisify(execFile);
const program = `${import.meta.dirname}/ill-meant.ts`;

describe('offers that are meant ill', () => {
  it.each(Array.from({ length: repeats(20) }, (_, seed) => seed))(
    'and garbage on the port end no process, and leave the next call alone (seed %i)',
    async (seed) => {
      const { stdout } = await run(process.execPath, [program, String(seed), '300'], { timeout: hangMs });
      const told = JSON.parse(stdout) as { answered: number; refused: number; works: boolean };
      expect(told.works).toBe(true);
      expect(told.answered).toBeGreaterThan(0);
      expect(told.refused).toBeGreaterThan(0);
    },
  );
});
