import type { Rule } from '../src/check/check.ts';
import { framesOf } from '../src/check/frames.ts';
import type { Line } from '../src/check/line.ts';
import { rules } from '../src/check/report/rules.ts';
import { byArea } from '../src/check/report/summary.ts';
import { mutants } from '../test/check/mutants/all.ts';

/** What passed between a check and a server that holds it, by the id of the check. */
export type Examples = ReadonlyMap<string, readonly string[]>;

const introduction = `# The rules of \`antiphon check\`

Each rule that [\`antiphon check\`](check.md) holds a server to has a page. A MUST is what a stock client relies on, or what
the official schema requires. A SHOULD is what the service does, although no client is known to break without it. The names
of rules never change. Rules that begin with \`law\` hold for every frame of all checks.

Each page says where the rule comes from, and who breaks if it does not hold. It also says what we broke in our own server
to see the rule fail, and shows what passes between the check and a server that keeps the rule.

These pages are written by \`node scripts/write-check-pages.ts\`.
`;

/** All pages, by their paths below \`docs\`. */
export function checkPages(examples: Examples): ReadonlyMap<string, string> {
  const areas = [...byArea(rules.values())];
  const lists = areas.flatMap(([area, own]) => [`\n## ${area}\n`, ...own.map(listed)]);
  const pages = [...rules.values()].map(
    (rule) => [pathOf(rule.id), pageOf(rule, examples.get(rule.id) ?? [])] as const,
  );
  return new Map([['checks.md', `${[introduction.trimEnd(), ...lists].join('\n')}\n`], ...pages]);
}

function pathOf(id: string): string {
  return `checks/${id}.md`;
}

function listed({ id, level, says }: Rule): string {
  return `- [\`${id}\`](${pathOf(id)}) (${level.toUpperCase()}): ${says}`;
}

function pageOf(rule: Rule, frames: readonly string[]): string {
  const { id, level, says, breaks, profile } = rule;
  const example = ['', 'If the rule holds, this passes; `>` is sent by the check:', '', '```text', ...frames, '```'];
  return `${[
    `# ${id}`,
    '',
    says,
    '',
    `- ${level.toUpperCase()}, profile \`${profile}\`; from ${sourceOf(rule)}`,
    `- Who breaks without it: ${breaks}`,
    `- It was seen to fail when this was broken: ${rejecting(id)}`,
    ...(frames.length === 0 ? [] : example),
    '',
    `To check only this: \`antiphon check URL --only '${id}'\`. [All rules](../../checks.md#${areaAnchor(id)}).`,
  ].join('\n')}\n`;
}

/** As headings are called. */
function areaAnchor(id: string): string {
  return (id.split('/')[0] ?? '').replaceAll('.', '');
}

function sourceOf({ source }: Rule): string {
  const [section = '', choice] = source.split(' ');
  if (!/^\d/.test(section)) return `[${section}](../../${section}.md)`;
  const law = /no\. (\d+)/.exec(source)?.[1];
  const where = law !== undefined ? `, no. ${law}` : choice === undefined ? '' : `, ${choice}`;
  return `[behaviour \u00A7${section}](../../behaviour.md#s${section})${where}`;
}

/** The mutant that fails the rule and the fewest others. */
function rejecting(id: string): string {
  const [narrowest] = mutants
    .filter(({ fails }) => fails.includes(id))
    .toSorted((one, other) => one.fails.length - other.fails.length);
  return narrowest === undefined ? 'never' : `${narrowest.name}.`;
}

const mostFrames = 16;
const longestFrame = 220;

/** What passed on the last of these connections, as a page shows it: ids that are new each time by their kind. */
export function exampleOf(lines: readonly Line[]): readonly string[] {
  const frames = framesOf(lines).map((frame) => {
    const named = frame.replaceAll(/\b(event|item|resp|sess|conv|call|rtc|rsm|part)_[A-Za-z0-9_-]{8,}/g, '$1_…');
    return named.length > longestFrame ? `${named.slice(0, longestFrame)}…` : named;
  });
  return frames.length > mostFrames ? [...frames.slice(0, mostFrames), '…'] : frames;
}
