import { describe, expect, it } from 'vitest';
import { headersOf } from './headers.ts';

describe('the headers of a request', () => {
  it('hold the later of two values of one name', () => {
    expect([
      ...headersOf([
        ['Accept', 'a'],
        ['accept', 'b'],
      ]),
    ]).toEqual([['accept', 'b']]);
  });

  it.each(['sk-secret\nmore', 'sk-secret…', 'sk-secret\0'])('never show a value that none can carry: %j', (value) => {
    const build = (): unknown => headersOf([['authorization', value]]);
    expect(build).toThrow('The header "authorization" has characters that no header can carry.');
    expect(build).not.toThrow('secret');
  });
});
