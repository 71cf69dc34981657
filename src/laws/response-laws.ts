import { sameJson } from '../core/same-json.ts';
import type { Item, Response, ResponseUsage } from '../protocol/types.ts';
import { ClientView } from './client-view.ts';
import { breach, type Law } from './law.ts';
import { type ResponseStory, responseIdOf, responsesIn, saidIn } from './response-story.ts';
import { approves, refusalIn, type Sent, soleEvent, type Trace } from './trace.ts';

/** Events of what is played, which may still name a response that is over. */
const afterwards: ReadonlySet<string> = new Set([
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
]);

function endsOnce(trace: Trace): string | null {
  const states = new Map<string, 'running' | 'over'>();
  for (const sent of trace.events) {
    const id = responseIdOf(sent.event);
    if (id === null) continue;
    const state = states.get(id);
    if (sent.event.type === 'response.created') {
      if (state !== undefined) return breach(sent, `response ${id} was created before`);
      states.set(id, 'running');
    } else if (state === undefined) {
      return breach(sent, `response ${id} was never created`);
    } else if (state === 'over' && !afterwards.has(sent.event.type)) {
      return breach(sent, `response ${id} was done before`);
    }
    if (sent.event.type === 'response.done') states.set(id, 'over');
  }
  if (trace.closedIn !== null) return null;
  const [endless] = [...states].find(([, state]) => state === 'running') ?? [];
  return endless === undefined ? null : `response ${endless} never got its response.done`;
}

function oneAtATime(trace: Trace): string | null {
  const view = new ClientView();
  for (const moment of trace.moments) {
    const asked = soleEvent(moment);
    const active = view.activeDefault;
    if (asked?.type === 'response.create' && asked.response?.conversation !== 'none' && active !== null) {
      if (refusalIn(moment) === null) return `a response was asked for while ${active} ran, and not refused`;
    }
    for (const event of moment.sent) {
      if (event.type === 'response.created' && event.response.conversation_id !== null && view.activeDefault !== null) {
        return `${event.response.id} was created while ${view.activeDefault} ran`;
      }
      view.read(event);
    }
  }
  return null;
}

/** What an item's streams say at their end, in this order (D5). */
const closings = {
  text: ['response.output_text.done', 'response.content_part.done'],
  audio: ['response.output_audio.done', 'response.output_audio_transcript.done', 'response.content_part.done'],
  call: ['response.function_call_arguments.done'],
  mcp: ['response.mcp_call_arguments.done'],
} as const;

const deltas = {
  text: ['response.output_text.delta'],
  audio: ['response.output_audio.delta', 'response.output_audio_transcript.delta'],
  call: ['response.function_call_arguments.delta'],
  mcp: ['response.mcp_call_arguments.delta'],
} as const;

/** Kinds of items that have streams of their own; a message has one once its content part is added. */
const streaming: Readonly<Record<string, keyof typeof closings>> = { function_call: 'call', mcp_call: 'mcp' };

interface OpenItem {
  readonly id: string;
  /** Null until the content part of a message says what it is. */
  kind: keyof typeof closings | null;
  /** Closings still to come; null while deltas may come. */
  left: string[] | null;
}

function nests(trace: Trace): string | null {
  const open = new Map<string, OpenItem>();
  for (const sent of trace.events) {
    const { event } = sent;
    const responseId = responseIdOf(event);
    // Sound is played beside what is said of the response.
    if (responseId === null || event.type === 'response.created' || afterwards.has(event.type)) continue;
    const problem = nest(open, responseId, sent);
    if (problem !== null) return breach(sent, problem);
  }
  const [left] = open.keys();
  return trace.closedIn !== null || left === undefined ? null : `an item of ${left} stays open`;
}

function nest(open: Map<string, OpenItem>, responseId: string, { event }: Sent): string | null {
  const item = open.get(responseId);
  switch (event.type) {
    case 'response.done':
      return item === undefined ? null : `item ${item.id} is still open`;
    case 'response.output_item.added': {
      const kind = streaming[event.item.type] ?? null;
      // A request for approval comes whole.
      const left = event.item.type === 'mcp_approval_request' ? [] : null;
      open.set(responseId, { id: event.item.id ?? '', kind, left });
      return item === undefined ? null : `item ${item.id} is still open`;
    }
    case 'response.output_item.done':
      open.delete(responseId);
      if (item === undefined || item.id !== event.item.id) return 'it was not open';
      return item.left?.length === 0 ? null : 'its streams are not done';
    case 'response.content_part.added':
      if (item === undefined || item.kind !== null) return 'no message waits for a part';
      item.kind = event.part.type ?? 'text';
      return null;
    default:
      return item === undefined ? 'no item is open' : stream(item, event.type);
  }
}

function stream(item: OpenItem, type: string): string | null {
  if (item.kind === null) return 'its part has not been added';
  if ((deltas[item.kind] as readonly string[]).includes(type)) return item.left === null ? null : 'its stream is done';
  item.left ??= [...closings[item.kind]];
  const due = item.left.shift();
  return due === type ? null : `${due ?? 'nothing'} was due`;
}

function saysOneThing(trace: Trace): string | null {
  const items = new Map<string, { said: string; at: number }>();
  for (const { items: told } of responsesIn(trace).values()) {
    for (const item of told) {
      if (item.done === null || item.added.type === 'mcp_approval_request') continue;
      const said = [
        item.streamDone,
        item.added.type === 'message' ? item.partDone : item.deltas,
        saidIn(item.done.item),
      ];
      const other = said.find((each) => each !== item.deltas);
      if (other !== undefined) return `item ${item.id}: its deltas say "${item.deltas}", its end says "${other}"`;
      items.set(item.id, { said: item.deltas, at: item.done.at });
      if (isEmptyCall(item.done.item)) return `item ${item.id}: a call without arguments says "{}", not ""`;
    }
  }
  return showsTheSame(trace, items);
}

/** A client that parses the arguments of a call stumbles over an empty text (behaviour §4.4). */
function isEmptyCall(item: Item): boolean {
  if (item.type === 'mcp_approval_request') return item.arguments === '';
  return item.type === 'function_call' && item.status === 'completed' && item.arguments === '';
}

/** The conversation's events, `response.done` and later retrieval say what the deltas said. */
function showsTheSame(trace: Trace, items: ReadonlyMap<string, { said: string; at: number }>): string | null {
  const changed = new Set<string>();
  for (const sent of trace.events) {
    const { event } = sent;
    if (event.type === 'conversation.item.truncated' || event.type === 'conversation.item.deleted') {
      changed.add(event.item_id);
    }
    if (event.type === 'conversation.item.added' && isClients(trace, sent)) changed.add(event.item.id ?? '');
    for (const item of finishedItems(sent)) {
      const known = items.get(item.id ?? '');
      if (known === undefined || known.at > sent.at + 1 || changed.has(item.id ?? '')) continue;
      if (saidIn(item) !== known.said) return breach(sent, `item ${item.id} said "${known.said}" before`);
    }
  }
  return null;
}

/** Whether an item is no output of a response; a client may give one the id of an item that it saw out of band. */
function isClients(trace: Trace, { event, at }: Sent): boolean {
  const before = trace.events[at - 1]?.event;
  if (event.type !== 'conversation.item.added' || before?.type !== 'response.output_item.added') return true;
  const story = responsesIn(trace).get(before.response_id);
  return before.item.id !== event.item.id || story?.created.conversation_id === null;
}

function finishedItems({ event }: Sent): readonly Item[] {
  switch (event.type) {
    case 'conversation.item.done':
      return [event.item];
    case 'conversation.item.retrieved':
      return isInProgress(event.item) ? [] : [event.item];
    default:
      return [];
  }
}

/** A call of an MCP tool has no status: it is done when it has an outcome. */
function isInProgress(item: Item): boolean {
  if (item.type === 'mcp_call') return (item.output ?? item.error ?? null) === null;
  return 'status' in item && item.status === 'in_progress';
}

function countsUp(trace: Trace): string | null {
  const next = new Map<string, number>();
  const place = new Map<string, { responseId: string; index: number }>();
  for (const sent of trace.events) {
    const { event } = sent;
    if (!('output_index' in event) || !('response_id' in event)) continue;
    const { response_id: responseId, output_index: index } = event;
    const itemId = 'item' in event ? (event.item.id ?? '') : event.item_id;
    if (event.type === 'response.output_item.added') {
      const due = next.get(responseId) ?? 0;
      if (index !== due) return breach(sent, `output_index ${index} came where ${due} was due`);
      next.set(responseId, index + 1);
      place.set(itemId, { responseId, index });
    }
    const held = place.get(itemId);
    if (held?.responseId !== responseId || held.index !== index) {
      return breach(sent, `item ${itemId} changed its place: ${JSON.stringify(held)}`);
    }
    if ('content_index' in event && event.content_index !== 0) return breach(sent, 'no second part was announced');
  }
  return null;
}

function listsItsItems(trace: Trace): string | null {
  for (const { id, items, done } of responsesIn(trace).values()) {
    if (done === null) continue;
    const finished = items.flatMap((item) => (item.done === null ? [] : [item.done.item]));
    if (!sameJson(done.response.output, finished)) return breach(done.sent, `output of ${id} is not its items`);
    if (JSON.stringify(done.response.output).includes('"audio":')) return breach(done.sent, 'it carries audio');
  }
  return null;
}

function explainsItself(trace: Trace): string | null {
  for (const { created, createdAt, done } of responsesIn(trace).values()) {
    if (created.status !== 'in_progress' || created.usage !== null || created.status_details !== null) {
      return breach(createdAt, 'a new response has neither details nor usage');
    }
    if (done === null) continue;
    const problem = explained(done.response);
    if (problem !== null) return breach(done.sent, problem);
  }
  return null;
}

function explained({ status, status_details: details, usage }: Response): string | null {
  if (status === undefined || status === 'in_progress') return 'it has no final status';
  if (status === 'completed' ? details !== null : details?.type !== status) return `${status} with other details`;
  if (status === 'failed' && typeof details?.error?.message !== 'string') return 'it failed without a message';
  if ((status === 'cancelled' || status === 'incomplete') && details?.reason === undefined) return 'it gives no reason';
  return usage === null || usage === undefined ? 'it has no usage' : wrongSum(usage);
}

function wrongSum(usage: ResponseUsage): string | null {
  const { input_token_details: input, output_token_details: output } = usage;
  const sum = (...parts: (number | undefined)[]): number =>
    parts.reduce<number>((total, part) => total + (part ?? 0), 0);
  if (usage.total_tokens !== sum(usage.input_tokens, usage.output_tokens)) return 'its total is not input plus output';
  if (usage.input_tokens !== sum(input?.text_tokens, input?.audio_tokens, input?.image_tokens)) {
    return 'its input is not the sum of its kinds';
  }
  return usage.output_tokens === sum(output?.text_tokens, output?.audio_tokens)
    ? null
    : 'its output is not the sum of its kinds';
}

function stopsWhenCancelled(trace: Trace): string | null {
  const idle = new ClientView();
  for (const moment of trace.moments) {
    const asked = soleEvent(moment);
    if (asked?.type === 'response.cancel') {
      const named = asked.response_id ?? idle.activeDefault;
      const runs = named !== null && idle.running.has(named);
      if (runs === (refusalIn(moment) !== null)) return `response.cancel of ${named}, which runs: ${runs}`;
    }
    for (const event of moment.sent) idle.read(event);
  }
  for (const story of responsesIn(trace).values()) {
    const problem = endsAsItsItems(trace, story);
    if (problem !== null) return problem;
  }
  return null;
}

/** Only the last item can be incomplete; and a cancelled response completes none from the moment it was cancelled. */
function endsAsItsItems(trace: Trace, { id, items, done }: ResponseStory): string | null {
  if (done === null) return null;
  const { status, status_details: details } = done.response;
  const since = status === 'cancelled' ? cancelledAt(trace, done.sent, details?.reason ?? '') : done.sent.at;
  for (const [index, item] of items.entries()) {
    if (item.done === null) continue;
    if (!('status' in item.done.item)) continue;
    const whole = item.done.item.status === 'completed';
    const isLast = index === items.length - 1;
    if (!whole && (!isLast || status === 'completed'))
      return breach(done.sent, `item ${item.id} of ${id} is incomplete`);
    if (whole && item.done.at > since) return breach(done.sent, `item ${item.id} was completed by the cancelling`);
  }
  return null;
}

const nothing = { causes: [], sent: [], closes: false };

/** The event after which nothing of a cancelled response may be completed. */
function cancelledAt(trace: Trace, done: Sent, reason: string): number {
  const inMoment = trace.events.filter(({ moment, at }) => moment === done.moment && at < done.at);
  if (reason === 'turn_detected') {
    return inMoment.findLast(({ event }) => event.type === 'input_audio_buffer.speech_started')?.at ?? done.at;
  }
  const single = trace.moments[done.moment]?.causes.length === 1;
  return single && soleEvent(trace.moments[done.moment] ?? nothing) !== null
    ? (inMoment[0]?.at ?? done.at) - 1
    : done.at;
}

function keepsItsConfiguration(trace: Trace): string | null {
  const view = new ClientView();
  let isApproved = false;
  for (const moment of trace.moments) {
    const asked = soleEvent(moment);
    isApproved ||= moment.causes.some(approves);
    let params = asked?.type === 'response.create' ? (asked.response ?? {}) : null;
    for (const event of moment.sent) {
      // A response that an approval started is like the one that asked for it.
      const ownStart = params === null && isApproved;
      if (event.type === 'response.created' && moment.causes.length === 1 && !ownStart) {
        const problem = startsFrom(view, event.response, params ?? {});
        if (problem !== null) return `response ${event.response.id}: ${problem}`;
        params = null;
      }
      view.read(event);
    }
  }
  return staysTheSame(trace);
}

type CreateParams = NonNullable<
  Extract<NonNullable<ReturnType<typeof soleEvent>>, { type: 'response.create' }>['response']
>;

function startsFrom(view: ClientView, response: Response, params: CreateParams): string | null {
  const { config } = view;
  if (config?.type !== 'realtime') return 'only a realtime session has responses';
  const output = { ...config.audio?.output, ...params.audio?.output };
  const voice = typeof output.voice === 'object' ? output.voice.id : output.voice;
  const expected = {
    output_modalities: params.output_modalities ?? config.output_modalities,
    max_output_tokens: params.max_output_tokens ?? config.max_output_tokens,
    metadata: params.metadata ?? null,
    audio: { output: { format: output.format, voice } },
  };
  const { output_modalities, max_output_tokens, metadata, audio } = response;
  if (!sameJson({ output_modalities, max_output_tokens, metadata, audio }, expected)) {
    return `it does not show what it was started with: ${JSON.stringify(expected)}`;
  }
  return (params.conversation === 'none') === (response.conversation_id === null)
    ? null
    : 'it is in the wrong conversation';
}

function staysTheSame(trace: Trace): string | null {
  for (const { created, done, items } of responsesIn(trace).values()) {
    const kind = created.output_modalities?.[0] === 'text' ? 'output_text' : 'output_audio';
    for (const { done: finished } of items) {
      if (finished?.item.type !== 'message' || finished.item.role !== 'assistant') continue;
      if (finished.item.content.some(({ type }) => type !== kind)) return `an item of ${created.id} is not ${kind}`;
    }
    if (done === null) continue;
    const { output_modalities, max_output_tokens, audio, metadata, conversation_id } = done.response;
    const same = { ...created, output_modalities, max_output_tokens, audio, metadata, conversation_id };
    if (!sameJson(created, same)) return breach(done.sent, 'it changed while it ran');
  }
  return null;
}

/** Laws 1 to 9 of behaviour §9. */
export const responseLaws: readonly Law[] = [
  { number: '1', says: 'a response is created once and done once, and silent afterwards', broken: endsOnce },
  { number: '2', says: 'the default conversation has at most one running response', broken: oneAtATime },
  { number: '3', says: 'items, parts and streams are closed in their order, however a response ends', broken: nests },
  { number: '4', says: 'deltas, ends, items and retrieval say the same', broken: saysOneThing },
  { number: '5', says: 'output_index counts up by one, and nothing changes its place', broken: countsUp },
  { number: '6', says: 'response.done lists the items of output_item.done', broken: listsItsItems },
  { number: '7', says: 'a status has its details, and usage sums up', broken: explainsItself },
  { number: '8', says: 'cancelling completes nothing that was unfinished', broken: stopsWhenCancelled },
  { number: '9', says: 'a response keeps the configuration it was started with', broken: keepsItsConfiguration },
];
