import type { ReadStream, WriteStream } from 'node:tty';
import colorsOf from 'picocolors';
import { emptyView, type View } from '../../client/view/state.ts';
import type { Display } from './display.ts';
import { typeKeys } from './line-editor.ts';
import { plainText } from './lines.ts';
import type { LiveControls } from './live-controls.ts';
import { bottomRows, entryLine, type ScreenSize } from './screen.ts';
import { createTranscript, type Entry } from './transcript.ts';

export interface TerminalOptions {
  /** Null: nobody types. */
  readonly input: ReadStream | null;
  readonly output: WriteStream;
  readonly controls: LiveControls;
}

export interface TerminalDisplay extends Display {
  /** Puts a question to the user; the next line answers it. Resolves with `null` where there is nobody, or no time. */
  ask(question: string): Promise<string | null>;
}

/** How often the meters move. */
const refreshMs = 100;

/** A terminal: what is over scrolls away, what goes on stands at the bottom, with meters and a line to type in. */
export function openTerminal(options: TerminalOptions): TerminalDisplay {
  const { input, output, controls } = options;
  const colors = colorsOf.createColors(colorsOf.isColorSupported);
  const transcript = createTranscript();
  const bottom = bottomOf(output);
  const questions: { readonly text: string; readonly answer: (line: string | null) => void }[] = [];
  let view: View = emptyView();
  let held: ReadonlySet<string> = new Set();

  function draw(lines: readonly string[] = []): void {
    const { settled, live } = transcript.take(view, held);
    const question = questions[0]?.text ?? null;
    const typed = input === null ? null : keyboard.typed;
    const rows = bottomRows({ live, levels: controls.levels(), typed, question }, sizeOf(output), colors);
    bottom.draw([...lines, ...lined(settled)], rows);
  }

  const lined = (entries: readonly Entry[]): string[] => entries.map((entry) => entryLine(entry, colors));

  function entered(text: string): void {
    const question = questions.shift();
    if (question === undefined) controls.line(text);
    else question.answer(text);
  }

  const keyboard = keyboardOf(controls, entered);
  const onKeys = (keys: string): void => {
    keyboard.press(keys);
    draw();
  };
  const release = takeKeys(input, onKeys, () => controls.end());
  const timer = setInterval(draw, refreshMs, []);
  return {
    show(given, sounding) {
      view = given;
      held = sounding;
      draw();
    },
    notice: (text) => draw([colors.dim(plainText(text))]),
    ask: (text) => new Promise((answer) => questions.push({ text, answer })),
    close(last) {
      clearInterval(timer);
      release();
      for (const { answer } of questions.splice(0)) answer(null);
      bottom.draw(lined(transcript.rest(last)), []);
    },
  };
}

/** A terminal that does not know its size has the usual one. */
function sizeOf({ columns, rows }: WriteStream): ScreenSize {
  return { columns: columns || 80, rows: rows || 24 };
}

/** What is typed, and what keys do. */
function keyboardOf(controls: LiveControls, entered: (line: string) => void) {
  let typed = '';
  return {
    get typed() {
      return typed;
    },
    press(keys: string): void {
      const { text, acts } = typeKeys(typed, keys);
      typed = text;
      for (const act of acts) {
        if (act.do === 'line') entered(act.text);
        else if (act.do === 'interrupt') controls.interrupt();
        else controls.end();
      }
    },
  };
}

/** Puts the terminal into raw mode. What is given back takes it out again, whatever happens before. */
function takeKeys(input: ReadStream | null, onKeys: (keys: string) => void, onEnd: () => void): () => void {
  if (input === null) return () => {};
  const restore = (): void => void input.setRawMode(false);
  input.setRawMode(true);
  input.setEncoding('utf8').on('data', onKeys).once('end', onEnd);
  process.once('exit', restore);
  return () => {
    process.off('exit', restore);
    input.off('data', onKeys).off('end', onEnd).pause();
    restore();
  };
}

/** Rows at the bottom that are drawn over and over, while lines scroll away above them. */
function bottomOf(output: WriteStream) {
  let rows: readonly string[] = [];
  return {
    draw(lines: readonly string[], next: readonly string[]): void {
      if (lines.length === 0 && next.join('\n') === rows.join('\n')) return;
      const up = rows.length > 1 ? `\x1b[${rows.length - 1}A` : '';
      const erase = rows.length === 0 ? '' : `${up}\r\x1b[J`;
      output.write(erase + lines.map((line) => `${line}\n`).join('') + next.join('\n'));
      rows = next;
    },
  };
}
