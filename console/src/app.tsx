import type { FunctionComponent, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Events } from './events/events.tsx';
import type { ViewName } from './place/address.ts';
import { Announcer } from './place/announcer.tsx';
import { Header } from './place/header.tsx';
import { place } from './place/place.ts';
import { useStore } from './place/store.ts';
import { DropZone } from './take/drop-zone.tsx';
import { Talk } from './talk/talk.tsx';

/** Views that are fetched when they are first looked at. */
const later: Readonly<Record<'turns' | 'try' | 'sessions', () => Promise<FunctionComponent>>> = {
  turns: async () => (await import('./turns/turns.tsx')).Turns,
  try: async () => (await import('./try/try.tsx')).Try,
  sessions: async () => (await import('./sessions/sessions.tsx')).Sessions,
};

/** The whole page: the conversation on the left, and beside it what happens in it; on a narrow screen one of them. */
export function App(): JSX.Element {
  const view = useStore(place, (value) => value.view);
  return (
    <DropZone>
      <Header />
      <main class={`panes view-${view}`}>
        <Talk />
        <div class="pane-view">
          <View name={view} />
        </div>
      </main>
      <Announcer />
    </DropZone>
  );
}

function View({ name }: { readonly name: ViewName }): JSX.Element {
  return name === 'talk' || name === 'events' ? <Events /> : <Later name={name} />;
}

const fetched = new Map<string, FunctionComponent>();

async function fetchView(name: keyof typeof later): Promise<void> {
  fetched.set(name, await later[name]());
}

function Later({ name }: { readonly name: keyof typeof later }): JSX.Element | null {
  const [, draw] = useState(0);
  useEffect(() => {
    if (fetched.has(name)) return;
    void fetchView(name).then(() => draw((count) => count + 1));
  }, [name]);
  const Component = fetched.get(name);
  return Component === undefined ? null : <Component />;
}
