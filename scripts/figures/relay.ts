import { box, type Figure, label, line } from './figure.ts';

export const relay: Figure = {
  name: 'relay',
  title: 'A relay',
  description:
    'Clients connect to your server with your keys. The server checks keys, limits and locked settings, and passes frames on, byte for byte, to one upstream with the upstream’s own key. A second upstream is asked only if the first would not have the session.',
  width: 800,
  height: 270,
  shapes: [
    box([16, 60], [150, 60], 'blue', ['browser', 'a client secret']),
    box([16, 156], [150, 60], 'blue', ['your program', 'one of your keys']),
    box([280, 24], [236, 226], 'green', ['Your server'], { label: 'top' }),
    box([298, 60], [200, 50], 'plain', ['keys, limits, budgets', 'who may come in']),
    box([298, 124], [200, 50], 'plain', ['locked settings', 'what clients may not change']),
    box([298, 188], [200, 50], 'plain', ['metrics, takes', 'what happened']),
    box([640, 44], [144, 76], 'violet', ['eu', 'priority 1']),
    box([640, 156], [144, 76], 'violet', ['us', 'priority 2'], { dashed: true }),
    line([166, 90], [280, 112], { heads: 'both', colour: 'blue' }),
    line([166, 186], [280, 162], { heads: 'both', colour: 'blue' }),
    line([516, 112], [640, 84], { heads: 'both', colour: 'violet' }),
    line([516, 162], [640, 194], { heads: 'both', colour: 'violet', dashed: true }),
    label([223, 66], 'your keys', { anchor: 'middle' }),
    label([578, 48], 'their keys', { anchor: 'middle' }),
    label([578, 66], 'the same bytes', { anchor: 'middle' }),
    label([578, 222], 'if eu refuses', { anchor: 'middle' }),
  ],
};
