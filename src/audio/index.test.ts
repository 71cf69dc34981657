import { describe, expect, it } from 'vitest';
import * as plain from './index.ts';
import * as node from './node/index.ts';

describe('antiphon/audio', () => {
  it('has the same names on every platform', () => {
    expect(Object.keys(node).toSorted()).toEqual(Object.keys(plain).toSorted());
  });

  it('differs between platforms in base64 only', () => {
    const differing = Object.entries(plain).filter(
      ([name, value]) => Object.entries(node).find(([other]) => other === name)?.[1] !== value,
    );
    expect(differing.map(([name]) => name).toSorted()).toEqual(['decodeBase64', 'encodeBase64']);
  });
});
