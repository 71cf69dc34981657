import type { ViewItem, ViewPart } from '../../src/client/view/item.ts';
import { emptyView, type View } from '../../src/client/view/state.ts';
import { fold } from '../../src/client/view/view.ts';
import { bytesToTicks } from '../../src/core/audio-clock.ts';
import type { Entry } from '../../src/core/conversation/entry.ts';
import { entriesOf } from '../../src/core/conversation/item-list.ts';
import type { Session } from '../../src/core/session.ts';
import type { Item, ServerEventMap } from '../../src/protocol/types.ts';
import { addResponseUsage, addTranscriptionUsage, type Usage } from '../../src/usage/usage.ts';
import type { CoreRun } from '../laws/core-run.ts';

type ServerEvent = ServerEventMap[keyof ServerEventMap];

/** What a view shows in the end, or how it first differs from the session that the run was of. */
export type Viewing = { readonly view: View } | { readonly difference: string };

/** How a view of a run differs first from the session that the run was of; null where it never does. */
export function viewDiffers(run: CoreRun): string | null {
  const viewing = watched(run, emptyView());
  return 'view' in viewing ? null : viewing.difference;
}

/** The same for a session that follows on another, with the same ids all over again. */
export function secondViewDiffers(first: CoreRun, second: CoreRun): string | null {
  const before = watched(first, emptyView());
  if (!('view' in before)) return before.difference;
  const viewing = watched(second, before.view);
  return 'view' in viewing ? null : `in the second session, ${viewing.difference}`;
}

function watched(run: CoreRun, start: View): Viewing {
  const events = run.trace.events.map(({ event }) => inSession(event, start));
  let view = start;
  let { usage } = start;
  let read = 0;
  for (const { after, effects } of run.taken) {
    const told = effects.filter(
      ({ do: what }) => what === 'emit' || what === 'emit-audio' || what === 'emit-retrieved',
    );
    for (const event of events.slice(read, read + told.length)) {
      view = fold(view, event);
      usage = counted(usage, event);
    }
    read += told.length;
    const difference = after.phase === 'closed' ? null : differs(view, after);
    if (difference !== null) return { difference: `after event ${read}: ${difference}` };
  }
  const isSum = JSON.stringify(view.usage) === JSON.stringify(usage);
  return isSum ? { view } : { difference: 'usage is not the sum of what was told' };
}

/** Runs have the same seed, so the same ids: only the session's own id tells a second session from the first. */
function inSession(event: ServerEvent, { session }: View): ServerEvent {
  if (session === null || event.type !== 'session.created') return event;
  return { ...event, session: { ...event.session, id: 'sess_2' } };
}

function counted(usage: Usage, event: ServerEvent): Usage {
  if (event.type === 'response.done') return addResponseUsage(usage, event.response.usage);
  if (event.type !== 'conversation.item.input_audio_transcription.completed') return usage;
  return addTranscriptionUsage(usage, event.usage);
}

function differs(view: View, session: Session): string | null {
  const entries = entriesOf(session.conversation.items);
  const order = entries.map(({ item }) => item.id).join();
  const items = view.items.filter(({ stale }) => !stale);
  const shown = items.map(({ id }) => id).join();
  if (order !== shown) return `the order is ${order}, the view shows ${shown}`;
  for (const [index, entry] of entries.entries()) {
    const item = items[index];
    const difference = item === undefined ? 'missing' : itemDiffers(item, entry, session);
    if (difference !== null) return `${entry.item.id}: ${difference}`;
  }
  const running = session.responses.map(({ id }) => id).join();
  const seen = view.responses.flatMap(({ id, status }) => (status === 'in_progress' ? [id] : [])).join();
  if (running !== seen) return `${running} run, the view shows ${seen}`;
  const turn = session.turn.phase === 'speaking' ? session.turn.itemId : null;
  return turn === (view.turn?.itemId ?? null) ? null : `the turn is ${turn}, the view shows ${view.turn?.itemId}`;
}

function itemDiffers(item: ViewItem, entry: Entry, session: Session): string | null {
  const open =
    session.responses.find((each) => each.open?.itemId === entry.item.id && entry.saidBy !== null)?.open ?? null;
  const kind = item.kind === 'other' ? 'unknown' : item.kind;
  if (kind !== entry.item.type) return `is a ${entry.item.type}, shown as ${kind}`;
  const status =
    'status' in entry.item ? entry.item.status : open === null && entry.saidBy === null ? 'over' : 'in_progress';
  const shown = status === 'over' && item.status !== 'in_progress' ? 'over' : item.status;
  if (status !== shown) return `is ${status}, shown as ${shown}`;
  const words = open === null ? wordsIn(entry.item) : openWords(open);
  const view = wordsShown(item, entry.truncated);
  const isUnheard = entry.truncated && item.kind === 'message';
  if (!isUnheard && words !== view) return `says ${JSON.stringify(words)}, shown as ${JSON.stringify(view)}`;
  if (entry.truncated !== (item.kind === 'message' && item.parts.some(isCut))) return 'truncation is not shown';
  return open === null && !entry.truncated && entry.saidBy === null ? soundDiffers(item, entry, session) : null;
}

function soundDiffers(item: ViewItem, entry: Entry, session: Session): string | null {
  const [sound] = entry.audio;
  if (item.kind !== 'message' || item.role !== 'assistant' || sound === undefined || session.phase === 'closed')
    return null;
  const [part] = item.parts;
  const bytes = part?.type === 'output_audio' ? part.receivedBytes : 0;
  const ticks = bytesToTicks(bytes, sound.format);
  return ticks === sound.ticks ? null : `holds ${sound.ticks} ticks of sound, ${ticks} were counted`;
}

function isCut(part: ViewPart): boolean {
  return part.type === 'output_audio' && part.truncatedAtMs !== null;
}

type Open = NonNullable<Session['responses'][number]['open']>;

function openWords(open: Open): string {
  if (open.type !== 'message') return open.arguments;
  return open.part.type === 'text' ? open.part.text : open.part.transcript;
}

function wordsIn(item: Item): string {
  switch (item.type) {
    case 'message':
      return item.content
        .map((part) => ('text' in part && part.text) || ('transcript' in part && part.transcript) || '')
        .join('|');
    case 'function_call_output':
      return item.output;
    case 'mcp_list_tools':
      return item.tools.map(({ name }) => name).join('|');
    case 'mcp_approval_response':
      return `${item.approval_request_id} ${item.approve}`;
    case 'mcp_call':
      return `${item.arguments} ${item.output ?? ''} ${item.error?.message ?? ''}`.trim();
    default:
      return item.arguments;
  }
}

function wordsShown(item: ViewItem, truncated: boolean): string {
  switch (item.kind) {
    case 'message':
      return truncated ? '' : item.parts.map(partShown).join('|');
    case 'function_call_output':
      return item.output;
    case 'mcp_list_tools':
      return item.tools.map(({ name }) => name).join('|');
    case 'mcp_approval_response':
      return `${item.approvalRequestId} ${item.approve}`;
    case 'mcp_call':
      return item.status === 'in_progress'
        ? item.arguments
        : `${item.arguments} ${item.output ?? ''} ${item.error?.message ?? ''}`.trim();
    case 'other':
      return '';
    default:
      return item.arguments;
  }
}

/** The server's copy gets the words of speech once they are all there. */
function partShown(part: ViewPart): string {
  if ('text' in part) return part.text;
  if (part.type === 'input_audio') return part.transcription === 'completed' ? (part.transcript ?? '') : '';
  return part.type === 'output_audio' ? part.transcript : '';
}
