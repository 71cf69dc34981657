import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { thoughtFilter } from './thought.ts';

function spoken(pieces: readonly string[], opensInThought = false): string {
  const filter = thoughtFilter(opensInThought);
  return pieces.map((piece) => filter.push(piece)).join('') + filter.end();
}

describe('thoughtFilter', () => {
  it.each([
    ['no thought', 'Hello.', 'Hello.'],
    ['a thought', '<think>Hm.</think>\n\nHello.', 'Hello.'],
    ['a thought after blanks', '\n<think>\nHm.\n</think> Hello.', 'Hello.'],
    ['several thoughts', '<think>a</think><thinking>b</thinking>Hello.', 'Hello.'],
    ['a thought in brackets', '[THINK]Hm.[/THINK]Hello.', 'Hello.'],
    ['an empty thought', '<think></think>Hello.', 'Hello.'],
    ['a mark within what is said', 'Write <think>x</think>.', 'Write <think>x</think>.'],
    ['something like a mark', '<thin air', '<thin air'],
    ['half a mark', '<thi', '<thi'],
    ['a thought without end', '<think>Hello.', ''],
    ['nothing', ' \n', ''],
  ])('takes %s for what it is, however it is cut', (_, text, said) => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 6 }), (places) => {
        const cuts = [0, ...places.toSorted((a, b) => a - b), text.length];
        expect(spoken(cuts.slice(1).map((to, i) => text.slice(cuts[i], to)))).toBe(said);
      }),
    );
    expect(spoken([...text])).toBe(said);
  });

  it('waits no longer than it is in doubt', () => {
    const filter = thoughtFilter();
    expect(filter.push('<')).toBe('');
    expect(filter.push('b')).toBe('<b');
    expect(filter.push(' <think>')).toBe(' <think>');
  });

  it('begins in a thought where the template does', () => {
    expect(spoken(['Hm', '. </th', 'ink>', ' Hello.'], true)).toBe('Hello.');
  });

  it('keeps no more of a long thought than it needs', () => {
    const filter = thoughtFilter();
    filter.push('<think>');
    for (let i = 0; i < 1000; i++) filter.push('x'.repeat(1000));
    expect(filter.push('</think>Hello.')).toBe('Hello.');
  });
});
