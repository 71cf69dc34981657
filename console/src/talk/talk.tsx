import type { JSX } from 'preact';
import { server } from '../place/server.ts';
import { type Shown, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { ProblemNote } from '../ui/notice.tsx';
import { Conversation } from './conversation.tsx';
import { Dock } from './dock.tsx';
import { KeyForm } from './key-form.tsx';
import { Setup } from './setup.tsx';
import { forgetProblem, talk, talking } from './talking.ts';
import { Welcome } from './welcome.tsx';

/** The conversation, and how to take part in it. */
export function Talk(): JSX.Element {
  const { story } = useStore<Shown>(shown);
  const { state } = useStore(server);
  const isOwn = story.source.is === 'live';
  const isEmpty = story.view.items.length === 0 && story.view.turn === null;
  return (
    <section class="pane-talk" aria-label="Talk">
      {isOwn ? <Setup /> : null}
      <Troubles />
      {state === 'locked' && isOwn ? <KeyForm /> : isEmpty ? <Welcome isOwn={isOwn} /> : <Conversation />}
      {isOwn ? <Dock /> : null}
    </section>
  );
}

function Troubles(): JSX.Element | null {
  const { problem, notice, phase } = useStore(talking);
  const { problem: ofServer } = useStore(server);
  if (ofServer !== null) return <ProblemNote problem={ofServer} />;
  if (problem !== null && phase === 'idle')
    return (
      <ProblemNote problem={problem} onClose={forgetProblem}>
        <button type="button" class="small" onClick={() => void talk()}>
          Try again
        </button>
      </ProblemNote>
    );
  return notice === null ? null : (
    <p class="note" role="status">
      {notice}
    </p>
  );
}
