import { box, type Figure, label, line } from './figure.ts';

const nodes = [
  { x: 40, name: 'node 0a1b2c' },
  { x: 300, name: 'node 3d4e5f' },
  { x: 560, name: 'node 6a7b8c' },
] as const;

export const cluster: Figure = {
  name: 'cluster',
  title: 'Several servers as one',
  description:
    'Clients reach any of three nodes through a balancer. Each node keeps its own conversations and sound. All share client secrets, limits and the list of nodes in Redis. A request for a session that another node holds is passed on to that node.',
  width: 800,
  height: 410,
  shapes: [
    box([300, 16], [200, 40], 'blue', ['clients']),
    box([300, 90], [200, 40], 'plain', ['balancer']),
    line([400, 56], [400, 90], { colour: 'blue' }),
    ...nodes.flatMap(({ x, name }) => [
      box([x, 190], [200, 66], 'green', [name, 'its conversations and sound']),
      line([400, 130], [x + 100, 190], { colour: 'blue' }),
      line([x + 100, 256], [x + 100, 324], { heads: 'both', colour: 'amber', dashed: true }),
    ]),
    ...[270, 530].flatMap((x) => [
      line([x - 30, 223], [x + 30, 223], { heads: 'both', colour: 'green' }),
      label([x, 280], 'passes on what', { anchor: 'middle' }),
      label([x, 298], 'the other holds', { anchor: 'middle' }),
    ]),
    box([40, 324], [720, 66], 'amber', [
      'Redis',
      'client secrets · limits and budgets of keys · which nodes there are · sessions that were written down',
    ]),
  ],
};
