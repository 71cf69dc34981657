import type { JSX } from 'preact';

/** A description as schemas have it: what stands between backticks is code. */
export function About({ text, id }: { readonly text: string; readonly id?: string }): JSX.Element | null {
  if (text === '') return null;
  return (
    <p class="about" id={id}>
      {text.split('`').map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}
    </p>
  );
}
