import { RealtimeError } from '../../client/errors.ts';
import type { AnyServerEvent } from '../../client/events/server-event.ts';
import { startSession } from '../../client/index-node.ts';
import type { RealtimeSession } from '../../client/session.ts';
import { readNamed } from '../files.ts';
import { oneLine } from '../one-line.ts';
import { printable } from '../printable.ts';
import { TalkError } from './failure.ts';
import type { TalkFlags } from './flags.ts';
import { readSettings, type SessionNeeds, sessionOf, type TalkSettings } from './settings.ts';

/** Starts the session that the command line asks for; it is not ready yet. `tell` hears of what makes no sense in it. */
export async function openSession(
  settings: TalkSettings,
  flags: TalkFlags,
  needs: SessionNeeds,
  tell: (text: string) => void,
): Promise<RealtimeSession> {
  const { endpoint, errand, isJson, timeoutMs } = settings;
  const { session: file } = flags;
  const given = file === undefined ? null : readSettings(await readNamed({ folder: process.cwd(), path: file }), file);
  return startSession({
    ...endpoint,
    onHandlerError: (error) => tell(oneLine(error)),
    session: sessionOf(flags, given ?? { type: 'realtime' }, needs),
    // Half of an errand can't be taken up again.
    ...(errand === null ? {} : { reconnect: false as const, requestTimeoutMs: timeoutMs }),
    ...(isJson ? { onEvent: (event) => void process.stdout.write(`${jsonLine(event)}\n`) } : {}),
  });
}

/**
 * The event as JSON that may stand on a terminal. What is not printable stands within strings only, where its code means
 * the same.
 */
export function jsonLine(event: AnyServerEvent): string {
  return printable(JSON.stringify(event));
}

/** @throws {TalkError} where the server's sound is none that is played here */
export function checkFormat({ config }: Pick<RealtimeSession, 'config'>): void {
  const output = config?.type === 'realtime' ? config.audio?.output : undefined;
  const format = output?.format?.type ?? 'audio/pcm';
  if (format !== 'audio/pcm') throw new TalkError(`The server speaks ${format} where audio/pcm was asked for.`);
}

/** Has what the user says written down, unless it is already. Not every endpoint can: its `error` event tells why not. */
export async function writeDown(session: RealtimeSession, model: string | null): Promise<void> {
  if (model === null || session.config?.audio?.input?.transcription) return;
  try {
    await session.update({ audio: { input: { transcription: { model } } } });
  } catch (error) {
    if (!(error instanceof RealtimeError)) throw error;
  }
}
