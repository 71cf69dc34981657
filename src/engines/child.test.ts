import { describe, expect, it } from 'vitest';
import { startChild } from './child.ts';

async function failureOf(program: string, args: readonly string[] = []): Promise<unknown> {
  const born = startChild(program, args);
  if ('child' in born) throw new Error('it was born');
  return born.failure;
}

describe('a child that is not born', () => {
  it('is a value that tells why, where the program is not there', async () => {
    expect(await failureOf('/nowhere/nothing')).toMatchObject({ code: 'ENOENT' });
  });

  it('is a value where the system throws, too', async () => {
    expect(await failureOf(process.execPath, ['a\0b'])).toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' });
  });
});
