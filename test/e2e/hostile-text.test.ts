import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folderWith } from '../clients/program.ts';
import { until } from '../clients/until.ts';
import { type Ending, evil, hostileServer } from './hostile-server.ts';
import { listingServer } from './listing-server.ts';
import { programsOfTest } from './programs.ts';
import { startTalk, talked } from './talk-program.ts';

const { ended } = programsOfTest();

/** What does something to a terminal, but for the ends of lines. */
const harmful = /[^\P{Cc}\n]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
/** What `antiphon talk` does to a terminal itself: colours, and its rows at the bottom drawn anew. */
// oxlint-disable-next-line no-control-regex -- they are what this is about
const own = /\x1b\[\d+m|(?:\x1b\[\d+A)?\r\x1b\[J|\r(?=\n)/g;

const endings: readonly Ending[] = ['completed', 'incomplete', 'failed', 'refused', 'closed'];

describe('what a server sends', () => {
  it.each(endings)('does nothing to a terminal by any of its texts: an errand that is %s', async (ending) => {
    const url = await hostileServer(ending);
    const { code, stdout, stderr } = await talked([url, '--text', 'hello']);
    expect(code).toBe(ending === 'completed' || ending === 'incomplete' ? 0 : 1);
    expect(stdout + stderr).not.toMatch(harmful);
    expect(stdout + stderr).toMatch(/\\u202e|\\u009b/);
    expect(stderr).not.toMatch(/^antiphon: all is well/m);
  });

  it('does nothing by any of them where lines are piped in, and shows them all', async () => {
    const url = await hostileServer('incomplete');
    const { stdout, stderr } = await talked([url], { input: 'hello\n' });
    const shown = stdout + stderr;
    expect(shown).not.toMatch(harmful);
    for (const told of ['the answer', 'heard', 'be brief', 'read', 'text of a file', 'It broke.', 'open', 'No.'])
      expect(shown).toContain(told);
    expect(shown).toContain('The answer is not whole: max_output_tokens');
    expect(stderr.match(/^Malformed event: .*$/gm)).toHaveLength(4);
  });

  it('does nothing at a terminal, where it asks, too', async () => {
    const url = await hostileServer('failed');
    const program = startTalk([url, '--no-mic', '--no-speaker'], {
      inTerminal: true,
      environment: { FORCE_COLOR: '1' },
    });
    await until('the connection', () => program.stdout().includes('Connected'));
    program.type('hello\r');
    await until('the question', () => program.stdout().includes('Allow files'));
    program.type('n\r');
    await until('the end of the answer', () => program.stdout().includes('The answer failed'));
    program.type('\x03');
    await program.exited();
    expect(program.stdout().replaceAll(own, '')).not.toMatch(harmful);
    expect(program.stdout()).toContain('\x1b[32m');
  });

  it('stands with --json as JSON that any reader takes for the same, and no terminal for more', async () => {
    const url = await hostileServer('completed');
    const { stdout, stderr } = await talked([url, '--json', '--text', 'hello']);
    expect(stdout + stderr).not.toMatch(harmful);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const done = events.find(({ type }) => type === 'response.output_text.done');
    expect(done.text).toBe(`the answer\nin two lines${evil}`);
    const request = events.find(({ item }) => item?.type === 'mcp_approval_request');
    expect(request.item).toMatchObject({ server_label: `files${evil}`, name: `read${evil}` });
  });
});

describe('what stands in files, on the command line and in lists of models', () => {
  it('does nothing to a terminal by way of check-config', async () => {
    const quoted = JSON.stringify(`x${evil}`);
    const files = {
      'unknown.yaml': `${quoted}: 1\nmodels: { ${quoted}: { nonsense: ${quoted} } }\n`,
      'host.yaml': `host: ${quoted}\nport: ${quoted}\nmodels: { a: { scenario: ${quoted} } }\n`,
      'module.yaml': `models: { a: { speech_to_speech: { engine: ${JSON.stringify(`./x\x1b[2J\x9b\u202e.js`)} } } }\n`,
      'raw.yaml': 'models: { a: \x9b31m\u202e, b: [\n',
    };
    const folder = folderWith(files);
    for (const file of Object.keys(files)) {
      const { code, stdout, stderr } = await ended(['check-config', file], { folder });
      expect([file, code, stdout]).toEqual([file, 1, '']);
      expect(stderr).not.toMatch(harmful);
      const served = await ended(['serve', '--port', '0', '--config', file], { folder });
      expect([file, served.code]).toEqual([file, 1]);
      expect(served.stdout + served.stderr).not.toMatch(harmful);
    }
  });

  it('does nothing by way of init and of a probe', async () => {
    const server = await listingServer(`qwen\x1b[2J\x9b31m\u202e`, 'whisper-1');
    try {
      const folder = folderWith({});
      const written = await ended(['init', '--yes', '--endpoint', server.url, '--file', 'a\u202e.yaml'], { folder });
      expect([written.code, written.stdout + written.stderr]).toEqual([0, expect.not.stringMatching(harmful)]);
      expect((await ended(['check-config', 'a\u202e.yaml'], { folder })).stdout).not.toMatch(harmful);
      const asked = { engine: 'openai', base_url: server.url, model: `other\x9b\u202e` };
      const probed = {
        models: { a: { pipeline: { transcriber: 'none', language_model: asked, synthesizer: 'tone' } } },
      };
      const folder2 = folderWith({ 'b.yaml': JSON.stringify(probed) });
      const { stderr } = await ended(['check-config', '--probe', 'b.yaml'], { folder: folder2 });
      expect(stderr).toContain('has no model other\\u009b\\u202e; it has qwen\\u001b[2J');
      expect(stderr).not.toMatch(harmful);
    } finally {
      await server.close();
    }
  });

  it.each([
    ['talk', '\x9b2J\u202e'],
    ['talk', '--provider', '\x9b2J'],
    ['talk', '--text', 'a', '--session', '\x1b[2J\u202e.json'],
    ['talk', '--wav', '\x1b[2J\u202e.wav'],
    ['talk', '--timeout', '\x9b\u202e', '--text', 'a'],
    ['serve', '--port', '\x9b\u202e'],
    ['serve', '--config', '\x1b[2J\u202e.yaml'],
    ['serve', '--host', '\x9b\u202e', '--port', '0'],
    ['check-config', '\x1b[2J\u202e.yaml'],
    ['init', '--yes', '--file', join('no\x1b[2J', '\u202e.yaml'), '--endpoint', 'http://127.0.0.1:1/\x9b'],
    ['\x1b[2J\u202e'],
    ['--\x9b2J'],
  ])('does nothing by way of the command line: %j', async (...args) => {
    const { code, stdout, stderr } = await ended(args);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toMatch(harmful);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
