import type { JSX } from 'preact';

/** A text in JSON, with its parts in colours. Long texts within it are cut. */
export function Json({ text }: { readonly text: string }): JSX.Element {
  return (
    <pre class="json" tabIndex={0} aria-label="The event as JSON">
      <code>
        {tokensOf(pretty(text)).map(({ kind, text: part }, i) =>
          kind === null ? (
            part
          ) : (
            <span key={i} class={`j-${kind}`}>
              {part}
            </span>
          ),
        )}
      </code>
    </pre>
  );
}

const mostCharacters = 2000;

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), clip, 2);
  } catch {
    return text;
  }
}

function clip(_key: string, value: unknown): unknown {
  if (typeof value !== 'string' || value.length <= mostCharacters) return value;
  return `${value.slice(0, mostCharacters)}… (${value.length - mostCharacters} more characters)`;
}

interface Token {
  readonly kind: 'key' | 'text' | 'number' | 'word' | null;
  readonly text: string;
}

const pattern = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d[\d.eE+-]*)|\b(true|false|null)\b/g;

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    tokens.push({ kind: null, text: text.slice(end, match.index) });
    const [whole, quoted, colon, number] = match;
    const kind =
      quoted === undefined ? (number === undefined ? 'word' : 'number') : colon === undefined ? 'text' : 'key';
    tokens.push({ kind, text: whole });
    end = match.index + whole.length;
  }
  return [...tokens, { kind: null, text: text.slice(end) }];
}
