/** Takes thoughts out of an answer's text. */
export interface ThoughtFilter {
  /** Takes the next text and gives what is certain to be speech by now. */
  push(text: string): string;
  /** The text is over: gives what was held back and is no thought. */
  end(): string;
}

/** How models mark what they think before they speak. */
const marks: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<reasoning>', '</reasoning>'],
  ['[THINK]', '[/THINK]'],
];

type State = 'before' | 'thinking' | 'speaking';

/**
 * Takes out the thoughts that stand before the first word, however the text is cut, and the blanks around them. Marks
 * further on are part of what is said. `opensInThought`: the model's template has opened the thought already, so that the
 * text begins with one and only its end is marked.
 */
export function thoughtFilter(opensInThought = false): ThoughtFilter {
  let state: State = opensInThought ? 'thinking' : 'before';
  let close = marks[0]?.[1] ?? '';
  let held = '';

  /** Takes one step through what is held; gives whether there is another to take. */
  function step(): boolean {
    if (state === 'thinking') {
      const end = held.indexOf(close);
      // Only a mark that is half there is worth keeping of a thought.
      held = end < 0 ? held.slice(-close.length) : held.slice(end + close.length);
      if (end >= 0) state = 'before';
      return end >= 0;
    }
    held = held.trimStart();
    const mark = marks.find(([open]) => held.startsWith(open));
    if (mark === undefined) {
      if (held !== '' && !marks.some(([open]) => open.startsWith(held))) state = 'speaking';
      return false;
    }
    close = mark[1];
    held = held.slice(mark[0].length);
    state = 'thinking';
    return true;
  }

  function stateAfter(text: string): State {
    held += text;
    while (step());
    return state;
  }

  return {
    push(text) {
      if (state === 'speaking') return text;
      return stateAfter(text) === 'speaking' ? held : '';
    },
    end: () => (state === 'before' ? held : ''),
  };
}
