import { firstPlace, hashOf, type Place, placeIn } from './address.ts';
import { createStore, type Store } from './store.ts';

/** Where the user is: the same as the address of the page says. */
export const place: Store<Place> = createStore(firstPlace);

/** Keeps the place and the address of the page the same. Another view is a step of the history; anything else is not. */
export function followAddress(): void {
  place.set(placeIn(location.hash));
  window.addEventListener('hashchange', () => {
    if (location.hash !== hashOf(place.value)) place.set(placeIn(location.hash));
  });
}

/** Goes somewhere else. */
export function go(part: Partial<Place>): void {
  const isStep = part.view !== undefined && part.view !== place.value.view;
  const next = { ...place.value, ...part };
  if (isStep) history.pushState(null, '', hashOf(next));
  else history.replaceState(null, '', hashOf(next));
  place.set(next);
}

/** The address of a view, with all else as it is. */
export function linkTo(view: Place['view']): string {
  return hashOf({ ...place.value, view });
}
