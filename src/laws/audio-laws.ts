import { audioFormats } from '../audio/format.ts';
import { byteLength, bytesPerMs, ClientView, speechMs } from './client-view.ts';
import { breach, type Law } from './law.ts';
import { responsesIn } from './response-story.ts';
import {
  approves,
  type Cause,
  type Moment,
  refusalIn,
  type Sent,
  type ServerEvent,
  soleEvent,
  type Trace,
} from './trace.ts';

function keepsOneTurnOpen(trace: Trace): string | null {
  const view = new ClientView();
  let stopped: string | null = null;
  for (const sent of trace.events) {
    const problem = turnProblem(view, stopped, sent);
    if (problem !== null) return breach(sent, problem);
    if (sent.event.type === 'input_audio_buffer.speech_stopped') stopped = sent.event.item_id;
    if (sent.event.type === 'input_audio_buffer.committed') stopped = null;
    view.read(sent.event);
  }
  return committedItemsFollow(trace);
}

/** `stopped`: the turn whose speech_stopped has come and whose commit has not. */
function turnProblem(view: ClientView, stopped: string | null, { event }: Sent): string | null {
  if (stopped !== null && event.type !== 'input_audio_buffer.committed') return `${stopped} was to be committed`;
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      return view.turn === null ? null : `the turn ${view.turn} is open`;
    case 'input_audio_buffer.speech_stopped':
      return event.item_id === view.turn ? null : `the open turn is ${view.turn}`;
    case 'input_audio_buffer.timeout_triggered':
      return view.turn === null ? null : `the turn ${view.turn} is open`;
    case 'input_audio_buffer.committed':
      return view.turn === null || event.item_id === view.turn ? null : `the open turn is ${view.turn}`;
    default:
      return null;
  }
}

/** `committed`, then `conversation.item.added` and `.done`, all of one id and with one predecessor (behaviour §2.1). */
function committedItemsFollow(trace: Trace): string | null {
  for (const sent of trace.events) {
    const { event, at } = sent;
    if (event.type !== 'input_audio_buffer.committed') continue;
    const [added, done] = [trace.events[at + 1]?.event, trace.events[at + 2]?.event];
    if (added?.type !== 'conversation.item.added' || added.item.id !== event.item_id)
      return breach(sent, 'no added item');
    if (done?.type !== 'conversation.item.done' || done.item.id !== event.item_id) return breach(sent, 'no done item');
    if (event.previous_item_id !== added.previous_item_id) return breach(sent, 'two predecessors');
  }
  return null;
}

function tellsTimeForwards(trace: Trace): string | null {
  const view = new ClientView();
  let appendedMs = 0;
  let lastStartMs = 0;
  let lastEndMs = 0;
  for (const moment of trace.moments) {
    appendedMs += appendedIn(view, moment);
    for (const event of moment.sent) {
      const [startMs, endMs] = spanOf(event);
      if (startMs < lastStartMs && startMs >= 0) return `${event.type} at ${startMs} ms after one at ${lastStartMs} ms`;
      if (startMs >= 0 && startMs < lastEndMs)
        return `${event.type} starts at ${startMs} ms, before the end at ${lastEndMs}`;
      if (startMs >= 0) lastStartMs = startMs;
      if (endMs >= 0 && endMs < Math.max(lastStartMs, lastEndMs)) return `${event.type} ends at ${endMs} ms, too early`;
      if (endMs >= 0) lastEndMs = endMs;
      if (Math.max(startMs, endMs) > appendedMs) return `${event.type} is beyond the ${appendedMs} ms appended`;
      view.read(event);
    }
  }
  return null;
}

/** Positions on the audio clock that an event tells of; -1 where it tells none. */
function spanOf(event: ServerEvent): readonly [startMs: number, endMs: number] {
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      return [event.audio_start_ms, -1];
    case 'input_audio_buffer.speech_stopped':
      return [-1, event.audio_end_ms];
    case 'input_audio_buffer.timeout_triggered':
      return [event.audio_start_ms, event.audio_end_ms];
    default:
      return [-1, -1];
  }
}

function appendedIn(view: ClientView, { causes, sent }: Moment): number {
  const refused =
    causes.length === 1 &&
    sent.some((event) => event.type === 'error' && event.error.code === 'input_audio_buffer_full');
  return refused ? 0 : causes.reduce((sum, cause) => sum + msOf(cause, view), 0);
}

function msOf(cause: Cause, view: ClientView): number {
  if (cause.by !== 'microphone') return 0;
  const { bytesPerSample } = audioFormats[view.input.format?.type ?? 'audio/pcm'];
  // An odd byte may complete the sample that the last append began.
  return (cause.bytes + bytesPerSample - 1) / bytesPerMs(view.input.format ?? {});
}

function bargesIn(trace: Trace): string | null {
  const view = new ClientView();
  for (const sent of trace.events) {
    const { event } = sent;
    if (event.type === 'input_audio_buffer.speech_started' && interrupts(view) && view.activeDefault !== null) {
      const problem = interruption(trace, sent, view.activeDefault);
      if (problem !== null) return breach(sent, problem);
    }
    if (event.type === 'response.done' && event.response.status_details?.reason === 'turn_detected') {
      if (view.turn === null || !interrupts(view)) return breach(sent, 'no speech has started that interrupts');
      if (event.response.conversation_id === null) return breach(sent, 'speech interrupts nothing out of band');
    }
    view.read(event);
  }
  return null;
}

/** Whether speech ends what is said. */
export function interrupts(view: ClientView): boolean {
  const detection = view.input.turn_detection ?? null;
  return detection !== null && 'interrupt_response' in detection && detection.interrupt_response === true;
}

/** What comes of silence, where the server plays the sound itself. */
const silenced: ReadonlySet<string> = new Set(['output_audio_buffer.cleared', 'conversation.item.truncated']);

/** From speech_started on, only silence and close-outs of the running response come, up to its cancelled `response.done`. */
function interruption(trace: Trace, started: Sent, responseId: string): string | null {
  for (let at = started.at + 1; at < trace.events.length; at++) {
    const { event } = trace.events[at] ?? started;
    if (event.type === 'response.done' && event.response.id === responseId) {
      return event.response.status_details?.reason === 'turn_detected' ? null : `${responseId} ended otherwise`;
    }
    if (event.type === 'input_audio_buffer.committed') return `the turn was committed before ${responseId} was done`;
    if (event.type.endsWith('.delta')) return `${responseId} went on after speech started`;
    if (trace.hasMedia && silenced.has(event.type)) continue;
    const isCloseOut = event.type.endsWith('.done') || event.type === 'response.mcp_call.failed';
    if (!isCloseOut) return `${event.type} came before ${responseId} was done`;
  }
  return trace.closedIn === null ? `${responseId} was not cancelled` : null;
}

function clearEndsTheTurn(trace: Trace): string | null {
  const view = new ClientView();
  const dead = new Set<string>();
  for (const sent of trace.events) {
    const { event } = sent;
    if (event.type === 'input_audio_buffer.cleared' && view.turn !== null) dead.add(view.turn);
    const names = event.type === 'input_audio_buffer.speech_stopped' || event.type === 'input_audio_buffer.committed';
    if (names && dead.has(event.item_id)) return breach(sent, `the turn ${event.item_id} was cleared`);
    view.read(event);
  }
  return null;
}

const nothingLeft = { commits: 0, responses: 0 };

function startsNothingByItself(trace: Trace): string | null {
  const view = new ClientView();
  /** Calls that were approved, each of which starts a response when the conversation is free. */
  let approved = 0;
  /** What was asked for and has not come. */
  let left = { ...nothingLeft };
  for (const { causes, sent } of trace.moments) {
    const asked = (type: string): number =>
      causes.filter((cause) => cause.by === 'client' && cause.event.type === type).length;
    approved += causes.filter(approves).length;
    // Where causes share a moment, what they ask for may come in a later one.
    const late = causes.length > 1 ? left : nothingLeft;
    left = {
      commits: late.commits + asked('input_audio_buffer.commit'),
      responses: late.responses + asked('response.create'),
    };
    for (const event of sent) {
      view.read(event);
      if (view.input.turn_detection !== null) continue;
      if (event.type === 'input_audio_buffer.committed') left.commits -= 1;
      if (event.type === 'response.created' && left.responses > 0) left.responses -= 1;
      else if (event.type === 'response.created') approved -= 1;
      if (spanOf(event).some((ms) => ms >= 0)) return `${event.type} came with turn detection off`;
      if (left.commits < 0) return 'a commit came by itself with turn detection off';
      if (event.type === 'response.created' && approved < 0) {
        return `${event.response.id} was created by itself with turn detection off`;
      }
    }
  }
  return null;
}

function truncatesWhatWasSaid(trace: Trace): string | null {
  const view = new ClientView();
  for (const [index, moment] of trace.moments.entries()) {
    const asked = soleEvent(moment);
    if (asked?.type === 'conversation.item.truncate' && index !== trace.closedIn) {
      const code = refusalIn(moment)?.error.code ?? null;
      const expected = truncationCode(view, asked);
      if (code !== expected) return `moment ${index}: ${JSON.stringify(asked)} gave ${code}, not ${expected}`;
    }
    for (const event of moment.sent) {
      const problem = event.type === 'conversation.item.retrieved' ? wrongLength(view, event) : null;
      if (problem !== null) return `moment ${index}: ${problem}`;
      view.read(event);
    }
  }
  return null;
}

type Truncate = Extract<NonNullable<ReturnType<typeof soleEvent>>, { type: 'conversation.item.truncate' }>;

function truncationCode(view: ClientView, asked: Truncate): string | null {
  const item = view.items.get(asked.item_id);
  if (item === undefined) return 'item_truncate_invalid_item_id';
  if (item.type !== 'message' || item.role !== 'assistant') return 'unsupported_content_type';
  const held = view.speech.get(asked.item_id);
  const silent = held === undefined && !streamsAudio(view, asked.item_id);
  if (silent || asked.content_index !== 0) return 'unsupported_content_type';
  return asked.audio_end_ms > (held === undefined ? 0 : speechMs(held)) ? 'invalid_value' : null;
}

/** Whether the item is one that an audio response is still saying, and so can be cut before its first sound. */
function streamsAudio(view: ClientView, itemId: string): boolean {
  return view.spoken.has(itemId) && !view.finished.has(itemId);
}

/** Audio that a retrieved item brings is what was sent of it and not cut off. */
function wrongLength(
  view: ClientView,
  { item }: Extract<ServerEvent, { type: 'conversation.item.retrieved' }>,
): string | null {
  if (item.type !== 'message' || item.role !== 'assistant') return null;
  const [part] = item.content;
  if (part?.audio === undefined) return null;
  const held = view.speech.get(item.id ?? '')?.bytes ?? 0;
  const bytes = byteLength(part.audio);
  return bytes === held ? null : `${item.id} brings ${bytes} bytes of the ${held} that it holds`;
}

/** Sum of the deltas of every response's items, for the bound of law 21: nothing is said outside an item. */
function soundsInItems(trace: Trace): string | null {
  const responses = responsesIn(trace);
  for (const sent of trace.events) {
    const { event } = sent;
    if (event.type !== 'response.output_audio.delta') continue;
    const story = responses.get(event.response_id);
    const format = story?.created.audio?.output?.format?.type ?? 'audio/pcm';
    const bytes = byteLength(event.delta);
    if (bytes === 0 || bytes % audioFormats[format].bytesPerSample !== 0)
      return breach(sent, `${bytes} bytes of ${format}`);
    if (story?.created.output_modalities?.[0] !== 'audio') return breach(sent, 'a text response makes no sound');
  }
  return null;
}

/** Laws 16 to 21 of behaviour §9; no. 18, which the events alone do not show, is kept by those who know the bytes. */
export const audioLaws: readonly Law[] = [
  { number: '16', says: 'a turn has one id, and only one turn is open', broken: keepsOneTurnOpen },
  { number: '17', says: 'the audio clock goes forwards, and not past what was appended', broken: tellsTimeForwards },
  { number: '19', says: 'speech cancels the running response before its own commit', broken: bargesIn },
  { number: '19b', says: 'clear ends the open turn for good', broken: clearEndsTheTurn },
  { number: '20', says: 'with turn detection off nothing starts by itself', broken: startsNothingByItself },
  {
    number: '21',
    says: 'what was said bounds what can be truncated, and is what can be retrieved',
    broken: truncatesWhatWasSaid,
  },
  { number: '21, deltas', says: 'sound comes in whole samples, in audio responses only', broken: soundsInItems },
];
