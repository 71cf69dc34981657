import { describe, expect, it } from 'vitest';
import { listed, missing, quote, toApiError, unknownKey, unsupported, within, wrongType } from './problem.ts';

describe('a problem', () => {
  it('names its place as the API does', () => {
    const problem = within('item', within('content', within(0, within('type', unsupported('text', "'input_text'")))));
    expect(toApiError(problem, 'evt_1')).toEqual({
      type: 'invalid_request_error',
      code: 'invalid_value',
      message: "Invalid value: 'text'. Supported values are: 'input_text'.",
      param: 'item.content[0].type',
      event_id: 'evt_1',
    });
  });

  it('of the whole value has no param', () => {
    expect(toApiError(wrongType(['an object'], []), null)).toMatchObject({
      message: 'Invalid type for the value: expected an object, but got an array instead.',
      param: null,
    });
  });

  it('of a part that came alone is named by the part', () => {
    expect(toApiError(missing('type'), null, 'session').param).toBe('session.type');
    expect(toApiError(wrongType(['an object'], 5), null, 'session').param).toBe('session');
  });

  it.each([
    [null, 'null'],
    [[], 'an array'],
    [{}, 'an object'],
    ['', 'a string'],
    [true, 'a boolean'],
    [7, 'an integer'],
    [7.5, 'a decimal'],
    [Infinity, 'a number out of range'],
    [undefined, 'no JSON value'],
  ])('with %j says what it got', (value, name) => {
    const { message } = toApiError(within('a', wrongType(['a string', 'an object'], value)), null);
    expect(message).toContain(`expected one of a string or an object, but got ${name} instead.`);
  });

  it('never repeats long keys and values in full', () => {
    const long = 'k'.repeat(20_000_000);
    const { message, param } = toApiError(within('a', unknownKey(long)), null);
    expect(param).toBe(`a.${'k'.repeat(100)}…`);
    expect(message.length).toBeLessThan(200);
    expect(quote(long)).toBe(`'${'k'.repeat(100)}…'`);
    expect(quote(`${'k'.repeat(99)}😀`)).toBe(`'${'k'.repeat(99)}…'`);
    expect(quote(Array.from({ length: 9 }, () => [long]))).toBe('[[…], […], […], […], […], …]');
  });
});

describe('a quoted value', () => {
  it.each([
    ['text', "'text'"],
    [5, '5'],
    [null, 'null'],
    [{ a: 1 }, 'an object'],
    [['text', 'audio'], "['text', 'audio']"],
  ])('%j', (value, quoted) => {
    expect(quote(value)).toBe(quoted);
  });

  it('stands in a list with others', () => {
    expect(listed(['a', 'b'])).toBe("'a', 'b'");
  });
});
