import { CommanderError } from 'commander';
import { program } from '../../src/cli/program.ts';

/** The commands of a shell's script, each as its words: without comments, variables, redirections and what joins them. */
export function commandsIn(script: string): readonly (readonly string[])[] {
  return script
    .replaceAll('\\\n', ' ')
    .replaceAll(/ '[{[][^']*'/g, (json) => json.replaceAll('\n', ' '))
    .split('\n')
    .flatMap((line) => partsOf(line))
    .map((words) => words.slice(words.findIndex((word) => !/^\w+=/.test(word))))
    .filter(([first]) => first !== undefined);
}

/** One line, cut where commands are joined. Ends at a comment. */
function partsOf(line: string): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const [piece] of line.matchAll(/&&|\|\||[&|;]|\d?>+ ?\S+|#.*|(?:"[^"]*"|'[^']*'|\\.|[^\s"'&|;#>]|(?<=\S)#)+/g)) {
    if (piece.startsWith('#')) break;
    if (/^\d?>/.test(piece)) continue;
    if (/^(?:&&|\|\||[&|;])$/.test(piece)) parts.push([]);
    else parts.at(-1)?.push(piece.replaceAll(/["']/g, ''));
  }
  return parts.filter((words) => words.length > 0);
}

const nothing = async (): Promise<void> => {};
const actions = {
  serve: nothing,
  record: nothing,
  checkConfig: nothing,
  check: nothing,
  load: nothing,
  init: nothing,
  talk: nothing,
  takes: { replay: nothing, show: nothing, check: nothing, convert: nothing },
};

/** What our own command line has against these words; null where it would carry them out. */
export async function refusal(words: readonly string[]): Promise<string | null> {
  const root = program(actions);
  for (const command of [root, ...root.commands, ...root.commands.flatMap(({ commands }) => commands)])
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  try {
    await root.parseAsync([...words], { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) return String(error);
    return isHarmless(error.code) ? null : error.message;
  }
}

/** Sentences leave arguments out: `antiphon check` for the command as such. And help is no mistake. */
function isHarmless(code: string): boolean {
  return ['commander.missingArgument', 'commander.help', 'commander.helpDisplayed', 'commander.version'].includes(code);
}

/** Every long flag of a command, or of all of them. */
export function everyFlag(command?: string): ReadonlySet<string> {
  const root = program(actions);
  const all = [root, ...root.commands, ...root.commands.flatMap(({ commands }) => commands)];
  const asked = command === undefined ? all : all.filter((each) => each.name() === command);
  const flags = asked.flatMap(({ options }) => options.map(({ long }) => long));
  return new Set(['--help', ...flags.filter((long) => typeof long === 'string')]);
}
