import type { AnyServerEvent } from '../../client/events/server-event.ts';
import { drivePlayhead, type PlayheadDriver } from '../../client/playhead/drive.ts';
import { createPlayhead } from '../../client/playhead/playhead.ts';
import type { RealtimeSession } from '../../client/session.ts';
import type { Approve } from '../../client/tools/approval.ts';
import { runTools, type ToolRunner } from '../../client/tools/run-tools.ts';
import { emptyView, runningResponse, type View } from '../../client/view/state.ts';
import { fold } from '../../client/view/view.ts';
import { oneLine } from '../one-line.ts';
import { getTime } from './demo-tools.ts';
import type { Display } from './display.ts';
import { createProgress, type Progress } from './progress.ts';
import type { VoiceOut } from './voice-out.ts';

export interface ConversationOptions {
  readonly session: RealtimeSession;
  readonly display: Display;
  /** Null: the answers are not played. */
  readonly voice: VoiceOut | null;
  readonly hasTools: boolean;
  readonly approve: Approve;
  /** Told of each error that the server tells of, in its words. */
  readonly onError: (message: string) => void;
}

/** Ties a session to what shows it and what plays it. */
export interface Conversation {
  readonly view: View;
  readonly progress: Progress;
  /** Writes to the model and asks for its answer. Whatever plays stops. Rejects where the server refuses either. */
  say(text: string): Promise<void>;
  /** Ends the user's turn by hand, and asks for an answer. Rejects where the server refuses either. */
  endTurn(): Promise<void>;
  /** Stops the answer. */
  interrupt(): void;
  /** Shows the state anew, since more was heard. */
  refresh(): void;
  close(): void;
}

/** Begins with the session's first event: call it before anything is awaited. */
export function converse({ session, display, voice, onError, ...options }: ConversationOptions): Conversation {
  const progress = createProgress();
  const cuts = openCuts();
  let view = emptyView();
  let isReady = false;
  void session.ready.then(() => (isReady = true)).catch(() => {});
  const refresh = (): void => display.show(view, new Set([...(voice?.sounding ?? []), ...cuts.items]));
  const stop = session.on('*', (event) => {
    view = fold(view, event);
    cuts.read(event);
    progress.read(event);
    // What stops the session from opening is told as the reason why.
    if (event.type === 'error' && isReady) onError(oneLine(event.error.message));
    refresh();
  });
  const driver = voice === null ? null : drive(session, voice, cuts.begun, refresh);
  const tools = toolsOf(session, options);

  /** Where nothing is played, what is being written can be stopped all the same. */
  function interrupt(): void {
    if (driver !== null) driver.interrupt();
    else if (runningResponse(view) !== null) session.send({ type: 'response.cancel' });
  }

  const respond = (): Promise<void> => answer(session, progress);

  return {
    progress,
    refresh,
    get view() {
      return view;
    },
    async say(text) {
      interrupt();
      progress.asked();
      await Promise.all([write(session, text), respond()]);
    },
    async endTurn() {
      await session.commitInput();
      await respond();
    },
    interrupt,
    close() {
      stop();
      driver?.close();
      tools.close();
    },
  };
}

/** The session's settings name the tools. Calls of those that are not there are answered as well, so that the model does not wait for them. */
function toolsOf(
  session: RealtimeSession,
  { hasTools, approve }: Pick<ConversationOptions, 'hasTools' | 'approve'>,
): ToolRunner {
  return runTools(session, hasTools ? [getTime] : [], { register: false, approve });
}

function write(session: RealtimeSession, text: string): Promise<unknown> {
  return session.createItem({ type: 'message', role: 'user', content: [{ type: 'input_text', text }] });
}

/** Asks for an answer, and waits for its end. */
async function answer(session: RealtimeSession, progress: Progress): Promise<void> {
  progress.asked();
  try {
    await session.respond({ whenBusy: 'cancel' }).done;
  } catch (error) {
    progress.refused();
    throw error;
  }
}

/** Ties the voice to the session: speech and keys stop it, and the server is told what was heard. */
function drive(
  session: RealtimeSession,
  voice: VoiceOut,
  onCut: (itemIds: readonly string[]) => void,
  refresh: () => void,
): PlayheadDriver {
  return drivePlayhead(session, createPlayhead(voice.source), {
    speaker: voice,
    onInterrupted(cut) {
      onCut(cut.map(({ item_id }) => item_id));
      refresh();
    },
  });
}

/** Items of which something is being cut: they are shown as over when the server has done it. */
function openCuts() {
  const items = new Set<string>();
  return {
    items,
    begun: (itemIds: readonly string[]) => itemIds.forEach((id) => items.add(id)),
    read(event: AnyServerEvent): void {
      if (event.type === 'conversation.item.truncated' || event.type === 'conversation.item.deleted') {
        items.delete(event.item_id);
      } else if (event.type === 'error' || event.type === 'session.created') {
        items.clear();
      }
    },
  };
}

type Ended = Extract<AnyServerEvent, { type: 'response.done' }>['response'];

/** Why an answer failed or is not whole; null where it did not, and is. */
export function endOf({ status, status_details: details }: Pick<Ended, 'status' | 'status_details'>): string | null {
  if (status === 'failed')
    return `The answer failed: ${oneLine(details?.error?.message ?? details?.error?.code ?? 'no reason was given')}`;
  if (status === 'incomplete') return `The answer is not whole: ${oneLine(details?.reason ?? 'no reason was given')}`;
  return null;
}
