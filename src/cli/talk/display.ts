import type { Writable } from 'node:stream';
import colorsOf from 'picocolors';
import type { View } from '../../client/view/state.ts';
import { plainLines, plainText } from './lines.ts';
import { entryLine } from './screen.ts';
import { createTranscript, type Entry } from './transcript.ts';

/** Shows a conversation. */
export interface Display {
  /** Something has changed. `held`: items that still sound, or are being cut. */
  show(view: View, held: ReadonlySet<string>): void;
  /** Tells something that nobody said: of the connection, the devices, a mistake. */
  notice(text: string): void;
  /** Shows what is left, and lets go of the terminal. */
  close(view: View): void;
}

const noColors = colorsOf.createColors(false);

export interface LinesOptions {
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** True: only the words of the answers go to standard output, without a name before them. */
  readonly wordsOnly: boolean;
}

/** Lines, each once it is certain, for files and other programs. */
export function linesDisplay({ stdout, stderr, wordsOnly }: LinesOptions): Display {
  const transcript = createTranscript();
  const print = (entry: Entry): void => {
    if (!wordsOnly) stdout.write(`${entryLine(entry, noColors)}\n`);
    else if (entry.who === 'assistant' && entry.text !== '') stdout.write(`${plainLines(entry.text)}\n`);
    else stderr.write(`${entryLine(entry, noColors)}\n`);
  };
  return {
    show: (view, held) => transcript.take(view, held).settled.forEach(print),
    notice: (text) => void stderr.write(`${plainText(text)}\n`),
    close: (view) => transcript.rest(view).forEach(print),
  };
}

/** Nothing but notices, for a standard output that belongs to the events. */
export function silentDisplay(stderr: Writable): Display {
  return { show() {}, notice: (text) => void stderr.write(`${plainText(text)}\n`), close() {} };
}
