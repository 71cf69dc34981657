import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LanguageOutput } from '../parts.ts';
import { assembleCalls, type Fragment } from './calls.ts';
import { toolNames } from './tool-names.ts';

const names = toolNames({ tools: [], mcpTools: [] });

function assembled(fragments: readonly Partial<Fragment>[], { used = [] as string[], cut = false } = {}) {
  const calls = assembleCalls(names, used);
  const outputs: LanguageOutput[] = [];
  for (const fragment of fragments) {
    outputs.push(...calls.push({ index: null, id: null, name: null, arguments: '', ...fragment }));
  }
  return [...outputs, ...calls.end(cut)];
}

const started = (name: string, callId?: string) => ({
  type: 'call_start',
  name,
  ...(callId === undefined ? {} : { callId }),
});
const ended = { type: 'call_end' };
const given = (delta: string) => ({ type: 'call_arguments', delta });

describe('assembleCalls', () => {
  it('passes on each fragment of the first call as it comes', () => {
    const calls = assembleCalls(names, []);
    const push = (fragment: Partial<Fragment>) => [
      ...calls.push({ index: 0, id: null, name: null, arguments: '', ...fragment }),
    ];
    expect(push({ id: 'c', name: 'f' })).toEqual([started('f', 'c')]);
    expect(push({ arguments: '{"a"' })).toEqual([given('{"a"')]);
    expect(push({ arguments: ':1}' })).toEqual([given(':1}')]);
    expect([...calls.end(false)]).toEqual([ended]);
  });

  it('gives a call without arguments an empty object', () => {
    expect(assembled([{ name: 'f' }])).toEqual([started('f'), given('{}'), ended]);
  });

  it('ends a call that is whole as soon as another begins', () => {
    const calls = assembleCalls(names, []);
    const first = [...calls.push({ index: 0, id: 'a', name: 'f', arguments: '{}' })];
    expect([...first, ...calls.push({ index: 1, id: 'b', name: 'g', arguments: '' })]).toEqual([
      started('f', 'a'),
      given('{}'),
      ended,
      started('g', 'b'),
    ]);
  });

  it('takes no notice of what a server repeats of a call', () => {
    const fragments = [
      { index: 0, id: 'a', name: 'f', arguments: '{}' },
      { index: 1, id: 'b', name: 'g', arguments: '{}' },
      { index: 0, id: 'a', name: 'f', arguments: '{}' },
    ];
    expect(assembled(fragments).filter(({ type }) => type === 'call_start')).toHaveLength(2);
  });

  it('gives no id that a call before has had', () => {
    const fragments = [
      { index: 0, id: 'call_0', name: 'f', arguments: '{}' },
      { index: 1, id: 'call_1', name: 'f', arguments: '{}' },
    ];
    expect(assembled(fragments, { used: ['call_0'] }).filter(({ type }) => type === 'call_start')).toEqual([
      started('f'),
      started('f', 'call_1'),
    ]);
  });

  it('tells calls apart that all have number 0', () => {
    const fragments = [
      { index: 0, id: 'a', name: 'f', arguments: '{"x":1}' },
      { index: 0, id: 'b', name: 'f', arguments: '{"x":2}' },
    ];
    expect(assembled(fragments)).toEqual([
      started('f', 'a'),
      given('{"x":1}'),
      ended,
      started('f', 'b'),
      given('{"x":2}'),
      ended,
    ]);
  });

  it('gives calls that are written at the same time one after another, whatever the order', () => {
    const texts = ['{"city":"Paris"}', '{"n":[1,{"a":"}"}]}', '{}'];
    fc.assert(
      fc.property(fc.array(fc.nat(2), { maxLength: 60 }), (order) => {
        const rest = texts.map((text) => [...text]);
        const fragments: Partial<Fragment>[] = texts.map((_, index) => ({ index, id: `c${index}`, name: `f${index}` }));
        for (const index of order) fragments.push({ index, arguments: rest[index]?.shift() ?? '' });
        rest.forEach((left, index) => fragments.push({ index, arguments: left.join('') }));
        const outputs = assembled(fragments);
        const seen: string[] = [];
        for (const output of outputs) {
          if (output.type === 'call_start') seen.push('');
          if (output.type === 'call_arguments') seen[seen.length - 1] += output.delta;
        }
        expect(seen).toEqual(texts);
        expect(outputs.filter(({ type }) => type === 'call_end')).toHaveLength(3);
      }),
    );
  });

  it('makes no call of what was cut', () => {
    const fragments = [
      { index: 0, id: 'a', name: 'f', arguments: '{}' },
      { index: 1, id: 'b', name: 'g', arguments: '{"h' },
      { index: 2, id: 'c', name: 'h', arguments: '' },
    ];
    expect(assembled(fragments, { cut: true }).filter(({ type }) => type === 'call_end')).toHaveLength(1);
  });

  it('takes so many calls, and arguments of such a length, and no more', () => {
    const calls = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ index, id: `c${index}`, name: 'f' }));
    expect(assembled(calls(128)).filter(({ type }) => type === 'call_end')).toHaveLength(128);
    expect(() => assembled(calls(100_000))).toThrow('more than 128 calls');
    const long = { index: 0, arguments: 'x'.repeat(600_000) };
    expect(() => assembled([{ index: 0, name: 'f' }, long, long])).toThrow('1000000 characters of arguments');
  });

  it('reads each fragment once, however many there are and whatever they end in', () => {
    const open = { index: 0, id: 'a', name: 'f', arguments: '{"a":"' };
    const more = Array.from({ length: 100_000 }, () => ({ index: 0, name: 'f', arguments: '}}}' }));
    const others = Array.from({ length: 100_000 }, () => ({ index: 1, arguments: '}}}' }));
    const second = { index: 1, id: 'b', name: 'g', arguments: '{"b":"' };
    const outputs = assembled([
      open,
      second,
      ...more,
      ...others,
      { index: 0, arguments: '"}' },
      { index: 1, arguments: '"}' },
    ]);
    expect(outputs.filter(({ type }) => type === 'call_end')).toHaveLength(2);
  });
});
