import { describe, expect, it } from 'vitest';
import { Frame } from './frame.ts';

const frame = (text: string): Frame => new Frame(Buffer.from(text), false);

describe('the type of a frame', () => {
  it.each([
    ['{"type":"response.create"}', 'response.create'],
    ['{"item":{"type":"message"},"type":"conversation.item.create"}', 'conversation.item.create'],
    ['{"type":"session\\u002eupdate"}', 'session.update'],
    ['{"ty\\u0070e":"session.update"}', 'session.update'],
    ['{"type":"a","type":"b"}', 'b'],
    ['{"type":{"type":"a"}}', null],
    ['{"type":null}', null],
    ['{"x":"\\\\","type":"a"}', 'a'],
    ['{}', null],
    ['[{"type":"a"}]', null],
    ['"type"', null],
    ['', null],
    ['nothing', null],
    ['{"type"', null],
  ])('of %s is %j', (text, found) => {
    expect(frame(text).type).toBe(found);
  });
});

describe('a text of a frame', () => {
  it('is read, and its length without reading it', () => {
    const delta = frame('{"type":"x","delta":"AAAA","response_id":"resp_1","item":{"delta":"B"}}');
    expect(delta.text('response_id')).toBe('resp_1');
    expect(delta.length('delta')).toBe(4);
    expect(delta.length('audio')).toBe(0);
    expect(frame('{"delta":5}').length('delta')).toBe(0);
  });
});

describe('a frame that everybody reads alike', () => {
  it.each([
    ['{"type":"a"}', true],
    [' {"a":1}\n', true],
    ['{}', true],
    ['{"item":{"type":"b"},"type":"a"}', true],
    ['{"type":"a","type":"a"}', false],
    ['{"type":"a","Type":"b"}', false],
    ['{"TYPE":"a"}', false],
    ['{"t\\u0079pe":"a","type":"b"}', false],
    ['{"type":"a"} {"type":"b"}', false],
    ['{"type":"a"},', false],
    ['{"type":"a"', false],
    ['[]', false],
    ['\uFEFF{"type":"a"}', false],
    ['x', false],
  ])('%s: %s', (text, whole) => {
    expect(frame(text).isClear).toBe(whole);
  });
});
