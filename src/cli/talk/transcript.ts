import { type ViewItem, wordsOf } from '../../client/view/item.ts';
import type { View } from '../../client/view/state.ts';

/** What someone said or did, as one entry. */
export interface Entry {
  readonly who: 'you' | 'assistant' | 'system' | 'tool';
  readonly text: string;
  /** What is to know about it: that it was interrupted, or not understood. */
  readonly note: string | null;
}

export interface Entries {
  /** New ones that will not change any more, in order. */
  readonly settled: readonly Entry[];
  /** Those that may still change. */
  readonly live: readonly Entry[];
}

/** Hands out a conversation's entries, each once when it is settled. */
export interface Transcript {
  /** `held`: items that still sound, or are being cut. */
  take(view: View, held: ReadonlySet<string>): Entries;
  /** What was not handed out yet, as it stands. */
  rest(view: View): readonly Entry[];
}

export function createTranscript(): Transcript {
  let told = new Set<string>();
  return {
    take(view, held) {
      const untold = view.items.filter(({ id }) => !told.has(id));
      const open = untold.findIndex((item) => !isSettled(item, view, held));
      const settled = open === -1 ? untold : untold.slice(0, open);
      for (const { id } of settled) told.add(id);
      if (told.size > 2 * view.options.maxItems)
        told = new Set(view.items.map(({ id }) => id).filter((id) => told.has(id)));
      const live = untold.slice(settled.length);
      return { settled: settled.flatMap(entriesOf), live: [...live.flatMap(entriesOf), ...speaking(view)] };
    },
    rest(view) {
      const untold = view.items.filter(({ id }) => !told.has(id));
      for (const { id } of untold) told.add(id);
      return untold.flatMap(entriesOf).filter(({ text, note }) => text !== '' || note !== null);
    },
  };
}

/** What the user says right now. */
function speaking(view: View): Entry[] {
  const { turn } = view;
  if (turn === null || view.items.some(({ id }) => id === turn.itemId)) return [];
  const words = view.early.find(({ itemId }) => itemId === turn.itemId)?.part.transcript;
  return [{ who: 'you', text: words || '…', note: null }];
}

function isSettled(item: ViewItem, view: View, held: ReadonlySet<string>): boolean {
  if (item.stale) return true;
  if (held.has(item.id)) return false;
  switch (item.kind) {
    case 'message':
      return item.role === 'assistant' ? item.status !== 'in_progress' : isWrittenDown(item, view);
    case 'function_call':
      return item.output !== null || item.status === 'incomplete';
    case 'mcp_call':
      return item.status !== 'in_progress' || item.error !== null;
    case 'mcp_list_tools':
      // Its tools come behind the news that they are listed.
      return item.status !== 'in_progress' || item.phase === 'failed';
    case 'mcp_approval_request':
      return item.answer !== null;
    default:
      return true;
  }
}

/** Speech that nobody writes down is as settled as it will get. */
function isWrittenDown(item: Extract<ViewItem, { kind: 'message' }>, view: View): boolean {
  const isTranscribed = Boolean(view.session?.audio?.input?.transcription);
  return item.parts.every((part) => {
    if (part.type !== 'input_audio' || part.transcription === 'completed' || part.transcription === 'failed')
      return true;
    return !isTranscribed;
  });
}

function entriesOf(item: ViewItem): Entry[] {
  switch (item.kind) {
    case 'message':
      return [messageEntry(item)];
    case 'function_call':
      return [{ who: 'tool', text: called(item.name, item.arguments, item.output), note: null }];
    case 'mcp_call': {
      const failure = item.phase === 'failed' ? (item.error?.message ?? 'failed') : null;
      return [
        { who: 'tool', text: called(`${item.serverLabel}.${item.name}`, item.arguments, item.output), note: failure },
      ];
    }
    case 'mcp_list_tools':
      return [{ who: 'tool', text: listed(item), note: null }];
    case 'mcp_approval_request': {
      const text = called(`${item.serverLabel}.${item.name}`, item.arguments, null);
      const answer = item.answer?.approve === true ? 'allowed' : 'refused';
      return [{ who: 'tool', text, note: item.answer === null ? 'asks to be allowed' : answer }];
    }
    default:
      return [];
  }
}

function messageEntry(item: Extract<ViewItem, { kind: 'message' }>): Entry {
  const who = item.role === 'user' ? 'you' : item.role;
  const text = wordsOf(item);
  if (who !== 'you') return { who, text, note: item.interrupted ? interruption(item) : silenceOf(item, text) };
  const failed = item.parts.some((part) => part.type === 'input_audio' && part.transcription === 'failed');
  const isSpeech = item.parts.some((part) => part.type === 'input_audio');
  return { who, text: text || (isSpeech ? '(speech)' : ''), note: failed ? 'could not be written down' : null };
}

/** Not every voice tells its words. */
function silenceOf(item: Extract<ViewItem, { kind: 'message' }>, text: string): string | null {
  const isSound = item.parts.some((part) => part.type === 'output_audio' && part.receivedBytes > 0);
  return text === '' && isSound && item.status !== 'in_progress' ? 'speech without words' : null;
}

function interruption(item: Extract<ViewItem, { kind: 'message' }>): string {
  const cut = item.parts.find((part) => part.type === 'output_audio' && part.truncatedAtMs !== null);
  if (cut?.type !== 'output_audio' || cut.truncatedAtMs === null) return 'interrupted';
  return `interrupted after ${(cut.truncatedAtMs / 1000).toFixed(1)} s`;
}

function called(name: string, args: string, output: string | null): string {
  const call = `${name}(${args.trim() === '{}' ? '' : args})`;
  return output === null ? call : `${call} = ${output}`;
}

function listed({ serverLabel, tools, phase }: Extract<ViewItem, { kind: 'mcp_list_tools' }>): string {
  if (phase === 'in_progress') return `${serverLabel}: asking for its tools`;
  if (phase === 'failed') return `${serverLabel}: its tools can't be listed`;
  return `${serverLabel}: ${tools.map(({ name }) => name).join(', ') || 'no tools'}`;
}
