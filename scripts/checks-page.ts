import type { Rule } from '../src/check/check.ts';
import { rules } from '../src/check/report/rules.ts';
import { byArea } from '../src/check/report/summary.ts';
import { mutants } from '../test/check/mutants/all.ts';

const introduction = `# The rules of \`antiphon check\`

Everything that [\`antiphon check\`](check.md) holds a server to, one entry a rule. Names never change. A MUST is what a stock
client relies on, or what the official schema requires; a SHOULD is what the service does, and no client is known to break without.
Each rule names where it comes from, who breaks where it is not met, and how it was seen to reject: what was broken in
our own server, on the wire, for the rule to fail. Rules that begin with \`law\` hold for every frame of all checks.

This page is written by \`node scripts/write-checks-page.ts\`.
`;

/** The text of \`docs/checks.md\`. */
export function checksPage(): string {
  const areas = byArea(rules.values());
  const contents = [...areas].map(([area, own]) => `| [\`${area}\`](#${anchorOf(area)}) | ${own.length} |`);
  const sections = [...areas].map(([area, own]) => [heading(area), ...own.map(entry)].join('\n'));
  return `${[introduction, '| Area | Rules |', '| --- | --- |', ...contents, '', ...sections].join('\n')}`;
}

function anchorOf(id: string): string {
  return id.replaceAll(/[./]/g, '-');
}

function heading(area: string): string {
  return `<a id="${anchorOf(area)}"></a>\n\n## ${area}\n`;
}

function entry({ id, level, says, source, breaks, profile }: Rule): string {
  const [section = '', choice] = source.split(' ');
  const law = /no\. (\d+)/.exec(source)?.[1];
  const where = law !== undefined ? `, no. ${law}` : choice === undefined ? '' : `, ${choice}`;
  return [
    `<a id="${anchorOf(id)}"></a>\n`,
    `### ${id}\n`,
    `${says}\n`,
    `- ${level.toUpperCase()}, profile \`${profile}\`; from [behaviour \u00A7${section}](behaviour.md#s${section})${where}`,
    `- Who breaks: ${breaks}`,
    `- Seen to reject: ${rejecting(id)}`,
    '',
  ].join('\n');
}

/** The mutant that fails the rule and the fewest others. */
function rejecting(id: string): string {
  const [narrowest] = mutants
    .filter(({ fails }) => fails.includes(id))
    .toSorted((one, other) => one.fails.length - other.fails.length);
  return narrowest === undefined ? 'never' : `${narrowest.name}.`;
}
