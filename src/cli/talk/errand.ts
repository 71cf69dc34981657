import type { Readable } from 'node:stream';
import { decodeBase64 } from '../../audio/base64.ts';
import { bytesToSamples } from '../../audio/pcm16.ts';
import { pcmSource } from '../../client/node/pcm-source.ts';
import type { RealtimeSession } from '../../client/session.ts';
import { type ViewPart, wordsOf } from '../../client/view/item.ts';
import type { View } from '../../client/view/state.ts';
import { oneLine } from '../one-line.ts';
import { type Conversation, type ConversationOptions, converse, endOf } from './conversation.ts';
import { TalkError } from './failure.ts';
import { answered, occasion } from './patience.ts';
import { writeSound } from './sound-file.ts';
import { speak } from './voice-in.ts';
import { type VoiceOut, voiceOut } from './voice-out.ts';

export interface ErrandOptions extends Pick<ConversationOptions, 'session' | 'display' | 'hasTools' | 'approve'> {
  /** What to write, or the WAV file to say. */
  readonly said: { readonly text: string } | { readonly wav: Uint8Array; readonly isPaced: boolean };
  readonly out: string | null;
  readonly timeoutMs: number;
  /** Carried out once the session is ready. */
  readonly onReady: () => Promise<void>;
}

/**
 * Says one thing, waits for the answer and for what follows from it, and writes what was answered. Call it before
 * anything is awaited of the session.
 *
 * @throws {TalkError} where there is no answer, or it failed
 */
export async function runErrand(options: ErrandOptions): Promise<void> {
  const { session, display, said, out, timeoutMs, onReady } = options;
  const isPaced = 'wav' in said && said.isPaced;
  const complaints: string[] = [];
  let failure = '';
  const recording = isPaced ? listenedTo() : null;
  const conversation = converse({
    ...options,
    voice: recording?.voice ?? null,
    onError: (message) => complaints.push(message),
  });
  const answers = collect(session);
  try {
    await session.ready;
    await onReady();
    await answered(conversation.progress.quiet(), session, timeoutMs);
    if (recording !== null && 'wav' in said) {
      await sayPaced(said.wav, conversation, recording.voice, options);
    } else {
      await say(said, conversation, options);
      await answered(conversation.progress.quiet(), session, timeoutMs);
    }
    const trouble = troubleIn(conversation.view);
    if (trouble !== null) display.notice(trouble);
    if (out !== null) await write(out, answers(), recording === null ? null : await recording.end());
  } catch (error) {
    failure = oneLine(error);
    throw error;
  } finally {
    recording?.voice.close();
    conversation.close();
    display.close(conversation.view);
    // One that ended it is told as the reason why.
    for (const each of complaints) if (!failure.includes(each)) display.notice(`The server says: ${each}`);
  }
}

async function write(out: string, answers: Int16Array, recorded: Int16Array | null): Promise<void> {
  if (answers.length === 0) throw new TalkError(`The answer has no sound, so ${out} was not written.`);
  await writeSound(out, recorded ?? answers);
}

async function say(said: ErrandOptions['said'], conversation: Conversation, options: ErrandOptions): Promise<void> {
  const { session, timeoutMs } = options;
  if ('text' in said) return answered(conversation.say(said.text), session, timeoutMs);
  for await (const frame of pcmSource(once(said.wav), { frameMs: 100 })) {
    session.appendAudio(frame);
    await drained(session);
  }
  await answered(conversation.endTurn(), session, timeoutMs);
}

/** Bytes that may wait to leave. */
const mostPendingBytes = 1_000_000;

/** Long files wait for a slow line. */
async function drained(session: RealtimeSession): Promise<void> {
  while (session.pendingBytes > mostPendingBytes && session.connection === 'open') {
    // One look at a time is the point.
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** As from a microphone: in real time, with the turns that the server hears, and with interruptions. */
async function sayPaced(
  wav: Uint8Array,
  { progress }: Conversation,
  voice: VoiceOut,
  options: ErrandOptions,
): Promise<void> {
  const { session, timeoutMs } = options;
  if (session.config?.audio?.input?.turn_detection === null) {
    throw new TalkError('--paced needs turn detection, and the session has none.');
  }
  const over = new AbortController();
  const spoken = occasion();
  const input = {
    session,
    progress,
    signal: over.signal,
    isDeaf: () => false,
    onLevel: () => {},
    onSpoken: spoken.happen,
  };
  const speaking = speak(once(wav), input, true);
  try {
    await Promise.race([spoken.happened, speaking, session.closed]);
    await answered(speaking, session, timeoutMs);
    if (!progress.heardSpeech) throw new TalkError('The server heard no speech in the file.');
    await answered(voice.silent(), session, timeoutMs);
  } finally {
    over.abort();
  }
}

/** Why the last answer is not whole. @throws {TalkError} where it failed, or there is none */
function troubleIn(view: View): string | null {
  const response = view.responses.findLast(({ outOfBand }) => !outOfBand);
  if (response === undefined) throw new TalkError('The server gave no answer.');
  const { status, statusDetails } = response;
  if (status === 'lost') throw new TalkError('The connection was lost.');
  const trouble = endOf({ status, status_details: statusDetails });
  if (status === 'failed') throw new TalkError(trouble ?? 'The answer failed.');
  const isAnswered = view.items.some(
    (item) => item.kind === 'message' && item.role === 'assistant' && wordsOf(item) !== '',
  );
  const isSounded = view.items.some((item) => item.kind === 'message' && item.parts.some(hasSound));
  if (!isAnswered && !isSounded)
    throw new TalkError(status === 'cancelled' ? 'The answer was cancelled.' : 'The answer is empty.');
  return trouble;
}

function hasSound(part: ViewPart): boolean {
  return part.type === 'output_audio' && part.receivedBytes > 0;
}

/** The sound of the answers, one after the other, as it comes. */
function collect(session: RealtimeSession): () => Int16Array {
  const pieces: Uint8Array[] = [];
  session.on('response.output_audio.delta', ({ delta }) => {
    pieces.push(decodeBase64(delta) ?? new Uint8Array(0));
  });
  return () => bytesToSamples(Buffer.concat(pieces));
}

/** A listener in place of a speaker: what it heard, from when the file began to be said, silence included. */
function listenedTo() {
  const pieces: Uint8Array[] = [];
  const ended = occasion();
  const listen = (bytes: Readable): void => {
    bytes.on('data', (piece: Uint8Array) => pieces.push(piece)).once('close', ended.happen);
  };
  const voice = voiceOut({ listen, delayMs: 0, onPlayed: () => {} });
  return {
    voice,
    async end(): Promise<Int16Array> {
      voice.close();
      await ended.happened;
      return bytesToSamples(Buffer.concat(pieces));
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
