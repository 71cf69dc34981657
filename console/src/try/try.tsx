import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { isJsonObject, type JsonObject } from '../../../src/protocol/json.ts';
import { objectIn } from '../../../src/take/json-object.ts';
import { go, place } from '../place/place.ts';
import { type Shown, shown } from '../place/shown.ts';
import { useStore } from '../place/store.ts';
import { textAt } from '../story/frame.ts';
import type { LogRow } from '../story/log.ts';
import { summaryOf } from '../story/summary.ts';
import { openLive } from '../talk/talking.ts';
import { CopyButton } from '../ui/copy.tsx';
import { Json } from '../ui/json.tsx';
import { About } from './about.tsx';
import { type TriedEvent, triedEvents } from './events.ts';
import { FieldError, Fields } from './form.tsx';
import { completed, errorPath } from './value.ts';

/** Sends any event that a client may send. */
export function Try(): JSX.Element {
  const type = useStore(place, (value) => value.event);
  const event = triedEvents.find((each) => each.type === type) ?? triedEvents[0];
  return (
    <section class="try" aria-label="Try an event">
      <nav class="try-list" aria-label="Client events">
        {triedEvents.map((each) => (
          <button
            key={each.type}
            type="button"
            aria-current={each === event ? 'true' : undefined}
            onClick={() => go({ event: each.type })}
          >
            {each.type}
          </button>
        ))}
      </nav>
      {event === undefined ? null : <TryOne key={event.type} event={event} />}
    </section>
  );
}

let sentCount = 0;

/** What was sent last: its id, and the frame from which answers count. */
interface Sent {
  readonly id: string;
  readonly fromFrame: number;
}

/** Sends an event, in a session that is opened where there is none. */
async function send(type: string, event: JsonObject): Promise<Sent | null> {
  const live = await openLive();
  if (live === null) return null;
  const id = textAt(event, 'event_id') || `event_try_${++sentCount}`;
  const sent = { id, fromFrame: live.story.log.frames };
  live.session.send({ ...event, type, event_id: id });
  return sent;
}

function TryOne({ event }: { readonly event: TriedEvent }): JSX.Element {
  const [value, setValue] = useState<JsonObject>({});
  const [sent, setSent] = useState<Sent | null>(null);
  const { story } = useStore<Shown>(shown);
  const whole = completed(event.field, value);
  const answers = sent === null ? [] : story.log.rows.filter(({ n }) => n > sent.fromFrame).slice(0, mostAnswers);
  const refusal = sent === null ? null : refusalOf(answers, sent.id);
  const error =
    refusal === null ? null : { path: errorPath(event.field, value, refusal.param), message: refusal.message };
  return (
    <div class="try-one">
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault();
          if (isJsonObject(whole)) void send(event.type, whole).then(setSent);
        }}
      >
        <header>
          <h2>
            <code>{event.type}</code>
          </h2>
          <About text={event.about} />
        </header>
        {error?.path === '' ? <FieldError id="error" message={error.message} /> : null}
        {event.field.kind === 'object' ? (
          <Fields fields={event.field.fields} path={[]} value={value} onChange={setValue} error={error} />
        ) : null}
        <Actions onFill={() => setValue(withoutType(event.example))} onClear={() => setValue({})} />
      </form>
      <aside class="try-result" aria-label="What is sent, and what comes back">
        <header>
          <h3>To be sent</h3>
          <CopyButton text={JSON.stringify(whole)} label="Copy the event" />
        </header>
        <Json text={JSON.stringify(whole)} />
        <Answers answers={answers} wasSent={sent !== null} />
      </aside>
    </div>
  );
}

function Actions({ onFill, onClear }: { readonly onFill: () => void; readonly onClear: () => void }): JSX.Element {
  return (
    <div class="try-actions">
      <button type="submit" class="primary">
        Send
      </button>
      <button type="button" onClick={onFill}>
        Fill in an example
      </button>
      <button type="button" class="quiet" onClick={onClear}>
        Clear
      </button>
    </div>
  );
}

const mostAnswers = 60;

function Answers({
  answers,
  wasSent,
}: {
  readonly answers: readonly LogRow[];
  readonly wasSent: boolean;
}): JSX.Element {
  const [opened, open] = useState<number | null>(null);
  useEffect(() => open(null), [wasSent]);
  return (
    <>
      <h3>What came of it</h3>
      {answers.length === 0 ? (
        <p class="fact">{wasSent ? 'Nothing yet.' : 'Send it: a session is opened where there is none.'}</p>
      ) : (
        <ol class="answers">
          {answers.map((row) => (
            <li key={row.n} class={row.type === 'error' ? 'bad' : undefined}>
              <button
                type="button"
                aria-expanded={opened === row.n}
                onClick={() => open(opened === row.n ? null : row.n)}
              >
                <code>
                  {row.by === '>' ? '↑' : '↓'} {row.type}
                </code>
                <span>{summaryOf(row)}</span>
              </button>
              {opened === row.n ? <Json text={row.text} /> : null}
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

/** The error that an event was answered with. */
function refusalOf(answers: readonly LogRow[], eventId: string): { param: string; message: string } | null {
  for (const row of answers) {
    const event = row.type === 'error' ? objectIn(row.text) : null;
    if (event === null || textAt(event, 'error', 'event_id') !== eventId) continue;
    return { param: textAt(event, 'error', 'param'), message: textAt(event, 'error', 'message') };
  }
  return null;
}

function withoutType({ type: _type, ...rest }: JsonObject): JsonObject {
  return rest;
}
