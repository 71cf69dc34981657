import { sameJson } from '../core/same-json.ts';
import type { Item } from '../protocol/types.ts';
import { ClientView } from './client-view.ts';
import { breach, type Law } from './law.ts';
import { responsesIn } from './response-story.ts';
import {
  type Cause,
  type ClientEvent,
  eventIdOf,
  isFrame,
  type Moment,
  refusalIn,
  refusalsIn,
  type Sent,
  type ServerEvent,
  soleEvent,
  type Trace,
} from './trace.ts';

function announcesOnce(trace: Trace): string | null {
  const live = new Map<string, 'added' | 'done'>();
  for (const sent of trace.events) {
    const { event } = sent;
    if (event.type === 'conversation.item.deleted') live.delete(event.item_id);
    if (event.type !== 'conversation.item.added' && event.type !== 'conversation.item.done') continue;
    const id = event.item.id ?? '';
    const due = event.type === 'conversation.item.added' ? undefined : 'added';
    if (live.get(id) !== due) return breach(sent, `item ${id} is ${live.get(id) ?? 'not in the conversation'}`);
    const previous = event.previous_item_id ?? null;
    if (previous !== null && !live.has(previous)) return breach(sent, `${previous} is not in the conversation`);
    live.set(id, event.type === 'conversation.item.added' ? 'added' : 'done');
  }
  const [endless] = [...live].find(([, state]) => state === 'added') ?? [];
  return trace.closedIn !== null || endless === undefined
    ? null
    : `item ${endless} never got its conversation.item.done`;
}

/** The conversation's events stand beside those of the response (behaviour §4.2, D4). */
function accompaniesOutput(trace: Trace): string | null {
  const outOfBand = outOfBandResponses(trace);
  const view = new ClientView();
  for (const sent of trace.events) {
    const { event, at } = sent;
    if (event.type === 'response.output_item.added' && !outOfBand.has(event.response_id)) {
      const next = trace.events[at + 1]?.event;
      const same = next?.type === 'conversation.item.added' && next.item.id === event.item.id;
      if (!same && !cutByClosing(trace, sent)) return breach(sent, 'conversation.item.added does not follow it');
    }
    if (event.type === 'response.output_item.done' && !outOfBand.has(event.response_id)) {
      const before = trace.events[at - 1]?.event;
      const same = before?.type === 'conversation.item.done' && before.item.id === event.item.id;
      if (!same && !view.deleted.includes(event.item.id ?? '')) {
        return breach(sent, 'conversation.item.done does not come before it');
      }
    }
    view.read(event);
  }
  return null;
}

function cutByClosing(trace: Trace, { at, moment }: Sent): boolean {
  return moment === trace.closedIn && at === trace.events.length - 1;
}

function foldsToTheConversation(trace: Trace): string | null {
  const view = new ClientView();
  for (const [index, moment] of trace.moments.entries()) {
    const asked = soleEvent(moment);
    const problem =
      asked === null || index === trace.closedIn
        ? null
        : (lookupProblem(view, asked, moment) ?? misplacedItem(view, asked, moment));
    if (problem !== null) return `moment ${index}: ${problem}`;
    for (const event of moment.sent) {
      const other = misplacedCommit(view, event) ?? otherThanTold(view, event);
      if (other !== null) return `moment ${index}: ${other}`;
      view.read(event);
    }
  }
  return null;
}

/** Whether a look-up by id succeeds exactly where the events say that the item is in the conversation. */
function lookupProblem(view: ClientView, asked: ClientEvent, moment: Moment): string | null {
  if (asked.type !== 'conversation.item.retrieve' && asked.type !== 'conversation.item.delete') return null;
  const known = view.items.has(asked.item_id);
  const code = refusalIn(moment)?.error.code ?? null;
  const expected = known
    ? null
    : `item_${asked.type === 'conversation.item.delete' ? 'delete' : 'retrieve'}_invalid_item_id`;
  return code === expected ? null : `${asked.type} of ${asked.item_id}, in the conversation: ${known}, gave ${code}`;
}

/** Whether a created item stands where the client asked for it (behaviour §3.1). */
function misplacedItem(view: ClientView, asked: ClientEvent, moment: Moment): string | null {
  if (asked.type !== 'conversation.item.create' || refusalIn(moment) !== null) return null;
  const { previous_item_id: after = '' } = asked;
  const expected = after === '' ? (view.order.at(-1) ?? null) : after === 'root' ? null : after;
  const added = moment.sent.find((event) => event.type === 'conversation.item.added');
  const told = added?.type === 'conversation.item.added' ? (added.previous_item_id ?? null) : null;
  return told === expected ? null : `an item to come after ${expected} came after ${told}`;
}

function misplacedCommit(view: ClientView, event: ServerEvent): string | null {
  if (event.type !== 'input_audio_buffer.committed') return null;
  const last = view.order.at(-1) ?? null;
  const said = event.previous_item_id ?? null;
  return said === last ? null : `${event.item_id} was committed after ${said}, the last item is ${last}`;
}

/** A finished item is retrieved as its events told of it, apart from the audio that only retrieval brings. */
function otherThanTold(view: ClientView, event: ServerEvent): string | null {
  if (event.type !== 'conversation.item.retrieved' || !view.finished.has(event.item.id ?? '')) return null;
  const told = view.items.get(event.item.id ?? '');
  return sameJson(withoutAudio(event.item), told) ? null : `${JSON.stringify(event.item)} was ${JSON.stringify(told)}`;
}

function withoutAudio(item: Item): Item {
  if (item.type !== 'message' || item.role === 'system') return item;
  const silent = (part: object): object => Object.fromEntries(Object.entries(part).filter(([key]) => key !== 'audio'));
  return { ...item, content: item.content.map(silent) } as Item;
}

function hidesOutOfBand(trace: Trace): string | null {
  const outOfBand = outOfBandResponses(trace);
  const hidden = new Set<string>();
  const created = new Set<string>();
  for (const { causes } of trace.moments) {
    for (const cause of causes) {
      if (cause.by === 'client' && cause.event.type === 'conversation.item.create')
        created.add(cause.event.item.id ?? '');
    }
  }
  for (const sent of trace.events) {
    const { event } = sent;
    if (event.type === 'response.output_item.added' && outOfBand.has(event.response_id))
      hidden.add(event.item.id ?? '');
    const id = conversationItemOf(event);
    // A client may give an item of its own the id of one that it never saw in the conversation.
    if (id !== null && hidden.has(id) && !created.has(id)) return breach(sent, `${id} is an item out of band`);
  }
  return null;
}

function conversationItemOf(event: ServerEvent): string | null {
  if (!event.type.startsWith('conversation.item.')) return null;
  if ('item' in event) return event.item.id ?? null;
  return 'item_id' in event && typeof event.item_id === 'string' ? event.item_id : null;
}

function outOfBandResponses(trace: Trace): ReadonlySet<string> {
  const ids = [...responsesIn(trace).values()].filter(({ created }) => created.conversation_id === null);
  return new Set(ids.map(({ id }) => id));
}

/** Whether an event acknowledges what a client asked for. Commit, create and response.create also cause other events. */
export function acknowledges(asked: ClientEvent, event: ServerEvent): boolean {
  switch (asked.type) {
    case 'session.update':
      return event.type === 'session.updated';
    case 'input_audio_buffer.commit':
      return event.type === 'input_audio_buffer.committed';
    case 'input_audio_buffer.clear':
      return event.type === 'input_audio_buffer.cleared';
    case 'conversation.item.create':
      return (
        event.type === 'conversation.item.added' &&
        (asked.item.id === undefined ? event.item.type === asked.item.type : event.item.id === asked.item.id)
      );
    case 'conversation.item.retrieve':
      return event.type === 'conversation.item.retrieved' && event.item.id === asked.item_id;
    case 'conversation.item.truncate':
      return event.type === 'conversation.item.truncated' && event.item_id === asked.item_id;
    case 'conversation.item.delete':
      return event.type === 'conversation.item.deleted' && event.item_id === asked.item_id;
    case 'response.create':
      return event.type === 'response.created';
    case 'response.cancel':
      return (
        event.type === 'response.done' && (asked.response_id === undefined || event.response.id === asked.response_id)
      );
    default:
      return false;
  }
}

/** Events that only their acknowledgement can be, so that there is one exactly. */
const singular: ReadonlySet<string> = new Set([
  'session.updated',
  'input_audio_buffer.cleared',
  'conversation.item.retrieved',
  'conversation.item.truncated',
  'conversation.item.deleted',
]);

function answersOnce(trace: Trace): string | null {
  for (const [index, moment] of trace.moments.entries()) {
    if (moment.causes.length !== 1) continue;
    const [cause] = moment.causes;
    const problem = cause === undefined ? null : answerProblem(trace, cause, moment);
    if (problem !== null) return `moment ${index}: ${problem}`;
  }
  return null;
}

function answerProblem(trace: Trace, cause: Cause, moment: Moment): string | null {
  const errors = refusalsIn(moment).length;
  if (!isFrame(cause)) return errors === 0 ? null : 'an error came that no client caused';
  if (cause.by === 'mistake' && errors !== 1) return `a refused frame got ${errors} errors`;
  if (errors > 1) return `one frame got ${errors} errors`;
  if (cause.by !== 'client') return null;
  const answers = moment.sent.filter((event) => acknowledges(cause.event, event));
  if (errors === 1) return startedByItself(cause.event) || answers.length === 0 ? null : 'an error and an answer';
  if (answers.length === 0 && mayBeSilent(cause, trace)) return null;
  if (answers.length === 0) return moment.closes ? null : `${cause.event.type} was not answered`;
  const [answer] = answers;
  return answers.length > 1 && answer !== undefined && singular.has(answer.type) ? `${answers.length} answers` : null;
}

/** Where nothing plays, there is nothing to say of it. */
function mayBeSilent(cause: Cause, { hasMedia }: Trace): boolean {
  return hasMedia && cause.by === 'client' && cause.event.type === 'output_audio_buffer.clear';
}

/** What a response's start and end may also come from, in the same moment: a turn, or the model. */
function startedByItself({ type }: ClientEvent): boolean {
  return type === 'response.create' || type === 'response.cancel';
}

/** The one event of the API that has no id. */
const withoutId = 'input_audio_buffer.dtmf_event_received';

function namesThings(trace: Trace): string | null {
  const eventIds = new Set<string>();
  const minted = new Set<string>();
  for (const sent of trace.events) {
    const { event } = sent;
    const eventId = 'event_id' in event ? (event.event_id ?? '') : '';
    if (event.type === withoutId && eventId === '') continue;
    if (eventId === '' || eventIds.has(eventId)) return breach(sent, `event_id ${eventId} is not its own`);
    eventIds.add(eventId);
    const id = mintedIn(event);
    if (id === null) continue;
    if (id === '' || minted.has(id)) return breach(sent, `id ${id} is not new`);
    minted.add(id);
  }
  return keepsGivenIds(trace);
}

/** The id that the server minted for what this event is the first to name. */
function mintedIn(event: ServerEvent): string | null {
  switch (event.type) {
    case 'response.created':
      return event.response.id ?? '';
    case 'response.output_item.added':
      return event.item.id ?? '';
    case 'input_audio_buffer.speech_started':
    case 'input_audio_buffer.timeout_triggered':
    case 'mcp_list_tools.in_progress':
      return event.item_id;
    default:
      return null;
  }
}

function keepsGivenIds(trace: Trace): string | null {
  for (const [index, moment] of trace.moments.entries()) {
    const asked = soleEvent(moment);
    if (asked?.type !== 'conversation.item.create' || refusalIn(moment) !== null || index === trace.closedIn) continue;
    const added = moment.sent.find((event) => event.type === 'conversation.item.added');
    if (added?.type !== 'conversation.item.added') return `moment ${index}: nothing was added`;
    const { item } = asked;
    if (item.id !== undefined && added.item.id !== item.id)
      return `moment ${index}: ${item.id} became ${added.item.id}`;
    const callId = 'call_id' in item ? item.call_id : undefined;
    if (callId !== undefined && !('call_id' in added.item && added.item.call_id === callId)) {
      return `moment ${index}: call_id ${callId} was lost`;
    }
  }
  return null;
}

function refusesLiveIds(trace: Trace): string | null {
  const view = new ClientView();
  for (const [index, moment] of trace.moments.entries()) {
    const asked = soleEvent(moment);
    if (asked?.type === 'conversation.item.create' && asked.item.id !== undefined && index !== trace.closedIn) {
      const taken = view.items.has(asked.item.id) || view.turn === asked.item.id;
      const duplicate = refusalIn(moment)?.error.code === 'item_create_duplicate_item_id';
      if (taken !== duplicate)
        return `moment ${index}: ${asked.item.id} is taken: ${taken}, refused as such: ${duplicate}`;
    }
    for (const event of moment.sent) view.read(event);
  }
  return null;
}

function repliesInOrder(trace: Trace): string | null {
  for (const [index, moment] of trace.moments.entries()) {
    let from = 0;
    if (moment.causes.length < 2 || index === trace.closedIn) continue;
    for (const cause of moment.causes) {
      if ((cause.by !== 'client' && cause.by !== 'mistake') || mayBeSilent(cause, trace)) continue;
      const id = eventIdOf(cause);
      const at = moment.sent.findIndex(
        (event, place) =>
          place >= from &&
          (event.type === 'error'
            ? event.error.event_id === id
            : cause.by === 'client' && acknowledges(cause.event, event)),
      );
      if (at < 0) return `moment ${index}: no answer to ${id} after that to what came before it`;
      from = at + 1;
    }
  }
  return null;
}

/** Laws 10 to 15 and 29 of behaviour §9. */
export const conversationLaws: readonly Law[] = [
  { number: '10', says: 'an item is announced once, done once, after an item that is there', broken: announcesOnce },
  { number: '10, order', says: "the conversation's events stand beside the response's", broken: accompaniesOutput },
  {
    number: '11',
    says: 'folding the events gives the conversation that look-ups confirm',
    broken: foldsToTheConversation,
  },
  { number: '12', says: 'what is out of band never enters the conversation', broken: hidesOutOfBand },
  { number: '13', says: 'every frame gets its acknowledgement or one error', broken: answersOnce },
  { number: '14', says: 'ids that clients give are kept, ids that servers mint are unique', broken: namesThings },
  { number: '15', says: 'live ids cannot be created again, deleted ones can', broken: refusesLiveIds },
  { number: '29', says: 'answers come in the order of the questions', broken: repliesInOrder },
];
