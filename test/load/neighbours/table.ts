import { doors } from './doors.ts';
import { floods } from './floods.ts';
import { histories } from './histories.ts';
import { readers } from './readers.ts';
import { storms } from './storms.ts';
import { upstreams } from './upstreams.ts';
import type { Neighbour } from './visitor.ts';
import { voices } from './voices.ts';

/** Every kind of bad neighbour. */
export const neighbours: readonly Neighbour[] = [
  ...floods,
  ...voices,
  ...readers,
  ...upstreams,
  ...histories,
  ...doors,
  ...storms,
];
