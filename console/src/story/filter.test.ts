import { describe, expect, it } from 'vitest';
import { FilteredRows, isOpen, kindOf, matcher, noFilter } from './filter.ts';
import type { LogRow } from './log.ts';

const row = (type: string, more: Partial<LogRow> = {}): LogRow => ({
  n: 1,
  t: 0,
  by: '<',
  type,
  text: `{"type":"${type}"}`,
  sound: null,
  ...more,
});

describe('kinds', () => {
  it.each([
    ['session.updated', 'session'],
    ['rate_limits.updated', 'session'],
    ['input_audio_buffer.committed', 'input'],
    ['conversation.item.input_audio_transcription.completed', 'input'],
    ['conversation.item.added', 'conversation'],
    ['response.done', 'response'],
    ['output_audio_buffer.started', 'response'],
    ['error', 'error'],
    ['conversation.item.input_audio_transcription.failed', 'error'],
    ['something.else', 'other'],
  ])('%s is of the kind %s', (type, kind) => {
    expect(kindOf(row(type))).toBe(kind);
  });

  it('sound is a kind of its own', () => {
    expect(kindOf(row('response.output_audio.delta', { sound: { frames: 1, bytes: 2, untilT: 0 } }))).toBe('sound');
  });
});

describe('a filter', () => {
  it('wants all its words, in whatever case, and none of those with a minus', () => {
    const holds = matcher({ ...noFilter, text: 'RESPONSE -delta' });
    expect(holds(row('response.done'))).toBe(true);
    expect(holds(row('response.output_text.delta'))).toBe(false);
    expect(holds(row('session.created'))).toBe(false);
  });

  it('takes words as they are, not as patterns', () => {
    expect(matcher({ ...noFilter, text: 'response.(' })(row('response.done'))).toBe(false);
    expect(matcher({ ...noFilter, text: '.*' })(row('x', { text: '{"a":".*"}' }))).toBe(true);
  });

  it('leaves out kinds and directions', () => {
    const holds = matcher({ text: '', hidden: ['session'], by: '<' });
    expect(holds(row('session.created'))).toBe(false);
    expect(holds(row('response.done'))).toBe(true);
    expect(holds(row('response.create', { by: '>' }))).toBe(false);
  });

  it('is open where it lets everything through', () => {
    expect(isOpen({ ...noFilter, text: '  ' })).toBe(true);
    expect(isOpen({ ...noFilter, hidden: ['error'] })).toBe(false);
  });
});

describe('the lines that are shown', () => {
  it('keep up with a log that grows, and with one whose beginning goes', () => {
    const filtered = new FilteredRows();
    const filter = { ...noFilter, text: 'yes' };
    const rows = ['yes', 'no', 'yes'].map((type) => row(type));
    expect(filtered.of(rows, 0, filter)).toEqual([0, 2]);
    const more = [...rows, row('yes'), row('no')];
    expect(filtered.of(more, 0, filter)).toEqual([0, 2, 3]);
    expect(filtered.of(more.slice(2), 2, filter)).toEqual([0, 1]);
  });

  it('are found anew for another filter', () => {
    const filtered = new FilteredRows();
    const rows = ['yes', 'no'].map((type) => row(type));
    expect(filtered.of(rows, 0, { ...noFilter, text: 'yes' })).toEqual([0]);
    expect(filtered.of(rows, 0, { ...noFilter, text: 'no' })).toEqual([1]);
  });
});
