import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { go } from '../place/place.ts';
import { adminKey, keep } from '../place/server.ts';
import { newStory, show, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { clockTime, kilobytes } from '../story/summary.ts';
import { problem } from '../talk/problem.ts';
import { Empty, ProblemNote } from '../ui/notice.tsx';
import { endSession, follow, type ListedSession, type Listing, listSessions } from './admin.ts';

const againMs = 2000;

/** The sessions that the server has open, for those who run it. */
export function Sessions(): JSX.Element {
  const key = useStore(adminKey);
  const [listing, setListing] = useState<Listing | null>(null);
  const [count, again] = useState(0);
  useEffect(() => {
    let isOver = false;
    let timer = 0;
    const look = async (): Promise<void> => {
      const next = await listSessions(key);
      if (isOver) return;
      setListing(next);
      if (next.is !== 'locked') timer = window.setTimeout(() => void look(), againMs);
    };
    void look();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [key, count]);
  return (
    <section class="sessions" aria-label="Sessions">
      <h2>Sessions on this server</h2>
      {listing === null ? null : <Listed listing={listing} onEnded={() => again(count + 1)} />}
    </section>
  );
}

function Listed({ listing, onEnded }: { readonly listing: Listing; readonly onEnded: () => void }): JSX.Element {
  if (listing.is === 'gone') return <ProblemNote problem={problem('server_gone')} />;
  if (listing.is === 'locked') return <AdminKeyForm />;
  if (listing.sessions.length === 0)
    return (
      <Empty title="Nobody is here">
        <p>Sessions of all clients show here as long as they are open: yours, too, once you talk.</p>
      </Empty>
    );
  return (
    <div class="table-box" tabIndex={0} role="group" aria-label="List of sessions">
      <table>
        <thead>
          <tr>
            {['Session', 'Age', 'Turns', 'Errors', 'Bytes', 'Cost', ''].map((name) => (
              <th key={name} scope="col">
                {name || <span class="unseen">Actions</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {listing.sessions.map((session) => (
            <Row key={session.id} session={session} onEnded={onEnded} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ session, onEnded }: { readonly session: ListedSession; readonly onEnded: () => void }): JSX.Element {
  const [isSure, setSure] = useState(false);
  const { id, model, kind, transport, ageS, turns, errors, bytesIn, bytesOut, costUsd, key, node } = session;
  const end = async (): Promise<void> => {
    if (!isSure) return setSure(true);
    await endSession(id, adminKey.value);
    onEnded();
  };
  return (
    <tr>
      <th scope="row">
        <code>{id}</code>
        <small>{[model ?? kind, transport, key, node].filter((part) => part !== null).join(' · ')}</small>
      </th>
      <td data-label="age">{clockTime(ageS * 1000)}</td>
      <td data-label="turns">{turns}</td>
      <td data-label="errors" class={errors > 0 ? 'bad' : undefined}>
        {errors}
      </td>
      <td data-label="bytes">
        {kilobytes(bytesIn)} in, {kilobytes(bytesOut)} out
      </td>
      <td data-label="cost">{costUsd === null ? 'no price' : `$${costUsd.toFixed(4)}`}</td>
      <td class="row-actions">
        <div>
          <button type="button" class="small" onClick={() => attach(id)} aria-label={`Attach to ${id}, to read along`}>
            Attach
          </button>
          <button
            type="button"
            class={isSure ? 'small danger' : 'small'}
            onClick={() => void end()}
            onBlur={() => setSure(false)}
            aria-label={isSure ? `Really end ${id}` : `End ${id}`}
          >
            {isSure ? 'Really end it' : 'End'}
          </button>
        </div>
      </td>
    </tr>
  );
}

function AdminKeyForm(): JSX.Element {
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = form instanceof HTMLFormElement ? new FormData(form).get('key') : null;
    keep(adminKey, typeof given === 'string' ? given.trim() : '');
  };
  return (
    <form class="key-form" onSubmit={submit}>
      <h3>{adminKey.value === '' ? 'This needs an operator’s key' : 'That is no operator’s key'}</h3>
      <p>
        One of <code>auth.admin_keys</code> of the configuration. API keys are not enough: they open sessions, and don’t
        show those of others.
      </p>
      <label>
        <span>Admin key</span>
        <input name="key" type="password" autocomplete="off" required />
      </label>
      <button type="submit" class="primary">
        Show the sessions
      </button>
    </form>
  );
}

/** Reads along in a session, without taking part in it, for as long as it is looked at. */
function attach(id: string): void {
  const story = newStory({ is: 'attached', id });
  show(story);
  go({ view: 'events' });
  const leaving = new AbortController();
  const unfollow = shown.subscribe(() => {
    if (shown.value.story === story) return;
    unfollow();
    leaving.abort();
  });
  follow(story, id, adminKey.value, leaving.signal).catch((cause: unknown) => {
    if (!leaving.signal.aborted) story.close(story.lastT, String(cause));
  });
}
