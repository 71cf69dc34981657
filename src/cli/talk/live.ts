import { ClientError, RealtimeError } from '../../client/errors.ts';
import type { RealtimeSession } from '../../client/session.ts';
import type { Approve } from '../../client/tools/approval.ts';
import { oneLine } from '../one-line.ts';
import { type AudioChild, startAudio } from './audio-child.ts';
import { type Conversation, converse, endOf } from './conversation.ts';
import type { AudioProgram } from './devices.ts';
import type { Display } from './display.ts';
import { TalkError } from './failure.ts';
import type { LiveControls } from './live-controls.ts';
import { aMoment, leave } from './patience.ts';
import { speak } from './voice-in.ts';
import { type VoiceOut, voiceOut } from './voice-out.ts';

export interface LiveOptions {
  readonly session: RealtimeSession;
  readonly openDisplay: (controls: LiveControls) => Display;
  readonly recorder: AudioProgram | null;
  readonly player: AudioProgram | null;
  readonly isHalfDuplex: boolean;
  readonly hasTools: boolean;
  readonly approve: Approve;
  /** Carried out once the session is ready. */
  readonly onReady: () => Promise<void>;
  /**
   * Says what is typed elsewhere than at the display, line by line, and resolves when there is no more. Null: lines come
   * from the display, and no end of them does.
   */
  readonly typed: ((conversation: Conversation, voice: VoiceOut | null) => Promise<void>) | null;
}

/** From a byte being due until it is heard, in milliseconds. Players do not tell; this is what a small buffer holds. */
const playerDelayMs = 50;

/** A conversation with microphone, speaker and keys. */
export class Live {
  readonly #options: LiveOptions;
  readonly #display: Display;
  readonly #voice: VoiceOut | null;
  readonly #conversation: Conversation;
  readonly #children: AudioChild[] = [];
  readonly #stopped = new AbortController();
  #micDb = Number.NEGATIVE_INFINITY;
  #lost: ClientError | null = null;
  #playing: AudioChild | null = null;
  #isLeaving = false;

  /** Begins with the session's first event: make it before anything is awaited. */
  constructor(options: LiveOptions) {
    const { session, player, openDisplay } = options;
    this.#options = options;
    this.#display = openDisplay(this.#controls());
    this.#voice = player === null ? null : this.#play(player);
    this.#conversation = converse({
      ...options,
      display: this.#display,
      voice: this.#voice,
      onError: (message) => this.#display.notice(`The server says: ${message}`),
    });
    session.on('response.done', ({ response }) => {
      const trouble = endOf(response);
      if (trouble !== null) this.#display.notice(trouble);
    });
    session.onConnection((change) => {
      if (change.type === 'lost') this.#lost = change.cause;
      else if (change.type === 'reconnected') this.#display.notice('The connection is back.');
      else if (change.attempt === 1 && change.reason === 'lost')
        this.#display.notice('The connection was lost; trying again.');
    });
  }

  /** Ends it. Idempotent. */
  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves when it is over: stopped, or nothing more is said. Nothing is left running then, whatever happened. */
  async run(): Promise<void> {
    const { session, onReady } = this.#options;
    const stopped = new Promise<void>((resolve) => this.#stopped.signal.addEventListener('abort', () => resolve()));
    try {
      await Promise.race([session.ready, stopped]);
      if (this.#stopped.signal.aborted) return;
      await onReady();
      await Promise.race([this.#talk(), stopped, this.#ended()]);
    } finally {
      this.stop();
      await leave(session);
      for (const child of this.#children) child.stop();
      this.#voice?.close();
      this.#conversation.close();
      this.#display.close(this.#conversation.view);
    }
  }

  async #ended(): Promise<never> {
    const close = await this.#options.session.closed;
    throw this.#lost ?? new ClientError('closed', { close });
  }

  /** Until nobody has anything more to say. */
  async #talk(): Promise<void> {
    const { recorder, typed } = this.#options;
    const heard = recorder === null ? null : this.#listen(recorder);
    if (typed !== null) {
      await Promise.all([heard, typed(this.#conversation, this.#voice)]);
      await this.#voice?.silent();
      return this.#playOut();
    }
    // Whoever can type goes on without the microphone.
    heard?.catch((error: unknown) => this.#display.notice(oneLine(error)));
    return new Promise(() => {});
  }

  /** The player still holds the very end. */
  async #playOut(): Promise<void> {
    this.#isLeaving = true;
    this.#voice?.close();
    if (this.#playing !== null) await aMoment(this.#playing.ended);
  }

  async #listen(recorder: AudioProgram): Promise<void> {
    const child = this.#start(recorder);
    const broken = new AbortController();
    const failure = child.ended.then((why) => {
      if (why !== null) broken.abort();
      return why;
    });
    const input = {
      session: this.#options.session,
      progress: this.#conversation.progress,
      signal: AbortSignal.any([broken.signal, this.#stopped.signal]),
      isDeaf: () => this.#options.isHalfDuplex && (this.#voice?.sounding.length ?? 0) > 0,
      onLevel: (db: number) => {
        this.#micDb = db;
      },
    };
    await speak(child.stdout, input, false);
    this.#micDb = Number.NEGATIVE_INFINITY;
    const why = await failure;
    if (why !== null && !this.#stopped.signal.aborted)
      throw new TalkError(`The microphone is gone: ${recorder.command}: ${why}`);
  }

  #play(player: AudioProgram): VoiceOut {
    const child = this.#start(player);
    this.#playing = child;
    const listen = (bytes: NodeJS.ReadableStream): void => {
      bytes.pipe(child.stdin);
      void this.#outlived(player, child).then(() => {
        // What nobody takes would stand still.
        bytes.unpipe(child.stdin);
        return bytes.resume();
      });
    };
    return voiceOut({ listen, delayMs: playerDelayMs, onPlayed: () => this.#conversation.refresh() });
  }

  /** Tells when the player ends before the conversation does. */
  async #outlived({ command }: AudioProgram, child: AudioChild): Promise<void> {
    const why = await child.ended;
    if (!this.#isLeaving && !this.#stopped.signal.aborted)
      this.#display.notice(`The speaker is gone: ${command}: ${why ?? 'it ended'}`);
  }

  #start(program: AudioProgram): AudioChild {
    const child = startAudio(program);
    this.#children.push(child);
    return child;
  }

  #controls(): LiveControls {
    return {
      levels: () => ({
        mic: this.#options.recorder === null ? null : this.#micDb,
        speaker: this.#voice?.level ?? null,
      }),
      line: (text) => void this.#line(text).catch((error: unknown) => this.#complain(error)),
      interrupt: () => this.#conversation.interrupt(),
      end: () => this.stop(),
    };
  }

  /** An empty line ends the turn where the server does not hear its end. */
  async #line(text: string): Promise<void> {
    const { session, recorder } = this.#options;
    if (text.trim() !== '') return this.#conversation.say(text);
    if (recorder !== null && session.config?.audio?.input?.turn_detection === null) await this.#conversation.endTurn();
  }

  /** What the server refuses is shown as its `error` event comes. */
  #complain(error: unknown): void {
    if (!(error instanceof RealtimeError) && !this.#stopped.signal.aborted) this.#display.notice(oneLine(error));
  }
}
