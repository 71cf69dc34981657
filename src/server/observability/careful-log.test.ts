import { describe, expect, it } from 'vitest';
import { EngineError } from '../../engines/parts.ts';
import { type LogFields, type SessionLog, silentLog } from '../log.ts';
import { carefulLog } from './careful-log.ts';

const words = 'my name is Rumpelstiltskin';

/** What the log is given of an error: all that can be found in it. */
function logged(err: unknown, keepWords = false): { readonly text: string; readonly err: unknown } {
  let fields: LogFields = {};
  const log: SessionLog = { ...silentLog, error: (_, given = {}) => void (fields = given), child: () => log };
  carefulLog(log, keepWords).child({ session: 's' }).error('the model failed', { err });
  const all = (value: unknown, depth = 0): unknown =>
    value instanceof Error && depth < 9
      ? Object.getOwnPropertyNames(value).map((name) => [name, all(Reflect.get(value, name), depth + 1)])
      : value;
  return { text: JSON.stringify(all(fields['err'])), err: fields['err'] };
}

function parserError(): unknown {
  try {
    return JSON.parse(words);
  } catch (cause) {
    return cause;
  }
}

describe('an error in the log', () => {
  it.each([
    ['an upstream that is quoted', new EngineError('engine_rejected', `It says: ${words}`, { logged: 'It refused.' })],
    ['a parser', parserError()],
    ['a refusal of a library', Object.assign(new Error(`400 ${words}`), { status: 400, error: { message: words } })],
    ['what hangs on an error', Object.assign(new Error('broken'), { body: words, headers: { authorization: words } })],
    ['a cause', new Error('broken', { cause: new Error(words) })],
    ['a cause of a cause', new Error('broken', { cause: new Error('x', { cause: parserError() }) })],
    ['what is no error', words],
    ['what is no error, but an object', { message: words }],
    ['a cause that is no error', new Error('broken', { cause: words })],
    ['a message that looks like a stack', Object.assign(new Error(`a\n    at ${words}`), { status: 500 })],
  ])('holds no words of a user: of %s', (_, error) => {
    expect(logged(error).text).not.toContain('Rumpel');
  });

  it('says what kind it is, what its maker says and where it comes from', () => {
    const error = new EngineError('engine_rejected', `It says: ${words}`, { logged: 'It refused.' });
    const { err, text } = logged(error);
    expect(err).toBeInstanceOf(Error);
    expect(err).toMatchObject({ name: 'EngineError', message: 'It refused.', code: 'engine_rejected' });
    expect(text).toContain('careful-log.test.ts');
    expect(logged(new Error('connection refused by the model')).err).toMatchObject({
      message: 'connection refused by the model',
    });
    const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    expect(logged(new Error('fetch failed', { cause: system })).text).toContain('connect ECONNREFUSED');
  });

  it('holds words where they are wanted, and still nothing that hangs on it', () => {
    const error = Object.assign(new Error(`It says: ${words}`), { headers: { authorization: 'Bearer sk-secret' } });
    expect(logged(error, true).text).toContain('Rumpel');
    expect(logged(error, true).text).not.toContain('sk-secret');
  });

  it('that is in a circle of causes ends', () => {
    const error = new Error('broken');
    error.cause = error;
    expect(logged(error).text).toContain('broken');
  });
});
