import type colorsOf from 'picocolors';
import { columnsOf, endOf, plainText, wrapped } from './lines.ts';
import type { Entry } from './transcript.ts';

type Colors = ReturnType<typeof colorsOf.createColors>;

/** Loudness in dBFS; null where there is no such device. */
export interface Levels {
  readonly mic: number | null;
  readonly speaker: number | null;
}

/** What stands at the bottom of the screen. */
export interface Bottom {
  /** What is still being said. */
  readonly live: readonly Entry[];
  readonly levels: Levels;
  /** What the user has typed so far; null where nobody types. */
  readonly typed: string | null;
  /** A question that the next line answers. */
  readonly question: string | null;
}

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

const labels = { you: 'you', assistant: 'assistant', system: 'system', tool: 'tool' } as const;

/** An entry as one line. */
export function entryLine({ who, text, note }: Entry, colors: Colors): string {
  const words = plainText(text);
  const told = note === null ? '' : colors.dim(`${words === '' ? '' : ' '}(${plainText(note)})`);
  return `${label(who, colors)}: ${who === 'tool' ? colors.dim(words) : words}${told}`;
}

function label(who: Entry['who'], colors: Colors): string {
  const paint = { you: colors.cyan, assistant: colors.green, system: colors.dim, tool: colors.yellow }[who];
  return paint(labels[who]);
}

/** The rows at the bottom, none longer than the screen is wide and not more than it is high. */
export function bottomRows({ live, levels, typed, question }: Bottom, size: ScreenSize, colors: Colors): string[] {
  const columns = Math.max(10, size.columns - 1);
  const rows = live.flatMap((entry) => liveRows(entry, columns, colors));
  const meters = meterRow(levels, colors);
  const asked = question === null ? [] : wrapped(plainText(question), columns).map((row) => colors.yellow(row));
  const prompt = typed === null ? [] : [`> ${endOf(plainText(typed) + (typed.endsWith(' ') ? ' ' : ''), columns - 2)}`];
  const fixed = [...(meters === null ? [] : [meters]), ...asked, ...prompt];
  return [...rows.slice(-Math.max(1, size.rows - 1 - fixed.length)), ...fixed];
}

function liveRows(entry: Entry, columns: number, colors: Colors): string[] {
  const name = `${labels[entry.who]}: `;
  const [first = '', ...rest] = wrapped(`${name}${plainText(entry.text)}`, columns);
  const painted = `${label(entry.who, colors)}${first.slice(labels[entry.who].length)}`;
  return [columnsOf(first) < name.length - 1 ? first : painted, ...rest];
}

function meterRow({ mic, speaker }: Levels, colors: Colors): string | null {
  const shown = [
    ...(mic === null ? [] : [`mic ${meter(mic, colors)}`]),
    ...(speaker === null ? [] : [`speaker ${meter(speaker, colors)}`]),
  ];
  return shown.length === 0 ? null : shown.join('   ');
}

const meterCells = 12;
/** What an empty meter stands for, in dBFS; a full one is 0. */
const quietDb = -60;

/** A level as a bar: green, its last quarter red. */
export function meter(db: number, colors: Colors): string {
  const share = Math.max(0, Math.min(1, (db - quietDb) / -quietDb));
  const lit = Math.round(share * meterCells);
  const loud = Math.max(0, lit - (meterCells * 3) / 4);
  return colors.green('▮'.repeat(lit - loud)) + colors.red('▮'.repeat(loud)) + colors.dim('▯'.repeat(meterCells - lit));
}
