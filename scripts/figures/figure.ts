/** What a shape stands for, by its colour: `plain` is ground, `blue` the user's side, `green` this server, `violet` models, `amber` what is stored, `red` what is lost. */
export type Colour = 'plain' | 'blue' | 'green' | 'violet' | 'amber' | 'red';

export type Point = readonly [x: number, y: number];

/** A rectangle with lines of text in its middle; the first is its name. With `label: 'top'` it is a frame around others. */
export interface Box {
  readonly shape: 'box';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly lines: readonly string[];
  readonly colour: Colour;
  readonly label?: 'top';
  readonly dashed?: boolean;
}

/** `heads` says where it has arrow heads; by default at its end. */
export interface Line {
  readonly shape: 'line';
  readonly from: Point;
  readonly to: Point;
  readonly heads: 'end' | 'both' | 'none';
  readonly colour: Colour;
  readonly dashed?: boolean;
}

export interface Label {
  readonly shape: 'label';
  readonly x: number;
  /** Of the line on which the letters stand. */
  readonly y: number;
  readonly text: string;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly style: 'name' | 'note' | 'code';
}

/** Sound: bars as high as it is loud. */
export interface Wave {
  readonly shape: 'wave';
  readonly x: number;
  /** Of its middle. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: Colour;
}

export type Shape = Box | Line | Label | Wave;

export interface Figure {
  /** The name of its file, without an ending. */
  readonly name: string;
  readonly title: string;
  /** What one who can't see it has to know. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly shapes: readonly Shape[];
}

export function box(
  [x, y]: Point,
  [width, height]: readonly [width: number, height: number],
  colour: Colour,
  lines: readonly string[],
  more: Pick<Box, 'label' | 'dashed'> = {},
): Box {
  return { shape: 'box', x, y, width, height, colour, lines, ...more };
}

export function line(from: Point, to: Point, more: Partial<Omit<Line, 'shape' | 'from' | 'to'>> = {}): Line {
  return { shape: 'line', from, to, heads: 'end', colour: 'plain', ...more };
}

export function label([x, y]: Point, text: string, more: Partial<Pick<Label, 'anchor' | 'style'>> = {}): Label {
  return { shape: 'label', x, y, text, anchor: 'start', style: 'note', ...more };
}

export function wave([x, y]: Point, width: number, height: number, colour: Colour): Wave {
  return { shape: 'wave', x, y, width, height, colour };
}
