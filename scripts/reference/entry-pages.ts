import { anywhereElse, type Entry, type Export, entries, exportsOf, type Target } from './entries.ts';
import { headingOf, rankOf } from './groups.ts';
import type { Modules, Place } from './modules.ts';
import { objectOf } from './objects.ts';
import { namesIn, signatureOf } from './signature.ts';
import { Slugs } from './slugs.ts';

/** An export on the page that describes it. */
interface Described extends Export {
  readonly heading: string;
}

/** A page before it is written: what it describes, and what it leaves to other pages. */
interface Draft {
  readonly entry: Entry;
  readonly own: readonly Described[];
  readonly elsewhere: readonly { readonly name: string; readonly place: Place }[];
}

/** Where a declaration is described: the page and its anchor. */
type Links = ReadonlyMap<Place, { readonly page: string; readonly anchor: string }>;

/** The pages of all entries, by their names, and where each name is described. */
export function entryPages(modules: Modules, targets: Readonly<Record<string, Target>>): ReadonlyMap<string, string> {
  const drafts = draftsOf(modules, targets);
  const links: Links = new Map(drafts.flatMap(linksOf));
  return new Map(drafts.map((draft) => [draft.entry.page, pageOf(draft, modules, links)]));
}

/** Every export that has no docstring, as `ENTRY NAME`. */
export function undocumented(modules: Modules, targets: Readonly<Record<string, Target>>): readonly string[] {
  return draftsOf(modules, targets).flatMap(({ entry, own }) =>
    own
      .filter(({ declared }) => declared.some(({ place }) => docsAt(modules, place) === ''))
      .map(({ name }) => `${entry.specifier} ${name}`),
  );
}

/** How many names an entry exports. */
export function countOf(modules: Modules, target: Target): number {
  return exportsOf(modules, target).length;
}

function draftsOf(modules: Modules, targets: Readonly<Record<string, Target>>): readonly Draft[] {
  const described = new Set<Place>();
  return entries.map((entry) => {
    const target = targets[entry.specifier.replace('antiphon', '.')];
    if (target === undefined) throw new Error(`package.json exports no ${entry.specifier}`);
    const all = exportsOf(modules, target);
    const isElsewhere = ({ declared }: Export): boolean => declared.some(({ place }) => described.has(place));
    const elsewhere = all.filter(isElsewhere).map(({ name, declared: [first] }) => ({ name, place: placeOf(first) }));
    const own = all
      .filter((each) => !isElsewhere(each))
      .map((each) => ({ ...each, heading: headingOf(placeOf(each.declared[0])) }))
      .toSorted(
        (one, other) =>
          rankOf(one.heading) - rankOf(other.heading) || Number(isType(modules, one)) - Number(isType(modules, other)),
      );
    for (const { declared } of own) for (const { place } of declared) described.add(place);
    return { entry, own, elsewhere };
  });
}

/** Functions and values are looked up before the types that they take. */
function isType(modules: Modules, { declared }: Export): boolean {
  const statements = modules.declarationsAt(placeOf(declared[0]));
  return statements.every(({ text }) => /^(?:export )?(?:declare )?(?:interface|type)\b/.test(text));
}

function placeOf(declared: { readonly place: Place } | undefined): Place {
  if (declared === undefined) throw new Error('An export is declared nowhere');
  return declared.place;
}

/** In the order of the page, since the anchors of equal headings are counted. */
function linksOf({ entry, own }: Draft): [Place, { readonly page: string; readonly anchor: string }][] {
  const slugs = new Slugs();
  slugs.next(entry.specifier);
  return inOrder(own).flatMap(({ heading, exported }) => {
    slugs.next(heading);
    return exported.flatMap(({ name, declared }) => {
      const anchor = slugs.next(name);
      return declared.map(({ place }): [Place, { page: string; anchor: string }] => [
        place,
        { page: entry.page, anchor },
      ]);
    });
  });
}

function inOrder(own: readonly Described[]): readonly { readonly heading: string; readonly exported: Described[] }[] {
  return [...new Set(own.map(({ heading }) => heading))].map((heading) => ({
    heading,
    exported: own.filter((each) => each.heading === heading),
  }));
}

function pageOf({ entry, own, elsewhere }: Draft, modules: Modules, links: Links): string {
  const told = entry.told.map((page) => `[${page.replace('.md', '')}](../${page})`);
  const linkTo = (name: string, place: Place): string => linkOf(name, place, links, entry.page) ?? `\`${name}\``;
  const groups = inOrder(own);
  const index = groups.map(
    ({ heading, exported }) =>
      `- ${heading}: ${exported.map(({ name, declared }) => linkTo(name, placeOf(declared[0]))).join(', ')}`,
  );
  const sections = groups.flatMap(({ heading, exported }) => [
    `## ${heading}`,
    ...exported.map((each) => sectionOf(each, modules, links, entry.page)),
  ]);
  const others = elsewhere.map(({ name, place }) => linkTo(name, place));
  return `${[
    `# ${entry.specifier}`,
    `${entry.says} For its use, see ${told.join(', ')}.`,
    ...(index.length === 0 ? [] : [index.join('\n')]),
    ...(others.length === 0 ? [] : [`It also exports, described elsewhere: ${others.join(', ')}.`]),
    ...sections,
  ].join('\n\n')}\n`;
}

function sectionOf({ name, declared, everywhere }: Described, modules: Modules, links: Links, page: string): string {
  const variants = [...platformsByText(declared, (place) => variantAt(place, modules))].flatMap(([text, platforms]) =>
    platforms.length === 0 || platforms.length === everywhere.length ? [text] : [`${whereOf(platforms)}:`, text],
  );
  return [`### ${name}`, ...variants, ...seeAlso(name, declared, modules, links, page)].join('\n\n');
}

/** Platforms whose declarations read the same share one. */
function platformsByText(
  declared: Described['declared'],
  textAt: (place: Place) => string,
): ReadonlyMap<string, readonly string[]> {
  const byText = new Map<string, readonly string[]>();
  for (const { place, platforms } of declared) {
    const text = textAt(place);
    byText.set(text, [...(byText.get(text) ?? []), ...platforms]);
  }
  return byText;
}

function variantAt(place: Place, modules: Modules): string {
  const declarations = modules.declarationsAt(place);
  const object = objectOf(declarations);
  const code = ['```ts', ...declarations.map(signatureOf), '```'].join('\n');
  const fields =
    object === null ? code : `Its fields are in the table of [${object.name}](${object.page}#${object.anchor}).`;
  return [docsAt(modules, place), fields].filter((text) => text !== '').join('\n\n');
}

function whereOf(platforms: readonly string[]): string {
  const named = platforms.filter((platform) => platform !== anywhereElse);
  if (named.length === 0) return 'Everywhere else';
  return named.length === platforms.length ? `In ${listed(named)}` : `In ${listed(named)}, and everywhere else`;
}

function docsAt(modules: Modules, place: Place): string {
  const docs = modules.declarationsAt(place).flatMap(({ doc }) => (doc === null ? [] : [doc]));
  return [...new Set(docs)].join('\n\n').replaceAll(/^@example (.*)$/gm, 'Example: `$1`');
}

/** The exports that a signature names, other than itself. */
function seeAlso(
  name: string,
  declared: Described['declared'],
  modules: Modules,
  links: Links,
  page: string,
): readonly string[] {
  const named = declared.flatMap(({ place }) => {
    const [file = ''] = place.split('#');
    return modules
      .declarationsAt(place)
      .flatMap((statement) => namesIn(signatureOf(statement)))
      .flatMap((each): readonly string[] => {
        const meant = modules.meaningOf(file, each);
        if (meant === null || meant === place) return [];
        const link = linkOf(meant.split('#')[1] ?? each, meant, links, page);
        return link === null ? [] : [link];
      });
  });
  const others = [...new Set(named)].filter((link) => !link.startsWith(`[\`${name}\`]`));
  return others.length === 0 ? [] : [`See ${others.join(', ')}.`];
}

function linkOf(name: string, place: Place, links: Links, page: string): string | null {
  const link = links.get(place);
  if (link === undefined) return null;
  return `[\`${name}\`](${link.page === page ? '' : link.page}#${link.anchor})`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
