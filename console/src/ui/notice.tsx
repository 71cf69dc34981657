import type { ComponentChildren, JSX } from 'preact';
import type { Problem } from '../talk/problem.ts';
import { Icon } from './icons.tsx';

interface ProblemNoteProps {
  readonly problem: Problem;
  /** What can be done about it here. */
  readonly children?: ComponentChildren;
  readonly onClose?: () => void;
}

/** What went wrong, and what to do. */
export function ProblemNote({ problem, children, onClose }: ProblemNoteProps): JSX.Element {
  return (
    <div class="note bad" role="alert" data-problem={problem.is}>
      <Icon name="warn" />
      <div class="note-text">
        <strong>{problem.title}</strong>
        <p>{problem.advice}</p>
        {children === undefined ? null : <div class="note-actions">{children}</div>}
      </div>
      {onClose === undefined ? null : (
        <button type="button" class="quiet icon-only" onClick={onClose} aria-label="Close this message">
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** Nothing is here yet, and how there will be. */
export function Empty({ title, children }: EmptyProps): JSX.Element {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
