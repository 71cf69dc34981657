import { go, place } from '../place/place.ts';
import { drawSoon, show } from '../place/shown.ts';
import { createStore, type Store } from '../place/store.ts';
import type { Story } from '../story/story.ts';
import type { Problem } from '../talk/problem.ts';
import { talking } from '../talk/talking.ts';
import type { DroppedFile } from './open.ts';

/** Why a take could not be opened. */
export const takeProblem: Store<Problem | null> = createStore<Problem | null>(null);

/** Opens the take among files: it is looked at as a session is that the page holds, which ends where there is one. */
export async function openFiles(files: () => Promise<readonly DroppedFile[]>): Promise<void> {
  takeProblem.set(null);
  try {
    const [{ takeAmong, tellTake }, given] = await Promise.all([import('./open.ts'), files()]);
    const take = takeAmong(given);
    talking.value.live?.close();
    let story: Story | null = null;
    story = await tellTake(take, () => story !== null && drawSoon(story), breathe);
    show(story);
    if (place.value.view === 'talk' || place.value.view === 'sessions') go({ view: 'turns' });
  } catch (cause) {
    const advice = cause instanceof Error ? cause.message : String(cause);
    takeProblem.set({ is: 'other', title: 'This is no take that can be opened', advice });
  }
}

function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
