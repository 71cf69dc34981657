import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { drainMsOf, nodeUrlOf, udpPortOf, workerCount } from './count.ts';

describe('--workers', () => {
  it('is one by default, a number, or one for each core', () => {
    expect([undefined, '1', '12', '1024'].map(workerCount)).toEqual([1, 1, 12, 1024]);
    expect(workerCount('auto')).toBe(availableParallelism());
  });

  it.each(['', '0', '-1', '1.5', '1025', 'two', 'AUTO'])('is not "%s"', (flag) => {
    expect(() => workerCount(flag)).toThrow(`--workers must be auto or a whole number from 1 to 1024, not "${flag}".`);
  });

  it('may drain for as long as the settings say, but for a moment in which what is left is cut', () => {
    expect([drainMsOf(), drainMsOf(1), drainMsOf(600), drainMsOf(0)]).toEqual([9_800, 800, 599_800, 0]);
  });

  it('have UDP ports one behind the other, or any that are free', () => {
    expect([1, 2, 3].map((index) => udpPortOf(4000, index))).toEqual([4000, 4001, 4002]);
    expect([udpPortOf(0, 3), udpPortOf(undefined, 3)]).toEqual([0, undefined]);
    expect(udpPortOf(65_534, 2)).toBe(65_535);
    expect(() => udpPortOf(65_534, 3)).toThrow('end above 65535');
  });

  it('are reached by other machines at ports one behind the other, none of which is that of clients', () => {
    const urls = [1, 2, 3].map((index) => nodeUrlOf('http://10.0.0.5:9000', index, 8080));
    expect(urls).toEqual(['http://10.0.0.5:9000', 'http://10.0.0.5:9001', 'http://10.0.0.5:9002']);
    expect(nodeUrlOf('http://[fd00::5]', 2)).toBe('http://[fd00::5]:81');
    expect(() => nodeUrlOf('http://10.0.0.5:8079', 2, 8080)).toThrow('8080 is the port of clients');
    expect(() => nodeUrlOf('https://10.0.0.5:9000', 1)).toThrow('must be http://');
    expect(() => nodeUrlOf('http://10.0.0.5:65535', 2)).toThrow('leave room for their ports');
  });
});
