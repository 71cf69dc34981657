import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Icon } from './icons.tsx';

/** A button that copies a text. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }): JSX.Element {
  const [isCopied, setCopied] = useState(false);
  const tell = (): void => {
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const copy = (): void => {
    void navigator.clipboard?.writeText(text).then(tell);
  };
  return (
    <button type="button" class="small" onClick={copy} aria-label={label}>
      <Icon name="copy" size={15} />
      <span>{isCopied ? 'Copied' : 'Copy'}</span>
    </button>
  );
}
