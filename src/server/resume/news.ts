import type { Session } from '../../core/session.ts';
import type { ClientEventMap, ServerEventMap } from '../../protocol/types.ts';
import type { WireEvent } from '../observability/observation/wire-event.ts';

/** Whether a client asks to be able to resume (true), or no longer (false); null where it says nothing of it. */
export function asksToResume(event: ClientEventMap[keyof ClientEventMap]): boolean | null {
  return event.type === 'session.update' ? (event.session.resumption?.enabled ?? null) : null;
}

/** Events after which what was written down of a session is not what its client knows any more. */
const news: ReadonlySet<string> = new Set([
  'session.updated',
  'conversation.item.added',
  'conversation.item.done',
  'conversation.item.deleted',
  'conversation.item.truncated',
  'conversation.item.input_audio_transcription.completed',
  'conversation.item.input_audio_transcription.failed',
  'response.created',
  'response.done',
  'mcp_list_tools.completed',
  'mcp_list_tools.failed',
]);

export function makesNews(type: string): boolean {
  return news.has(type);
}

/** Nothing is under way that would be lost if the session were written down now and left. */
export function isQuiet({ responses, transcriptions, owedResponse, turn, mcp }: Session): boolean {
  const isListing = mcp.servers.some(({ listing }) => listing.phase === 'running');
  const isAnswering = responses.length + transcriptions.length > 0 || owedResponse !== null;
  return !isAnswering && !isListing && turn.phase === 'quiet';
}

/** Events that show a session, and with it how it can be taken up. */
export type Shown = ServerEventMap['session.created' | 'session.updated'];

export function shows<Type extends Shown['type']>(event: WireEvent, type: Type): event is ServerEventMap[Type] {
  return event.type === type && 'session' in event && event.session.type !== 'translation';
}
