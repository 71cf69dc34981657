import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { draw } from './figures/draw.ts';
import { figures } from './figures/figures.ts';

/** Draws the figures of the documentation from their data. */
const folder = join(import.meta.dirname, '../docs/figures');
mkdirSync(folder, { recursive: true });
for (const figure of figures) writeFileSync(join(folder, `${figure.name}.svg`), draw(figure));
