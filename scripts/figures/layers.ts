import { box, type Colour, type Figure, label, line, type Shape } from './figure.ts';

interface Row {
  readonly name: string;
  readonly note: string;
  readonly colour: Colour;
  readonly folders: readonly string[];
}

/** The folders of `src`, and the console; each imports only from the rows below its own, but for `usage`, which imports `protocol`. */
export const rows: readonly Row[] = [
  { name: 'apps', note: '', colour: 'blue', folders: ['cli', 'console'] },
  { name: 'tools', note: '', colour: 'blue', folders: ['testing', 'check', 'load'] },
  { name: 'shells', note: 'clocks, sockets, promises', colour: 'green', folders: ['server', 'client'] },
  { name: 'parts', note: '', colour: 'green', folders: ['engines', 'take', 'telephony'] },
  { name: 'edges', note: 'contracts, leaf adapters', colour: 'green', folders: ['wire', 'media', 'state', 'laws'] },
  { name: 'pure', note: 'state in, effects out', colour: 'violet', folders: ['core'] },
  { name: 'ground', note: 'imports nothing of ours', colour: 'amber', folders: ['protocol', 'audio', 'usage'] },
];

const [left, right, gap] = [218, 784, 12];

function drawn({ name, note, colour, folders }: Row, index: number): readonly Shape[] {
  const y = 16 + index * 54;
  const width = (right - left - gap * (folders.length - 1)) / folders.length;
  return [
    label([44, y + (note === '' ? 26 : 17)], name, { style: 'name' }),
    ...(note === '' ? [] : [label([44, y + 35], note)]),
    ...folders.map((folder, place) => box([left + place * (width + gap), y], [width, 42], colour, [folder])),
  ];
}

export const layers: Figure = {
  name: 'layers',
  title: 'The layers',
  description: `The folders of the sources in rows, from top to bottom: ${rows
    .map(({ name, folders }) => `${name} (${folders.join(', ')})`)
    .join('; ')}. Imports point downwards only.`,
  width: 800,
  height: 420,
  shapes: [
    line([24, 20], [24, 376]),
    ...rows.flatMap(drawn),
    label([44, 406], 'A row imports only from the rows below it; usage imports protocol as well.'),
  ],
};
