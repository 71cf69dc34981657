import type { JSX } from 'preact';
import { talking } from '../talk/talking.ts';
import { shown } from './shown.ts';
import { useStore } from './store.ts';

/** Tells a screen reader, in one sentence at a time, what others see. */
export function Announcer(): JSX.Element {
  const phase = useStore(talking, ({ phase: now, speaks }) => `${now} ${speaks}`);
  const said = useStore(shown, ({ story }) => {
    const turn = story.turns.list.at(-1);
    if (turn === undefined) return '';
    if (turn.interruptedT !== null) return 'The answer was interrupted.';
    const answer = story.view.items.findLast((item) => item.kind === 'message' && item.role === 'assistant');
    if (turn.doneT !== null && answer !== undefined)
      return `The model said: ${wordsIn(story.said.get(answer.id)?.transcript, answer)}`;
    return turn.words === '' ? '' : `You said: ${turn.words}`;
  });
  return (
    <div class="unseen" role="status" aria-live="polite">
      <p>{phases[phase] ?? ''}</p>
      <p>{said}</p>
    </div>
  );
}

const phases: Readonly<Record<string, string>> = {
  'starting true': 'Connecting.',
  'starting false': 'Connecting.',
  'live true': 'Connected. Speak now.',
  'live false': 'Connected.',
};

function wordsIn(transcript: string | undefined, item: { readonly kind: string }): string {
  if (transcript !== undefined) return transcript;
  const parts = 'parts' in item && Array.isArray(item.parts) ? item.parts : [];
  return parts
    .map((part: unknown) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : ''))
    .join(' ');
}
