import { describe, expect, it } from 'vitest';
import { createHandles, handleHash } from './handles.ts';

const facts = { node: '0a1b2c', sessionId: 'sess_0a1b2cABCDEFGHIJKLMNO', connection: 37 };
const key = new Uint8Array(32).fill(1);

describe('a handle', () => {
  it('names node, session and connection to its owner, in at most 64 characters', () => {
    const handle = createHandles(key).issue(facts, 'me');
    expect(createHandles(key).read(handle, 'me')).toEqual(facts);
    expect(handle).toMatch(/^rsm_[\w-]{1,60}$/);
    expect(handleHash(handle)).not.toContain(handle.slice(4, 12));
  });

  it('is nothing to another owner, under another key, and once any character of it is another', () => {
    const handles = createHandles(key);
    const handle = handles.issue(facts, 'me');
    expect(handles.read(handle, 'you')).toBeNull();
    expect(createHandles(new Uint8Array(32).fill(2)).read(handle, 'me')).toBeNull();
    for (let at = 0; at < handle.length - 1; at += 1) {
      const other = handle[at] === 'b' ? 'c' : 'b';
      expect(handles.read(handle.slice(0, at) + other + handle.slice(at + 1), 'me')).toBeNull();
    }
    expect(handles.read(`${handle}A`, 'me')).toBeNull();
  });
});
