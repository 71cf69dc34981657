import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A link to a page of the repository, from its root. */
export interface Link {
  readonly page: string;
  readonly anchor: string | undefined;
}

/** The links of a page to pages of the repository; those in its code are none. */
export function linksOf(file: string): readonly Link[] {
  const prose = readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  return Array.from(prose.matchAll(/\]\(([^)\s]+)\)/g), ([, link = '']) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = '', anchor] = link.split('#');
      return { page: path === '' ? file : normalize(join(dirname(file), path)), anchor };
    });
}

/** The pages that a reader of one reaches by so many links at most, itself among them. */
export function pagesWithin(start: string, most: number): ReadonlySet<string> {
  const reached = new Set([start]);
  let edge: readonly string[] = [start];
  for (let hops = 0; hops < most && edge.length > 0; hops += 1) {
    const next = new Set(edge.flatMap((page) => linksOf(page).map((link) => link.page)));
    edge = [...next].filter((page) => page.endsWith('.md') && !reached.has(page) && existsSync(page));
    for (const page of edge) reached.add(page);
  }
  return reached;
}

/** The headings of a page, as they are written. */
export function headingsOf(file: string): readonly string[] {
  const prose = readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```/gm, '');
  return Array.from(prose.matchAll(/^#+ (.*)$/gm), ([, heading = '']) => heading);
}
