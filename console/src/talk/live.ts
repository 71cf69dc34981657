import { type ClientError, definitionsOf, type RealtimeSession, runTools, startSession } from 'antiphon/client';
import { type WebRtcCall, webrtc } from 'antiphon/client/browser';
import type { Place } from '../place/address.ts';
import { frameOf } from '../story/frame.ts';
import type { Story } from '../story/story.ts';
import { Recorder } from '../take/recorder.ts';
import { CallSound } from './call-sound.ts';
import { consoleTools } from './console-tools.ts';
import type { Listening, SessionSound } from './session-sound.ts';
import { sessionOf } from './settings.ts';
import { SocketSound } from './socket-sound.ts';

/** The close code of a connection that ended without one. */
const lost = 1006;

/** What is wanted of a session. */
export interface Wish {
  readonly place: Pick<Place, 'model' | 'voice' | 'instructions' | 'detection' | 'transport' | 'tools'>;
  /** `''` for none. */
  readonly key: string;
  /** Whether the user speaks, or only types so far. */
  readonly speaks: boolean;
}

/** What a session tells of itself. */
export interface LiveListener {
  /** How loud the user and the answer are, in dBFS. */
  level(track: 'in' | 'out', db: number): void;
  ended(code: number, reason: string): void;
}

/** A session that the page holds, with its sound and its recording. */
export class Live {
  readonly session: RealtimeSession;
  readonly story: Story;
  readonly isCall: boolean;
  readonly recorder: Recorder;
  readonly #sound: SessionSound;
  #isPush: boolean;
  #isMuted = false;
  #isClosing = false;
  #beganAt: number | null = null;

  private constructor(wish: Wish, story: Story, listener: LiveListener) {
    const { place, key } = wish;
    this.story = story;
    this.isCall = place.transport === 'webrtc';
    this.#isPush = place.detection === 'push';
    const { origin: url } = location;
    this.recorder = new Recorder({
      at: Date.now(),
      url: `${url}/v1/realtime?model=${place.model}`,
      transport: place.transport,
      key,
    });
    const call = this.isCall ? webrtc({ microphone: wish.speaks }) : null;
    this.session = this.#open(wish, call);
    const heard = {
      now: () => this.#now(),
      level: (track: 'in' | 'out', db: number) => listener.level(track, db),
      recorder: this.recorder,
      story,
    };
    this.#sound = call === null ? new SocketSound(this.session, heard) : new CallSound(this.session, call, heard);
    if (place.tools.length > 0) this.#runTools(place.tools);
    void this.session.closed.then(({ code, reason }) => this.#ended(code, reason, listener));
  }

  /** Opens a session; resolves when it may be used, and gives up where `signal` aborts. @throws {ClientError} {AudioDeviceError} */
  static async start(wish: Wish, story: Story, listener: LiveListener, signal: AbortSignal): Promise<Live> {
    const live = new Live(wish, story, listener);
    try {
      await Promise.race([live.#begin(wish.speaks), abortion(signal)]);
      return live;
    } catch (cause) {
      live.session.close();
      throw cause;
    }
  }

  get speaks(): boolean {
    return this.#sound.speaks;
  }

  /** Other settings from now on. */
  configure({ instructions, detection }: Pick<Place, 'instructions' | 'detection'>): void {
    this.#isPush = detection === 'push';
    this.#sound.listen(this.#resting);
    this.session.send({ type: 'session.update', session: sessionOf({ voice: '', instructions, detection }) });
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#sound.listen(this.#resting);
  }

  /** The user begins to speak: what plays is interrupted. */
  push(): void {
    this.#sound.interrupt();
    this.session.clearInput().catch(() => {});
    this.#sound.listen('on');
  }

  /** The user has spoken: the answer is asked for. */
  release(): void {
    this.#sound.listen('off');
    this.session.send({ type: 'input_audio_buffer.commit' });
    this.session.send({ type: 'response.create' });
  }

  /** Says it in writing; what is being said is interrupted. */
  write(text: string): void {
    this.#sound.interrupt();
    const content = [{ type: 'input_text' as const, text }];
    this.session.send({ type: 'conversation.item.create', item: { type: 'message', role: 'user', content } });
    this.session.send({ type: 'response.create' });
  }

  interrupt(): void {
    this.#sound.interrupt();
  }

  close(): void {
    this.#isClosing = true;
    this.session.close();
  }

  /** How it listens while no button is held. */
  get #resting(): Listening {
    if (this.#isPush) return 'off';
    return this.#isMuted ? 'silent' : 'on';
  }

  async #begin(speaks: boolean): Promise<void> {
    if (this.#isPush) this.#sound.listen('off');
    await this.#sound.open(speaks);
    await this.session.ready;
    this.#sound.began();
    if (this.#isPush) this.#sound.listen('off');
  }

  #ended(code: number, reason: string, listener: LiveListener): void {
    const t = this.#now();
    const by = this.#isClosing ? 'client' : 'server';
    this.recorder.closed(t, by, code, reason);
    const how = `closed by the ${by}: ${code}${reason === '' ? '' : ` ${reason}`}`;
    this.story.close(t, code === lost ? 'the connection was lost' : how);
    void this.#sound.close();
    listener.ended(code, reason);
  }

  #open({ place, key }: Wish, call: WebRtcCall | null): RealtimeSession {
    return startSession({
      url: location.origin,
      model: place.model,
      ...(key === '' ? {} : { key }),
      ...(call === null ? {} : { transport: call }),
      session: sessionOf(place),
      // Whoever looks at a session wants to see it end.
      reconnect: false,
      timeoutMs: 60_000,
      onFrame: (by, text) => {
        const t = this.#now();
        this.recorder.frame(t, by, text);
        const frame = frameOf(t, by, text);
        if (frame !== null) this.story.add(frame);
      },
      onHandlerError: (error: unknown) => reportError(error as ClientError),
    });
  }

  #runTools(names: readonly string[]): void {
    const tools = consoleTools.filter(({ name }) => names.includes(name));
    const runner = runTools(this.session, tools, { register: false });
    this.session.ready.then(
      () =>
        this.session.send({ type: 'session.update', session: { type: 'realtime', tools: [...definitionsOf(tools)] } }),
      () => runner.close(),
    );
  }

  /** Milliseconds since the first frame. */
  #now(): number {
    const now = performance.now();
    this.#beganAt ??= now;
    return now - this.#beganAt;
  }
}

/** Rejects when the user has had enough: a question for the microphone may stand there for ever. */
function abortion(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
}
