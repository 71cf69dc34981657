import type { Box, Colour, Figure, Label, Line, Point, Shape, Wave } from './figure.ts';

/** Size of letters in units of the figure, and how wide one is in them: a bound for the fonts of the usual systems. */
export const letters = {
  name: { size: 15, width: 9 },
  note: { size: 13, width: 7.1 },
  code: { size: 13, width: 8 },
} as const;

const lineHeight = 19;

/** Two themes, each with fill and stroke of every colour; the figure has a ground of its own, so that it can be read anywhere. */
const themes = {
  light: {
    ground: '#ffffff',
    ink: '#1f2328',
    note: '#4d5661',
    plain: ['#f6f8fa', '#7d8590'],
    blue: ['#ddf4ff', '#0969da'],
    green: ['#dafbe1', '#1a7f37'],
    violet: ['#fbefff', '#8250df'],
    amber: ['#fff8c5', '#9a6700'],
    red: ['#ffebe9', '#cf222e'],
  },
  dark: {
    ground: '#0d1117',
    ink: '#f0f6fc',
    note: '#aab3bd',
    plain: ['#1b222b', '#7d8590'],
    blue: ['#0f2a4a', '#4493f8'],
    green: ['#12331d', '#3fb950'],
    violet: ['#2b1d4a', '#ab7df8'],
    amber: ['#332707', '#d29922'],
    red: ['#3d1416', '#f85149'],
  },
} as const;

const colours: readonly Colour[] = ['plain', 'blue', 'green', 'violet', 'amber', 'red'];

function rulesOf(theme: (typeof themes)['light' | 'dark']): string {
  const each = colours.map((colour) => {
    const [fill, stroke] = theme[colour];
    return `.${colour}{fill:${fill};stroke:${stroke}}.${colour}-line{stroke:${stroke}}.${colour}-solid{fill:${stroke}}`;
  });
  return [`.ground{fill:${theme.ground}}text{fill:${theme.ink}}text.note{fill:${theme.note}}`, ...each].join('');
}

const style = [
  'text{font-family:system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif}',
  `.name{font-size:${letters.name.size}px;font-weight:600}.note{font-size:${letters.note.size}px}`,
  `.code{font-size:${letters.code.size}px;font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}`,
  '.stroke{fill:none;stroke-width:1.5}.dashed{stroke-dasharray:5 4}',
  rulesOf(themes.light),
  `@media (prefers-color-scheme:dark){${rulesOf(themes.dark)}}`,
].join('');

/** The figure as SVG. The same data gives the same text. */
export function draw({ title, description, width, height, shapes }: Figure): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="description">${escaped(description)}</desc>`,
    `<style>${style}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="8"/>`,
    ...shapes.map(drawn),
    '</svg>\n',
  ].join('\n');
}

function drawn(shape: Shape): string {
  switch (shape.shape) {
    case 'box':
      return drawnBox(shape);
    case 'line':
      return drawnLine(shape);
    case 'label':
      return drawnLabel(shape);
    case 'wave':
      return drawnWave(shape);
  }
}

function drawnBox(box: Box): string {
  const { x, y, width, height, colour, dashed } = box;
  const classes = dashed ? `${colour} dashed` : colour;
  const frame = `<rect class="${classes}" stroke-width="1.5" x="${x}" y="${y}" width="${width}" height="${height}" rx="6"/>`;
  return [frame, ...labelsOf(box).map(drawnLabel)].join('\n');
}

/** The texts of a box where they stand. */
export function labelsOf({ x, y, width, height, lines, label }: Box): readonly Label[] {
  const first = label === 'top' ? y + 21 : y + height / 2 + 5 - ((lines.length - 1) * lineHeight) / 2;
  return lines.map((text, index) => ({
    shape: 'label',
    x: label === 'top' ? x + 12 : x + width / 2,
    y: first + index * lineHeight,
    text,
    anchor: label === 'top' ? 'start' : 'middle',
    style: index === 0 ? 'name' : 'note',
  }));
}

function drawnLabel({ x, y, text, anchor, style: look }: Label): string {
  return `<text class="${look}" x="${x}" y="${y}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

function drawnLine({ from, to, heads, colour, dashed }: Line): string {
  const classes = `stroke ${colour}-line${dashed ? ' dashed' : ''}`;
  return [
    `<path class="${classes}" d="M${from.join(' ')}L${to.join(' ')}"/>`,
    ...(heads === 'none' ? [] : [drawnHead(from, to, colour)]),
    ...(heads === 'both' ? [drawnHead(to, from, colour)] : []),
  ].join('\n');
}

function drawnHead([fromX, fromY]: Point, [x, y]: Point, colour: Colour): string {
  const length = Math.hypot(x - fromX, y - fromY);
  const [alongX, alongY] = [(x - fromX) / length, (y - fromY) / length];
  const corner = (side: number): string =>
    `${rounded(x - 9 * alongX - side * 4.5 * alongY)} ${rounded(y - 9 * alongY + side * 4.5 * alongX)}`;
  return `<path class="${colour}-solid" d="M${x} ${y}L${corner(1)}L${corner(-1)}Z"/>`;
}

/** Loudness of speech, roughly: syllables within phrases. */
function drawnWave({ x, y, width, height, colour }: Wave): string {
  const bars = Array.from({ length: Math.floor(width / 5) }, (_, index) => {
    const loud = 0.25 + 0.75 * Math.abs(Math.sin(index * 0.9) * Math.cos(index * 0.37));
    const tall = rounded(height * loud);
    return `<rect class="${colour}-solid" x="${rounded(x + index * 5)}" y="${rounded(y - tall / 2)}" width="3" height="${tall}" rx="1.5"/>`;
  });
  return bars.join('\n');
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
