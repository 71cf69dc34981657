import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { clockTime } from '../story/summary.ts';
import { talking } from '../talk/talking.ts';
import { Icon, type IconName, Mark } from '../ui/icons.tsx';
import { theme, turnTheme } from '../ui/theme.ts';
import { type ViewName, views } from './address.ts';
import { go, linkTo, place } from './place.ts';
import { server } from './server.ts';
import { newStory, type Shown, show, shown } from './shown.ts';
import { useStore } from './store.ts';

const titles: Readonly<Record<ViewName, string>> = {
  talk: 'Talk',
  events: 'Events',
  turns: 'Turns',
  try: 'Try',
  sessions: 'Sessions',
};

/** Where one is, and where one can go. */
export function Header(): JSX.Element {
  const current = useStore(place);
  return (
    <header class="top">
      <a class="brand" href={linkTo('talk')}>
        <Mark />
        <span>Antiphon</span>
      </a>
      <nav aria-label="Views">
        {views.map((view) => (
          <a
            key={view}
            class={`tab tab-${view}`}
            href={linkTo(view)}
            aria-current={current.view === view ? 'page' : undefined}
            onClick={(event) => {
              event.preventDefault();
              go({ view });
            }}
          >
            <Icon name={view} />
            <span>{titles[view]}</span>
          </a>
        ))}
      </nav>
      <Status />
      <ThemeButton />
    </header>
  );
}

/** What is looked at: this page's session, a take, another's session. */
function Status(): JSX.Element {
  const { phase } = useStore(talking);
  const { state } = useStore(server);
  const { story } = useStore<Shown>(shown);
  if (story.source.is !== 'live')
    return (
      <span class="pill take">
        <span class="pill-text" title={nameOf(story.source)}>
          {nameOf(story.source)}
        </span>
        <button
          type="button"
          class="quiet icon-only"
          aria-label="Close it"
          onClick={() => show(newStory({ is: 'live' }))}
        >
          <Icon name="close" size={14} />
        </button>
      </span>
    );
  if (phase === 'live')
    return (
      <span class="pill live">
        Live <Elapsed />
      </span>
    );
  const [name, text] = phase === 'starting' ? ['wait', 'Connecting'] : states[state];
  return <span class={`pill ${name}`}>{text}</span>;
}

function nameOf(source: Exclude<Shown['story']['source'], { is: 'live' }>): string {
  return source.is === 'take' ? source.name : source.id;
}

const states = {
  asking: ['wait', 'Asking'],
  ready: ['ready', 'Ready'],
  locked: ['wait', 'Key needed'],
  gone: ['gone', 'Server gone'],
} as const;

function Elapsed(): JSX.Element {
  const [begin] = useState(() => performance.now());
  const [now, setNow] = useState(begin);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return <time>{clockTime(now - begin)}</time>;
}

const themeIcons: Readonly<Record<string, IconName>> = { auto: 'auto', light: 'sun', dark: 'moon' };

function ThemeButton(): JSX.Element {
  const now = useStore(theme);
  return (
    <button
      type="button"
      class="quiet icon-only theme"
      onClick={turnTheme}
      aria-label={`Colours: ${now}`}
      title={`Colours: ${now}`}
    >
      <Icon name={themeIcons[now] ?? 'auto'} />
    </button>
  );
}
