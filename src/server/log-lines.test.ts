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

describe('the log at a terminal', () => {
  it('is for people: a line of text with the fields below it', async () => {
    const { log, lines } = await logged('info', true);
    log.info('opened', { model: 'echo' });
    expect(lines.join('')).toMatch(/opened[\s\S]*model/);
    expect(() => JSON.parse(lines.join(''))).toThrow('JSON');
  });
});
