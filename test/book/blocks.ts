import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');

/** A fenced block of a page. */
export interface Block {
  /** The page, from the root of the repository. */
  readonly page: string;
  /** `sh`, `ts` …; `text` where the fence says nothing. */
  readonly language: string;
  /** What follows the language: the name of a file, or what a test knows the block by. */
  readonly label: string;
  /** Names the block among all others: `docs/tls.md sh serve 1`, the first of that kind on its page. */
  readonly key: string;
  readonly code: string;
}

/** Pages that a program writes, and a test of their own compares with what it would write. */
const written = /^docs\/(?:reference|checks)\/|^\.changeset\/|^CHANGELOG\.md$/;

/** Every page for readers that people write: their names and texts. */
export const pages: ReadonlyMap<string, string> = new Map(
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: root,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((page) => page !== '' && !written.test(page) && existsSync(join(root, page)))
    .map((page) => [page, readFileSync(join(root, page), 'utf8')]),
);

/** Every fenced block of every page, in order. */
export const blocks: readonly Block[] = [...pages].flatMap(([page, text]) => blocksOf(page, text));

function blocksOf(page: string, text: string): readonly Block[] {
  const counts = new Map<string, number>();
  return Array.from(text.matchAll(/^( *)```(.*)\n([\s\S]*?)^\1```$/gm), ([, , info = '', code = '']) => {
    const [language = '', ...rest] = info.split(' ');
    const kind = `${page} ${info === '' ? 'text' : info}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return { page, language: languageOf(language, code), label: rest.join(' '), key: `${kind} ${count}`, code };
  });
}

/** A block without a language is a shell's if it begins with one of our commands. */
function languageOf(language: string, code: string): string {
  if (language !== '') return language;
  return /^(?:antiphon|npx|npm|node) /.test(code) ? 'sh' : 'text';
}

/** The code that stands in the midst of sentences. */
export function inlineCode(text: string): readonly string[] {
  const prose = text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '');
  return Array.from(prose.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g), ([, code = '']) => code);
}
