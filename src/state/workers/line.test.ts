import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../testing/virtual-clock.ts';
import { type Answers, answerMs, Line, type Port } from './line.ts';

/** Two lines to each other, in one process. */
function lines(answers: Answers) {
  const clock = virtualClock();
  let [toFar, toNear]: ((message: unknown) => void)[] = [];
  let isCut = false;
  const port = (
    send: () => ((message: unknown) => void) | undefined,
    listen: (heard: (m: unknown) => void) => void,
  ): Port => ({
    send(message, sent) {
      if (isCut) return sent(new Error('cut'));
      void Promise.resolve().then(() => send()?.(structuredClone(message)));
    },
    listen,
  });
  const near = new Line({
    port: port(
      () => toFar,
      (heard) => (toNear = heard),
    ),
    answers: {},
    clock,
  });
  const far = new Line({
    port: port(
      () => toNear,
      (heard) => (toFar = heard),
    ),
    answers,
    clock,
  });
  return { near, far, clock, say: (message: unknown) => toFar?.(message), cut: () => void (isCut = true) };
}

describe('a line between two processes', () => {
  it('brings each question its own answer, bytes included', async () => {
    const { near } = lines({
      add: (a: number, b: number) => a + b,
      bytes: async (bytes: Uint8Array) => bytes.length,
    });
    const answers = [near.ask('add', [1, 2]), near.ask('bytes', [new Uint8Array(5)]), near.ask('add', [3, Infinity])];
    expect(await Promise.all(answers)).toEqual([3, 5, Infinity]);
  });

  it('rejects what fails there, and what nobody answers', async () => {
    const { near } = lines({
      fail() {
        throw new Error('no room');
      },
    });
    await expect(near.ask('fail')).rejects.toThrow('no room');
    await expect(near.ask('constructor')).rejects.toThrow('nobody answers "constructor" here');
  });

  it('waits for a second and no longer; what comes late changes nothing', async () => {
    let answer: (value: string) => void = () => {};
    const { near, clock } = lines({ slow: () => new Promise((resolve) => (answer = resolve)) });
    const asked = near.ask('slow');
    clock.advance(answerMs);
    await expect(asked).rejects.toThrow('did not answer "slow" in time');
    answer('late');
  });

  it('rejects at once where the other process is gone', async () => {
    const { near, cut } = lines({ slow: () => new Promise(() => {}) });
    const waiting = near.ask('slow');
    near.close();
    await expect(waiting).rejects.toThrow('gone');
    cut();
    await expect(near.ask('slow')).rejects.toThrow('cut');
  });

  it('lets messages of others pass', () => {
    const { say } = lines({});
    for (const message of [null, 'text', 1, { cmd: 'NODE_CLUSTER' }, { line: 'other' }]) say(message);
  });
});
