import { createStore, type Store } from '../place/store.ts';

const themes = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const stored = localStorage.getItem('antiphon-theme');

/** `auto`: as the system has it. */
export const theme: Store<Theme> = createStore<Theme>(themes.find((each) => each === stored) ?? 'auto');

/** Has the page look as the theme says, now and whenever that changes. */
export function followTheme(): void {
  const apply = (): void => {
    document.documentElement.dataset['theme'] = theme.value;
  };
  theme.subscribe(apply);
  apply();
}

/** The next theme. */
export function turnTheme(): void {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'auto';
  localStorage.setItem('antiphon-theme', next);
  theme.set(next);
}
