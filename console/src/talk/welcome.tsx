import type { JSX } from 'preact';
import { place } from '../place/place.ts';
import { useStore } from '../place/store.ts';
import { chosenFiles } from '../take/dropped.ts';
import { openFiles } from '../take/opening.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Mark } from '../ui/icons.tsx';
import { modelName, talking, write } from './talking.ts';

/** Nothing has been said yet. */
export function Welcome({ isOwn }: { readonly isOwn: boolean }): JSX.Element {
  const { phase, speaks } = useStore(talking);
  useStore(place);
  const address = `${location.origin.replace(/^http/, 'ws')}/v1/realtime?model=${encodeURIComponent(modelName())}`;
  const [title, text] = isOwn ? words(phase, speaks) : ['No conversation', 'Nothing was said in this session.'];
  return (
    <div class={`welcome ${phase === 'live' ? 'is-live' : ''}`}>
      <Mark />
      <h1>{title}</h1>
      <p>{text}</p>
      {isOwn && phase === 'idle' ? <Beginnings /> : null}
      {isOwn ? (
        <div class="connect">
          <h2>Or connect your own client</h2>
          <div class="address">
            <code>{address}</code>
            <CopyButton text={address} label="Copy the address" />
          </div>
        </div>
      ) : null}
      {isOwn ? <OpenTake /> : null}
    </div>
  );
}

function words(phase: string, speaks: boolean): readonly [string, string] {
  if (phase === 'starting') return ['Connecting…', speaks ? 'Your browser may ask for the microphone.' : 'One moment.'];
  if (phase === 'live') return speaks ? ['Say something', 'It is listening.'] : ['Connected', 'Type below.'];
  return ['Talk to it', 'Press the button and speak, or type below. What happens shows as it happens.'];
}

const beginnings = ['Good morning', 'What can you do?', 'Tell me something about echoes.'];

function Beginnings(): JSX.Element {
  return (
    <ul class="beginnings" aria-label="Say it in writing">
      {beginnings.map((text) => (
        <li key={text}>
          <button type="button" class="chip" onClick={() => void write(text)}>
            {text}
          </button>
        </li>
      ))}
    </ul>
  );
}

function OpenTake(): JSX.Element {
  return (
    <label class="open-take">
      <input
        type="file"
        accept=".jsonl"
        class="unseen"
        onChange={({ currentTarget }) => {
          const files = [...(currentTarget.files ?? [])];
          if (files.length > 0) void openFiles(() => chosenFiles(files));
        }}
      />
      <span>Open a take, or drop one here</span>
    </label>
  );
}
