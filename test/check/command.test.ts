import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { programsOfTest } from '../e2e/programs.ts';
import { serve } from '../e2e/test-server.ts';

const { ended } = programsOfTest();

/** A rule that the server of a test holds, and one that it does not. */
const holding = 'core.session/update-answered';
const failing = 'core.connect/wrong-key';

describe('antiphon check', () => {
  it('exits with 0 where every MUST holds, and writes what came for programs', async () => {
    const server = await serve();
    const folder = folderWith({});
    const files = ['--json', 'r.json', '--junit', 'r.xml', '--md', 'r.md', '--badge', 'r.badge.json'];
    const args = ['check', server.realtime, '--model', 'echo', '--only', 'core.session/*', '--tap', ...files];
    const { code, stdout, stderr } = await ended(args, { folder });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^TAP version 14\n1\.\.\d+\nok 1 - core\./);
    const read = (name: string) => readFileSync(join(folder, name), 'utf8');
    const { url, version, results } = JSON.parse(read('r.json'));
    expect([url, version]).toEqual([server.realtime, expect.any(String)]);
    expect(results).toContainEqual(
      expect.objectContaining({ id: holding, profile: 'core', level: 'must', verdict: 'pass', why: '' }),
    );
    expect(read('r.xml')).toContain(`<testcase name="${holding}" classname="core.session"`);
    expect(read('r.md')).toContain('| core.session | ');
    expect(JSON.parse(read('r.badge.json'))).toMatchObject({ schemaVersion: 1, color: 'brightgreen' });
  });

  it('exits with 1 where one does not, tells why, and leaves a take without the key', async () => {
    const server = await serve();
    const folder = folderWith({});
    const args = ['check', server.url, '--model', 'echo', '--key', 'sk-mine', '--timeout', '0.5', '--takes', 'takes'];
    const { code, stdout } = await ended([...args, '--only', failing], { folder });
    expect(code).toBe(1);
    expect(stdout).toContain(`FAIL ${failing} (MUST)`);
    expect(stdout).toContain('Required: A wrong key is refused');
    expect(stdout).toContain(`Alone: antiphon check`);
    const take = join(folder, 'takes/core.connect-wrong-key.take/take.jsonl');
    expect(existsSync(take)).toBe(true);
    expect(readFileSync(take, 'utf8')).toContain('{"take":1,');
    expect(readFileSync(take, 'utf8')).not.toContain('sk-mine');
  });

  it('does not count a failure that is known, and names one that passes', async () => {
    const server = await serve();
    const folder = folderWith({ 'known.yaml': `${failing}: It has no keys.\n${holding}: It used to fail.\n` });
    const rules = ['--only', failing, '--only', holding, '--timeout', '2', '--expect', 'known.yaml'];
    const args = ['check', server.url, '--model', 'echo', '--key', 'sk-mine', ...rules];
    const { code, stdout } = await ended(args, { folder });
    expect(code).toBe(0);
    expect(stdout).toContain('known: It has no keys.');
    expect(stdout).toContain(`${holding} is expected to fail, and passed`);
  });

  it('exits with 2 where nothing answers, or what answers refuses', async () => {
    const gone = await serve();
    await gone.close();
    const unreachable = await ended(['check', gone.url]);
    expect(unreachable.code).toBe(2);
    expect(unreachable.stderr).toMatch(/^antiphon: Nothing can be reached at http\S+: \S+ connect ECONNREFUSED.*\n$/);
    const locked = await serve({ auth: { keys: ['sk-other'] } });
    for (const [args, line] of [
      [
        [locked.url, '--key', 'sk-mine'],
        /^antiphon: The server refused with "invalid_api_key".*closed with 3000.*--key.*\n$/,
      ],
      [[locked.url], /^antiphon: The server refused with .*closed with 3000.*--key.*\n$/],
      [[`${locked.url}/v1/nothing`], /^antiphon: The upgrade was answered with HTTP 404: .* Is the path right\?.*\n$/],
    ] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one program at a time
      const { code, stderr } = await ended(['check', ...args]);
      expect([code, stderr]).toEqual([2, expect.stringMatching(line)]);
    }
  });

  it.each([
    [['check'], 'Name the endpoint'],
    [['check', 'ws://127.0.0.1:1', '--bogus'], "unknown option '--bogus'"],
  ])('exits with 3 and one line for %j', async (args, line) => {
    const { code, stderr } = await ended(args);
    expect(code).toBe(3);
    expect(stderr).toContain(line);
    expect(stderr.trimEnd().split('\n').length).toBe(1);
  });
});
