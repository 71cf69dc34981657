import { describe, expect, it } from 'vitest';
import { at, frameOf, numberAt, textAt } from './frame.ts';

describe('a frame', () => {
  it('is kept as it came', () => {
    const text = '{"type":"response.create", "event_id":"e"}';
    expect(frameOf(5, '>', text)).toMatchObject({ t: 5, by: '>', type: 'response.create', text, sound: null });
  });

  it.each([
    ['input_audio_buffer.append', 'audio'],
    ['response.output_audio.delta', 'delta'],
    ['response.audio.delta', 'delta'],
  ])('of sound says only how much there is: %s', (type, field) => {
    const frame = frameOf(0, '<', JSON.stringify({ type, [field]: 'AAAAAAAA' }));
    expect(frame?.sound).toBe('AAAAAAAA');
    expect(JSON.parse(frame?.text ?? '')).toEqual({ type, [field]: '(6 bytes of sound)' });
  });

  it('that is no event is none', () => {
    expect(frameOf(0, '<', 'hello')).toBeNull();
    expect(frameOf(0, '<', '[1]')).toBeNull();
    expect(frameOf(0, '<', '{}')).toMatchObject({ type: '(no type)' });
  });

  it('is read by paths, which may lead nowhere', () => {
    const value = { a: [{ b: 'text', c: 3 }] };
    expect(textAt(value, 'a', 0, 'b')).toBe('text');
    expect(numberAt(value, 'a', 0, 'c')).toBe(3);
    expect(textAt(value, 'a', 1, 'b')).toBe('');
    expect(numberAt(null, 'a')).toBeNull();
    expect(at(value, 'a', 'b')).toBeUndefined();
  });
});
