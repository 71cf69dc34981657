import { type Source, Story } from '../story/story.ts';
import { createStore, type Store } from './store.ts';

/** The session that is looked at. The story is the same object while it grows: `version` tells that it has. */
export interface Shown {
  readonly story: Story;
  readonly version: number;
}

let isDue = false;

export const shown: Store<Shown> = createStore<Shown>({ story: newStory({ is: 'live' }), version: 0 });

/** A story whose changes are drawn, once for each picture. */
export function newStory(source: Source): Story {
  const story: Story = new Story(source, () => drawSoon(story));
  return story;
}

/** Looks at another session. */
export function show(story: Story): void {
  shown.set({ story, version: shown.value.version + 1 });
}

/** Tells whoever draws it that a story has changed. */
export function drawSoon(story: Story): void {
  if (isDue || shown.value.story !== story) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    shown.set({ story: shown.value.story, version: shown.value.version + 1 });
  });
}
