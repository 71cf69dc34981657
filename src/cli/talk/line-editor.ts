/** What the user has typed, and what the last keys asked for, in order. */
export interface Typed {
  readonly text: string;
  readonly acts: readonly Act[];
}

type Act =
  | { readonly do: 'line'; readonly text: string }
  /** Escape. */
  | { readonly do: 'interrupt' }
  /** Ctrl-C, or Ctrl-D with nothing typed. */
  | { readonly do: 'end' };

/** Escape alone, or the sequence of a key such as an arrow; else one character. */
// oxlint-disable-next-line no-control-regex
const key = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)?|./gsu;

/** Takes what a terminal in raw mode sends. */
export function typeKeys(text: string, keys: string): Typed {
  let line = text;
  const acts: Act[] = [];
  for (const [pressed] of keys.matchAll(key)) {
    switch (pressed) {
      case '\r':
      case '\n':
        acts.push({ do: 'line', text: line });
        line = '';
        break;
      case '\x03':
        acts.push({ do: 'end' });
        break;
      case '\x04':
        if (line === '') acts.push({ do: 'end' });
        break;
      case '\x1b':
        acts.push({ do: 'interrupt' });
        break;
      default:
        line = edited(line, pressed);
    }
  }
  return { text: line, acts };
}

function edited(line: string, pressed: string): string {
  switch (pressed) {
    case '\x7f':
    case '\b':
      return [...line].slice(0, -1).join('');
    case '\x15':
      return '';
    case '\x17':
      return line.replace(/\S*\s*$/, '');
    default:
      return /\p{Cc}/u.test(pressed) ? line : line + pressed;
  }
}
