import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { draw, labelsOf, letters } from '../../scripts/figures/draw.ts';
import type { Box, Figure, Label, Line } from '../../scripts/figures/figure.ts';
import { figures } from '../../scripts/figures/figures.ts';
import { rows } from '../../scripts/figures/layers.ts';

const docs = join(import.meta.dirname, '../../docs');
const pages = readdirSync(docs).filter((name) => name.endsWith('.md'));

interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** What a text takes at most, from the tops of its capitals to the line on which it stands. */
function areaOf({ x, y, text, anchor, style }: Label): Area {
  const width = text.length * letters[style].width;
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left, right: left + width, top: y - 0.75 * letters[style].size, bottom: y };
}

const within = (inner: Area, outer: Area): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;

const meet = (one: Area, other: Area): boolean =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

/** Whether a line runs through an area: some of its points are looked at. */
function crosses({ from, to }: Line, area: Area): boolean {
  return Array.from({ length: 401 }, (_, step) => step / 400).some((part) => {
    const [x, y] = [from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])];
    return x > area.left && x < area.right && y > area.top && y < area.bottom;
  });
}

const frameOf = ({ x, y, width, height }: Box): Area => ({ left: x, right: x + width, top: y, bottom: y + height });

/** The texts of a figure, each with the lines that are not painted over by its own box. */
function textsOf({ shapes }: Figure): readonly { readonly text: Label; readonly lines: readonly Line[] }[] {
  const linesFrom = (index: number) => shapes.slice(index).filter((shape) => shape.shape === 'line');
  return shapes.flatMap((shape, index) => {
    if (shape.shape === 'label') return [{ text: shape, lines: linesFrom(0) }];
    return shape.shape === 'box' ? labelsOf(shape).map((text) => ({ text, lines: linesFrom(index) })) : [];
  });
}

/** Texts that stick out of their box or of the figure, or that something else runs through. */
function unreadable(figure: Figure): readonly string[] {
  const canvas = { left: 0, right: figure.width, top: 0, bottom: figure.height };
  const texts = textsOf(figure);
  const boxes = figure.shapes.filter((shape) => shape.shape === 'box');
  const sticksOut = boxes.flatMap((box) => labelsOf(box).filter((text) => !within(areaOf(text), frameOf(box))));
  const covered = texts.filter(({ text, lines }) => {
    const area = areaOf(text);
    if (!within(area, canvas) || lines.some((line) => crosses(line, area))) return true;
    return texts.some((other) => other.text !== text && meet(area, areaOf(other.text)));
  });
  return [...sticksOut, ...covered.map(({ text }) => text)].map(({ text }) => text);
}

describe.each(figures)('the figure $name', (figure) => {
  const file = `figures/${figure.name}.svg`;

  it('is drawn from its data (node scripts/write-figures.ts)', async () => {
    await expect(draw(figure)).toMatchFileSnapshot(join(docs, file));
  });

  it('can be read: no text sticks out of its box, and nothing runs through one', () => {
    expect(unreadable(figure)).toEqual([]);
  });

  it('is on a page, with words for those who do not see it', () => {
    const shown = pages.flatMap((page) =>
      Array.from(readFileSync(join(docs, page), 'utf8').matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)),
    );
    const words = shown.filter(([, , target]) => target === file).map(([, alternative = '']) => alternative);
    expect(words.length).toBeGreaterThan(0);
    expect(words.filter((alternative) => alternative.length < 40)).toEqual([]);
    expect(figure.description.length).toBeGreaterThan(80);
  });
});

describe('figures', () => {
  it('are all there is in their folder', () => {
    expect(readdirSync(join(docs, 'figures')).toSorted()).toEqual(figures.map(({ name }) => `${name}.svg`).toSorted());
  });

  it('show every folder of the sources as a layer', () => {
    const folders = readdirSync(join(docs, '../src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const shown = rows.flatMap((row) => row.folders);
    expect(shown.toSorted()).toEqual([...folders.map(({ name }) => name), 'console'].toSorted());
  });

  it('show no layer beside or below one that it imports, but for one', () => {
    const source = join(docs, '../src');
    const place = new Map(rows.flatMap(({ folders }, index) => folders.map((folder) => [folder, index] as const)));
    const upward = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name.includes('/'))
      .flatMap((name) => {
        const [layer = ''] = name.split('/');
        const up = '../'.repeat(name.split('/').length - 1);
        const imports = readFileSync(join(source, name), 'utf8').matchAll(/ from '((?:\.\.\/)+)([\w-]+)\//g);
        return Array.from(imports)
          .filter(([, hops, other = '']) => hops === up && other !== layer)
          .filter(([, , other = '']) => (place.get(other) ?? 0) <= (place.get(layer) ?? 0))
          .map(([, , other]) => `${layer} imports ${other}`);
      });
    expect([...new Set(upward)]).toEqual(['usage imports protocol']);
  });
});
