import { box, type Figure, label, line, type Shape } from './figure.ts';

const [lost, back] = [330, 540];

/** A case: what the connection does, what becomes of the session, and what `resumed` says. */
function row(y: number, when: string, resumed: string, follows: string, between: readonly Shape[]): readonly Shape[] {
  return [
    label([16, y + 22], when, { style: 'name' }),
    label([16, y + 60], 'the session'),
    box([190, y], [lost - 190, 32], 'blue', ['connection']),
    box([back, y], [244, 32], 'blue', ['?resume=…']),
    ...between,
    label([back + 10, y + 92], `${resumed}: ${follows}`),
  ];
}

const alive = (y: number, from: number, to: number, text: string): Shape =>
  box([from, y + 42], [to - from, 30], 'green', [text]);

const kept = (y: number, from: number, to: number, text: string): Shape =>
  box([from, y + 42], [to - from, 30], 'amber', [text], { dashed: true });

const [first, second, third] = [56, 176, 296];

export const resuming: Figure = {
  name: 'resuming',
  title: 'What becomes of a session whose connection is lost',
  description:
    'A client that is back within 30 seconds finds its session alive: it is continued, and the events that it missed follow. One that is back within an hour finds it written down: it is restored, and every item is told again. If the server is gone, another one takes up what was written down last: the session is recovered.',
  width: 800,
  height: 404,
  shapes: [
    line([lost, 30], [lost, 388], { heads: 'none', colour: 'red', dashed: true }),
    line([back, 30], [back, 388], { heads: 'none', colour: 'blue', dashed: true }),
    label([lost, 22], 'the connection is lost', { anchor: 'middle' }),
    label([back, 22], 'the client is back', { anchor: 'middle' }),
    ...row(first, 'back within 30 s', 'continued', 'what you missed', [alive(first, 190, 784, 'goes on')]),
    ...row(second, 'back within an hour', 'restored', 'every item again', [
      alive(second, 190, 410, 'goes on for 30 s'),
      kept(second, 410, back, 'written down'),
      alive(second, back, 784, 'goes on'),
    ]),
    ...row(third, 'the server is gone', 'recovered', 'what was saved last', [
      alive(third, 190, lost, 'goes on'),
      kept(third, lost, back, 'written down'),
      alive(third, back, 784, 'on another server'),
    ]),
  ],
};
