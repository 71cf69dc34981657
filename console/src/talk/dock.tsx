import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { place } from '../place/place.ts';
import { server } from '../place/server.ts';
import { shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { Icon } from '../ui/icons.tsx';
import { Meter } from './meter.tsx';
import { canSave, levels, saveTake, setMuted, setPushed, stop, talk, talking, write } from './talking.ts';

/** The button, the levels, and the line to type in. */
export function Dock(): JSX.Element {
  const { phase, speaks } = useStore(talking);
  const { state } = useStore(server);
  const mayTalk = (state === 'ready' || phase !== 'idle') && phase !== 'starting';
  return (
    <div class="dock">
      <div class="dock-row">
        <MainButton mayTalk={mayTalk} />
        <div class="meters">
          <Meter track="in" label="You" read={() => levels.in} isOn={phase === 'live' && speaks} />
          <Meter track="out" label="Answer" read={() => levels.out} isOn={phase === 'live'} />
        </div>
        <SmallButtons />
      </div>
      <Line isOff={!mayTalk} />
    </div>
  );
}

function MainButton({ mayTalk }: { readonly mayTalk: boolean }): JSX.Element {
  const { phase, speaks } = useStore(talking);
  const isPush = useStore(place, ({ detection }) => detection === 'push');
  if (phase === 'live' && speaks) return isPush ? <PushButton /> : <StopButton />;
  if (phase === 'starting')
    return (
      <button type="button" class="talk-button is-live" onClick={stop}>
        Cancel
      </button>
    );
  return (
    <button type="button" class="talk-button" disabled={!mayTalk} onClick={() => void talk()}>
      <Icon name="microphone" size={20} />
      Talk
    </button>
  );
}

function SmallButtons(): JSX.Element {
  const { phase, speaks, isMuted } = useStore(talking);
  const isPush = useStore(place, ({ detection }) => detection === 'push');
  const isSavable = useStore(shown, () => canSave());
  return (
    <>
      {phase === 'live' && (!speaks || isPush) ? (
        <button
          type="button"
          class="icon-only round"
          aria-label="End the session"
          title="End the session"
          onClick={stop}
        >
          <Icon name="stop" />
        </button>
      ) : null}
      {phase === 'live' && speaks && !isPush ? (
        <button
          type="button"
          class="icon-only round"
          aria-pressed={isMuted}
          aria-label="Mute the microphone"
          title="Mute"
          onClick={() => setMuted(!isMuted)}
        >
          <Icon name={isMuted ? 'muted' : 'microphone'} />
        </button>
      ) : null}
      <button
        type="button"
        class="icon-only round"
        aria-label="Download the session as a take"
        title="Download the session as a take"
        disabled={!isSavable}
        onClick={saveTake}
      >
        <Icon name="down" />
      </button>
    </>
  );
}

function StopButton(): JSX.Element {
  return (
    <button type="button" class="talk-button is-live" onClick={stop}>
      <Icon name="stop" size={20} />
      End
    </button>
  );
}

/** Held down while one speaks: by a finger, the mouse, or the space bar. */
function PushButton(): JSX.Element {
  const { isPushed } = useStore(talking);
  useEffect(() => {
    const release = (): void => setPushed(false);
    window.addEventListener('pointerup', release);
    window.addEventListener('blur', release);
    return () => {
      window.removeEventListener('pointerup', release);
      window.removeEventListener('blur', release);
      release();
    };
  }, []);
  const isHold = ({ key }: KeyboardEvent): boolean => key === ' ' || key === 'Enter';
  return (
    <button
      type="button"
      class={`talk-button push ${isPushed ? 'is-pushed' : ''}`}
      aria-pressed={isPushed}
      onPointerDown={() => setPushed(true)}
      onKeyDown={(event) => {
        if (!isHold(event)) return;
        event.preventDefault();
        setPushed(true);
      }}
      onKeyUp={(event) => {
        if (isHold(event)) setPushed(false);
      }}
    >
      <Icon name="microphone" size={20} />
      {isPushed ? 'Release to send' : 'Hold to speak'}
    </button>
  );
}

function Line({ isOff }: { readonly isOff: boolean }): JSX.Element {
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    if (text.trim() === '') return;
    void write(text.trim());
    setText('');
    input.current?.focus();
  };
  return (
    <form class="line-form" onSubmit={submit}>
      <input
        ref={input}
        value={text}
        disabled={isOff}
        placeholder="Type a message"
        aria-label="Type a message"
        autocomplete="off"
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="icon-only" disabled={isOff || text.trim() === ''} aria-label="Send">
        <Icon name="send" />
      </button>
    </form>
  );
}
