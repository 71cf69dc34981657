import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { RealtimeSession } from '../../client/session.ts';
import type { Conversation } from './conversation.ts';
import { answered } from './patience.ts';
import type { VoiceOut } from './voice-out.ts';

/** Says lines one after the other, each once the last was answered and heard. Resolves when there are no more. */
export async function sayLines(
  input: Readable,
  session: RealtimeSession,
  timeoutMs: number,
  { conversation, voice }: { readonly conversation: Conversation; readonly voice: VoiceOut | null },
): Promise<void> {
  await answered(conversation.progress.quiet(), session, timeoutMs);
  const lines = createInterface({ input });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    await answered(conversation.say(line), session, timeoutMs);
    await answered(conversation.progress.quiet(), session, timeoutMs);
    await voice?.silent();
  }
}
