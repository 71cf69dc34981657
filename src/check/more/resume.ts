import { type Check, checksOf } from '../check.ts';
import { absent, holds } from '../finding.ts';
import { at, numberAt, type Seen, same, textAt } from '../json.ts';
import type { Line } from '../line.ts';
import type { Probe } from '../probe.ts';
import { add, configure, typed } from '../turns.ts';

const ours =
  'The client of antiphon, and whatever else takes sessions up again: a lost connection is a lost conversation.';

/** With 1000 a session is over; with any other code its client may come back. */
const leaving = 4000;

/** A session that can be taken up again. */
async function resumable(probe: Probe): Promise<[line: Line, handle: string]> {
  const line = await probe.open({ query: { resumption: '1' } });
  return [line, handleIn(line.seen[0])];
}

function handleIn(event: unknown): string {
  const handle = at(event, 'session.resumption.handle');
  if (typeof handle === 'string') return handle;
  throw absent('Whoever asks for resumption is given no handle.');
}

/** Leaves it as a lost connection does. */
async function lose(line: Line): Promise<void> {
  await line.hangUp(leaving);
}

/** Takes a session up. The laws of a session hold for all its connections together, and so for no single one. */
async function resumed(probe: Probe, handle: string, after?: string): Promise<Line> {
  const query = { model: null, resume: handle, ...(after === undefined ? {} : { after }) };
  const line = await probe.dial({ query });
  line.isJudged = false;
  return line;
}

function lastId({ seen }: Line): string {
  return textAt(seen.at(-1), 'event_id');
}

/** The handle cannot be used: an error says so by name, and the connection is closed. */
async function refused(probe: Probe, handle: string, codes: readonly string[]): Promise<void> {
  const line = await resumed(probe, handle);
  const event = await line.until('answer to a handle', () => line.seen[0]);
  same(event, 'type', 'error');
  holds(codes.includes(`${at(event, 'error.code')}`), `The code is ${at(event, 'error.code')}.`);
  const { code } = await line.end();
  holds(code === 4000, `It closed with ${code}, not 4000.`);
}

export const resumeChecks: readonly Check[] = checksOf('resume', true, [
  {
    id: 'resume.ask/address',
    level: 'must',
    source: 'resuming',
    says: 'With ?resumption=1 session.created shows a handle and how long it is good.',
    breaks: ours,
    async run(probe) {
      const [{ seen }] = await resumable(probe);
      same(seen[0], 'session.resumption.enabled', true);
      holds(numberAt(seen[0], 'session.resumption.expires_in') > 0, 'expires_in is no time.');
    },
  },
  {
    id: 'resume.ask/update',
    level: 'must',
    source: 'resuming',
    says: 'An update can ask for it, and session.updated shows the handle.',
    breaks: ours,
    async run(probe) {
      await resumable(probe);
      const line = await probe.open();
      line.isJudged = false; // the laws know no setting that the API has not
      textAt(await configure(line, { resumption: { enabled: true } }), 'session.resumption.handle');
    },
  },
  {
    id: 'resume.ask/unasked',
    level: 'must',
    source: 'resuming',
    says: 'A client that does not ask for resumption sees nothing of it.',
    breaks: 'pipecat before 1.14, which ends the call on an event that it does not know.',
    async run(probe) {
      await resumable(probe);
      const line = await probe.open();
      await add(line, typed('Hello'));
      await configure(line, {});
      const told = line.seen.find(
        (event) => event.type.startsWith('session.resumption') || at(event, 'session.resumption') !== undefined,
      );
      holds(told === undefined, `${told?.type} tells of resumption.`);
    },
  },
  {
    id: 'resume.take/same-session',
    level: 'must',
    source: 'resuming',
    says: 'A session whose connection was lost can be resumed under its id, with a new handle.',
    breaks: ours,
    async run(probe) {
      const [line, handle] = await resumable(probe);
      await lose(line);
      const again = await resumed(probe, handle);
      const created = await again.get('session.created');
      same(created, 'session.id', at(line.seen[0], 'session.id'));
      holds(textAt(created, 'session.resumption.handle') !== '', 'There is no handle.');
      const how = textAt(created, 'session.resumption.resumed');
      holds(['continued', 'restored', 'recovered'].includes(how), `resumed is ${how}.`);
    },
  },
  {
    id: 'resume.take/continues',
    level: 'should',
    source: 'resuming',
    says: 'If a session is resumed at once, after an event, it continues: what came after that event comes again as it was.',
    breaks: 'Nobody that we know of. Items that were restored are sent anew instead.',
    async run(probe) {
      const [line, handle] = await resumable(probe);
      const after = lastId(line);
      await add(line, typed('Hello', 'check_one'));
      await lose(line);
      const again = await resumed(probe, handle, after);
      same(await again.get('session.created'), 'session.resumption.resumed', 'continued');
      const told = await again.until('conversation.item.added', () => addedIn(again));
      same({ told }, 'told', addedIn(line));
    },
  },
  {
    id: 'resume.take/restores',
    level: 'must',
    source: 'resuming',
    says: 'If a session is resumed without naming an event, every item of the conversation comes again, under its id.',
    breaks: ours,
    async run(probe) {
      const [line, handle] = await resumable(probe);
      await add(line, typed('Hello', 'check_one'));
      await lose(line);
      const again = await resumed(probe, handle);
      same(await again.get('session.created'), 'session.resumption.resumed', 'restored');
      const told = await again.until('conversation.item.added', () => addedIn(again));
      same(told, 'item.content.0.text', 'Hello');
    },
  },
  {
    id: 'resume.take/settings',
    level: 'must',
    source: 'resuming',
    says: 'The session has the settings that it had.',
    breaks: ours,
    async run(probe) {
      const [line, handle] = await resumable(probe);
      await configure(line, { instructions: 'Be brief.' });
      await lose(line);
      const created = await (await resumed(probe, handle)).get('session.created');
      same(created, 'session.instructions', 'Be brief.');
    },
  },
  {
    id: 'resume.handle/unknown',
    level: 'must',
    source: 'resuming',
    says: 'A handle that nobody gave out is resume_handle_invalid, and closed with 4000.',
    breaks: ours,
    async run(probe) {
      await resumable(probe);
      await refused(probe, 'rsm_check_nowhere', ['resume_handle_invalid']);
    },
  },
  {
    id: 'resume.handle/closed',
    level: 'should',
    source: 'resuming',
    says: 'A session that its client has closed with 1000 is over: resume_handle_expired.',
    breaks: 'Nobody that we know of. Without it, sessions are kept that nobody wants any more.',
    async run(probe) {
      const [line, handle] = await resumable(probe);
      await line.hangUp();
      await refused(probe, handle, ['resume_handle_expired']);
    },
  },
]);

function addedIn({ seen }: Line): Seen | undefined {
  return seen.find((event) => event.type === 'conversation.item.added' && at(event, 'item.id') === 'check_one');
}
