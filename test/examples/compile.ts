import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

const settings = {
  extends: '../../../tsconfig.test.json',
  compilerOptions: {
    composite: false,
    incremental: false,
    tsBuildInfoFile: null,
    rootDir: '../../..',
    noUnusedLocals: false,
  },
  references: [],
  include: ['*.ts'],
};

/** What the compiler says of these files, by name; nothing where all is well. They import the package by its name. */
export function problemsOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(import.meta.dirname, '.code-'));
  const modules = join(root, 'node_modules/.bin');
  const env = { ...process.env, PATH: `${modules}:${process.env['PATH']}` };
  try {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
    for (const [name, code] of Object.entries(files)) writeFileSync(join(folder, `${name}.ts`), code);
    execFileSync(join(modules, 'tsc'), ['-p', folder, '--noEmit'], { encoding: 'utf8', env });
    return '';
  } catch (error) {
    return error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
