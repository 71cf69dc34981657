import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useStore } from '../place/store.ts';
import { ProblemNote } from '../ui/notice.tsx';
import { filesIn } from './dropped.ts';
import { openFiles, takeProblem } from './opening.ts';

/** The page, on which a take can be dropped. */
export function DropZone({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const [isOver, setOver] = useState(false);
  const problem = useStore(takeProblem);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer !== null) void openFiles(() => filesIn(event.dataTransfer));
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return (
    <div class="page">
      {children}
      {problem === null ? null : (
        <div class="toast">
          <ProblemNote problem={problem} onClose={() => takeProblem.set(null)} />
        </div>
      )}
      {isOver ? (
        <div class="drop-over" aria-hidden="true">
          <p>Drop the take to open it</p>
        </div>
      ) : null}
    </div>
  );
}
