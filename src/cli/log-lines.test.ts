import { describe, expect, it } from 'vitest';
import { type LogLevel, logLines } from './log-lines.ts';

async function logged(level: LogLevel, pretty = false) {
  const lines: string[] = [];
  const log = await logLines({ level, pretty, to: { write: (line: string) => void lines.push(line) } });
  return { log, lines };
}

describe('the log', () => {
  it('writes one JSON object a line, with the fields of its children', async () => {
    const { log, lines } = await logged('info');
    log.child({ session: 'sess_1' }).info('opened', { model: 'echo' });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 30,
      time: expect.any(Number),
      session: 'sess_1',
      model: 'echo',
      msg: 'opened',
    });
  });

  it('leaves out what is below its level', async () => {
    const { log, lines } = await logged('warn');
    log.debug('no');
    log.info('no');
    log.warn('yes');
    log.error('yes', { err: new Error('why') });
    expect(lines).toHaveLength(2);
    expect(lines[1]).toContain('why');
  });

  it('says nothing at all when silent', async () => {
    const { log, lines } = await logged('silent');
    log.error('no');
    expect(lines).toEqual([]);
  });
});

/** What clears the screen, sets a title, turns letters round and begins a line, in C0, C1 and beyond. */
const wicked = 'a\x1b[2J\x9b2J\x1b]0;t\x07\u202eb\r\n[12:00] INFO: forged\u2028\x7f';

describe('words of others in the log', () => {
  it.each([false, true])('can not steer a terminal, pretty: %s', async (pretty) => {
    process.env['NO_COLOR'] = '1';
    const { log, lines } = await logged('info', pretty);
    const err = Object.assign(new Error(wicked), { code: wicked });
    log.child({ [wicked]: wicked }).info(wicked, { server: wicked, list: [wicked, { deep: wicked }], err });
    delete process.env['NO_COLOR'];
    expect(lines.join('').replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
    expect(lines.join('')).not.toMatch(/^\[12:00\]/m);
  });

  it('are what they were, read back from JSON', async () => {
    const { log, lines } = await logged('info');
    log.info(wicked, { server: wicked });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ msg: wicked, server: wicked });
  });
});

describe('the log at a terminal', () => {
  it('is for people: a line of text with the fields below it', async () => {
    const { log, lines } = await logged('info', true);
    log.info('opened', { model: 'echo' });
    expect(lines.join('')).toMatch(/opened[\s\S]*model/);
    expect(() => JSON.parse(lines.join(''))).toThrow('JSON');
  });
});
