import { differences } from './differences.ts';
import { officialVersion } from './official-events.ts';

const introduction = `# Parity with the official package

Can you use the types of \`antiphon/protocol\` and those of the npm package \`openai\` ${officialVersion} side by side? Nearly always: whatever the official
types describe, ours accept. There is one exception, turn detection in a transcription session's client secret, which is any
string in the official type. In the other direction, values of our types may hold things that are seen on the wire and that the
official types do not know.

This page lists every difference and why it is there. The compiler makes the comparison (\`test/parity\`), key by key and in both directions:
every named object, then the four unions of events, then the bodies of client secrets, calls and the webhook. A difference that is not
on this page breaks the build, and so does an entry that is no longer true. Event types are compared by name as well.

An entry has the name of our type, the path of the field, and what is different there. \`<…>\` picks a member of a
union by its \`type\`, and \`[]\` is a member of a list. Objects with a name of their own are compared once, under that name.

This page is made from \`test/parity/differences.ts\`: \`npx vitest run --project whole test/parity --update\` writes it.
`;

/** The text of `docs/parity.md`. */
export function parityPage(): string {
  const sections = differences.map(
    ({ why, where }) => `${why}\n\n${where.map((entry) => `- \`${entry}\``).join('\n')}\n`,
  );
  return [introduction, '## The differences\n', ...sections].join('\n');
}
