import { type ViewItem, wordsOf } from 'antiphon/client';
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type Shown, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { heardOf } from '../story/said.ts';
import type { Story } from '../story/story.ts';
import { seconds } from '../story/summary.ts';

/** The most items that are drawn; those before them are in the event stream. */
const mostDrawn = 300;

/** What both sides said, as it was heard. */
export function Conversation(): JSX.Element {
  const { story, version } = useStore<Shown>(shown);
  const list = useRef<HTMLOListElement>(null);
  const follows = useRef(true);
  useLayoutEffect(() => {
    const element = list.current;
    if (element !== null && follows.current) element.scrollTop = element.scrollHeight;
  }, [version]);
  const { items, turn, early, lastError } = story.view;
  const drawn = items.slice(-mostDrawn);
  return (
    <ol
      class="conversation"
      ref={list}
      tabIndex={0}
      aria-label="Conversation"
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        follows.current = scrollTop + clientHeight >= scrollHeight - 40;
      }}
    >
      {items.length > drawn.length ? <li class="aside">{items.length - drawn.length} earlier items</li> : null}
      {drawn.map((item) => (
        <Item key={item.id} item={item} story={story} />
      ))}
      {early.map(({ itemId, part }) => (
        <li key={itemId} class="said user is-early">
          <p>{part.transcript}</p>
        </li>
      ))}
      {turn?.phase === 'speaking' && early.length === 0 && story.end === null ? (
        <li class="said user is-early">
          <p class="dots" role="img" aria-label="You are speaking">
            <i />
            <i />
            <i />
          </p>
        </li>
      ) : null}
      {lastError === null ? null : (
        <li class="aside bad">
          {lastError.code ?? lastError.type}: {lastError.message}
        </li>
      )}
      {story.end === null ? null : <li class="aside">The session is over: {story.end}</li>}
    </ol>
  );
}

function Item({ item, story }: { readonly item: ViewItem; readonly story: Story }): JSX.Element | null {
  switch (item.kind) {
    case 'message':
      return item.role === 'user' ? <UserMessage item={item} /> : <Answer item={item} story={story} />;
    case 'function_call':
    case 'mcp_call':
      return (
        <li class="call">
          <code>
            {item.name}({item.arguments})
          </code>
          {item.output === null ? null : <code class="output">→ {item.output}</code>}
        </li>
      );
    default:
      return null;
  }
}

type Message = Extract<ViewItem, { kind: 'message' }>;

function UserMessage({ item }: { readonly item: Message }): JSX.Element {
  const words = wordsOf(item);
  const [part] = item.parts;
  const isSpoken = part?.type === 'input_audio';
  const awaited = isSpoken && part.transcription !== 'completed' && part.transcription !== 'failed';
  const without = awaited ? 'Spoken; the transcript is not there yet' : 'Spoken, without a transcript';
  return (
    <li class="said user">
      <span class="unseen">You said: </span>
      <p class={words === '' ? 'faint' : undefined}>{words || without}</p>
    </li>
  );
}

function Answer({ item, story }: { readonly item: Message; readonly story: Story }): JSX.Element {
  const said = story.said.get(item.id);
  const heard = heardOf(said);
  const words = wordsOf(item);
  return (
    <li class={`said ${item.role} ${item.interrupted ? 'is-cut' : ''}`}>
      <span class="unseen">{item.role === 'system' ? 'System: ' : 'The model said: '}</span>
      {heard === null || heard.unheard === '' ? (
        <p>
          {words || (
            <Waiting isOver={item.status !== 'in_progress'} isSpoken={item.parts[0]?.type === 'output_audio'} />
          )}
        </p>
      ) : (
        <p>
          {heard.heard}
          <del title="Nobody heard this">{heard.unheard}</del>
        </p>
      )}
      {item.interrupted ? <p class="cut-note">{cutNote(said?.heardMs ?? null)}</p> : null}
    </li>
  );
}

function cutNote(heardMs: number | null): string {
  return heardMs === null ? 'interrupted' : `interrupted after ${seconds(heardMs)}`;
}

function Waiting({ isOver, isSpoken }: { readonly isOver: boolean; readonly isSpoken: boolean }): JSX.Element {
  if (isOver) return <span class="faint">{isSpoken ? 'Sound, without words' : 'Nothing was said'}</span>;
  return (
    <span class="dots" role="img" aria-label="The model is about to answer">
      <i />
      <i />
      <i />
    </span>
  );
}
