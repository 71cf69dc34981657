import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { asOldNode, npmProgram } from '../setup/old-node.ts';
import { examples } from './examples-server.ts';
import { runExample } from './run-example.ts';

/** Without what the npm that runs the tests was told. */
const ownEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
const root = join(examples, '..');

describe('under a Node that is too old', () => {
  it('an example says in one line which Node to use', async () => {
    const { code, stdout, stderr } = await runExample('run.js', {
      args: ['node-voice-file.ts', 'a.wav'],
      flags: asOldNode,
    });
    expect(stderr).toMatch(
      /^examples: TypeScript needs Node 22\.18 or newer, and this is Node 20\.11\.1\. Use this one: \S*node_modules\/\.bin\/node \S*examples\/node-voice-file\.ts a\.wav\n$/,
    );
    expect([code, stdout]).toEqual([1, '']);
  });

  it.each([[[]], [['nothing.ts']], [['README.md']]])(
    'the launcher of the examples says what it takes: %j',
    async (args) => {
      const { code, stderr } = await runExample('run.js', { args });
      expect(stderr).toBe('examples: name one of the examples: node examples/run.js node-text.ts\n');
      expect(code).toBe(1);
    },
  );

  it('every command of the list of examples goes through the launcher', () => {
    const commands = readFileSync(join(examples, 'README.md'), 'utf8').match(/node (?:--\S+ )?examples\/\S+/g) ?? [];
    expect(commands.length).toBeGreaterThan(8);
    expect(commands.filter((command) => !command.includes('examples/run.js'))).toEqual([]);
  });

  it('npm ci warns of no engine', async () => {
    const installs = async (files: readonly string[]): Promise<string> => {
      const folder = mkdtempSync(join(tmpdir(), 'antiphon-engines-'));
      for (const file of files) copyFileSync(join(root, file), join(folder, file));
      const args = [...asOldNode, npmProgram(), 'ci', '--dry-run', '--offline', '--no-audit', '--no-fund'];
      const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env: ownEnvironment });
      rmSync(folder, { recursive: true });
      return stderr;
    };
    const files = ['package.json', 'package-lock.json'];
    expect(await installs(files)).toContain('EBADENGINE');
    expect(await installs([...files, '.npmrc'])).toBe('');
  });
});

describe('the launcher of the examples', () => {
  it('runs an example as if it had been started itself', async () => {
    const { code, stderr } = await runExample('run.js', { args: ['node-voice-file.ts'] });
    expect(stderr).toContain('usage: node-voice-file.ts question.wav answer.wav');
    expect(code).toBe(1);
  });
});
