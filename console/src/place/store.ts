import { useEffect, useState } from 'preact/hooks';

/** A value that changes, and those who draw it. */
export interface Store<T> {
  readonly value: T;
  set(next: T): void;
  /** Changes some fields of it. */
  patch(part: Partial<T>): void;
  subscribe(listener: () => void): () => void;
}

export function createStore<T>(first: T): Store<T> {
  let value = first;
  const listeners = new Set<() => void>();
  return {
    get value() {
      return value;
    },
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of listeners) listener();
    },
    patch(part) {
      this.set({ ...value, ...part });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** The value of a store, or what `select` takes of it; draws anew when that changes. */
export function useStore<T, S = T>(store: Store<T>, select?: (value: T) => S): S {
  const read = select ?? ((value: T) => value as unknown as S);
  const [, draw] = useState(0);
  const seen = read(store.value);
  useEffect(() => {
    let last = seen;
    const look = (): void => {
      const next = read(store.value);
      if (Object.is(next, last)) return;
      last = next;
      draw((count) => count + 1);
    };
    look();
    return store.subscribe(look);
  }, [store]);
  return seen;
}
