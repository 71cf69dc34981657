import { differences } from './differences.ts';
import { officialVersion } from './official-events.ts';

const introduction = `# Parity with the official package

The types of \`antiphon/protocol\` are compared with those of the npm package \`openai\` ${officialVersion}: every named object, then the
four unions of events, then the bodies of client secrets, calls and the webhook. The comparison is made by the compiler
(\`test/parity\`), key by key and in both directions; a difference that is not on this page breaks the build, and so does
an entry that is no longer true. Event types are compared by name as well.

What the differences mean in practice: what the official types describe, ours take, except for turn detection in a
transcription session's client secret, where the official type is any string. In the other direction, values of our types
may hold what the wire holds and the official types do not know.

How to read an entry: the name of our type, the path of the field, and what is different there. \`<…>\` picks a member of a
union by its \`type\`, \`[]\` is a member of a list. Objects with a name of their own are compared once, under that name.

This page is made from \`test/parity/differences.ts\`: \`npx vitest run --project whole test/parity --update\` writes it.
`;

/** The text of `docs/parity.md`. */
export function parityPage(): string {
  const sections = differences.map(
    ({ why, where }) => `${why}\n\n${where.map((entry) => `- \`${entry}\``).join('\n')}\n`,
  );
  return [introduction, '## The differences\n', ...sections].join('\n');
}
