import { encodeBase64 } from '../../audio/node/index.ts';
import type { Effect, Timer } from '../../core/effect.ts';
import type { Input } from '../../core/input.ts';
import type { ModelSession, VoiceQueue } from '../../engines/contract.ts';
import { ContentEventBuilder, ServerEvent, serializeServerEvent } from '../../protocol/events/index.ts';
import type { Item } from '../../protocol/types.ts';
import type { Wire } from '../../wire/wire.ts';
import type { Clock } from '../clock.ts';
import { keptSoundBytes, type SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { McpNetwork } from '../mcp/connection.ts';
import { connector } from '../mcp/connection.ts';
import { McpWork } from '../mcp/work.ts';
import { type AudioStore, createAudioStore } from './audio-store.ts';
import { EventTexts } from './event-texts.ts';
import { Work } from './model-work.ts';
import { Outlet } from './outlet.ts';
import { Timers } from './timers.ts';
import { createVadWindows, type VadWindows } from './vad-windows.ts';

export interface PerformerOptions {
  readonly wire: Wire;
  readonly model: ModelSession;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly log: SessionLog;
  readonly mcp: McpNetwork;
  readonly voices?: VoiceQueue;
  readonly feed: (input: Input) => void;
  readonly defer: (task: () => void) => void;
}

/** Carries out what a session wants done. Never throws: what fails comes back as an input. */
export interface Performer {
  perform(effect: Effect): void;
  /** The wire has room again. */
  drained(): void;
  /** Memory that the session's sound takes. */
  readonly soundBytes: number;
  /** Forgets sound that the session can do without. */
  shed(): void;
  /** Stops everything under way and frees what the session held. */
  stop(): void;
}

export function createPerformer(options: PerformerOptions): Performer {
  return new SessionPerformer(options);
}

type AtOnce =
  | 'emit'
  | 'emit-audio'
  | 'emit-retrieved'
  | 'store-input'
  | 'reset-vad'
  | 'forget-spare-byte'
  | 'keep-input'
  | 'release-input'
  | 'keep-given'
  | 'trim-audio'
  | 'forget-audio';
type OfSpeech = 'transcribe' | 'follow' | 'hand-over' | 'end-speech' | 'drop-speech' | 'expect' | 'stop-expecting';
type UseOfMcp = 'list-tools' | 'leave-server' | 'call-tool' | 'abort-call' | 'resume';

class SessionPerformer implements Performer {
  readonly #options: PerformerOptions;
  readonly #store: AudioStore;
  readonly #vadWindows: VadWindows;
  readonly #work: Work;
  readonly #mcp: McpWork;
  readonly #outlet: Outlet;
  readonly #texts = new EventTexts();
  readonly #timers: Timers<Timer>;

  constructor(options: PerformerOptions) {
    this.#options = options;
    const { wire, limits, clock, feed } = options;
    const tooSlow = (): void => feed({ at: clock.now(), from: 'server', say: 'slow_reader' });
    this.#outlet = new Outlet({ wire, unsentBytes: limits.unsentBytes, clock, tooSlow });
    this.#timers = new Timers(clock, (timer) => feed({ at: clock.now(), from: 'timer', timer }));
    this.#store = createAudioStore(keptSoundBytes(options.limits));
    this.#vadWindows = createVadWindows(options.model.vad);
    this.#work = new Work({ ...options, store: this.#store, congestion: this.#outlet.congestion });
    this.#mcp = new McpWork({ ...options, connect: connector(options.mcp, clock) });
  }

  perform(effect: Effect): void {
    switch (effect.do) {
      case 'emit':
        return this.#outlet.send(this.#texts.of(effect.event));
      case 'emit-audio':
        return this.#sendAudio(effect);
      case 'emit-retrieved':
        return this.#sendRetrieved(effect.eventId, effect.item);
      case 'store-input':
        return this.#storeInput(effect);
      case 'reset-vad':
        return this.#vadWindows.reset();
      case 'forget-spare-byte':
        return this.#store.forgetSpareByte();
      case 'keep-input':
        return this.#store.keepInput(effect.itemId, effect.fromTick, effect.toTick, effect.format);
      case 'release-input':
        return this.#store.releaseInput(effect.beforeTick);
      case 'keep-given':
        return this.#store.keep(effect.itemId, effect.contentIndex, effect.format, effect.audio);
      case 'trim-audio':
        return this.#store.trim(effect.itemId, effect.bytes);
      case 'forget-audio':
        return this.#store.forget(effect.itemId);
      default:
        return this.#start(effect);
    }
  }

  #start(effect: Exclude<Effect, { do: AtOnce }>): void {
    switch (effect.do) {
      case 'respond':
        return this.#work.respond(effect.request);
      case 'abort':
        this.#mcp.abortResponse(effect.responseId);
        return this.#work.abort(effect.responseId);
      case 'arm':
        return this.#timers.arm(effect.timer, effect.afterMs);
      case 'disarm':
        return this.#timers.disarm(effect.timer);
      case 'close':
        return this.#options.wire.close(effect.code, effect.reason);
      default:
        return this.#attend(effect);
    }
  }

  #attend(effect: Extract<Effect, { do: OfSpeech | UseOfMcp }>): void {
    switch (effect.do) {
      case 'transcribe':
        return this.#work.transcribe(effect.request);
      case 'follow':
        return this.#work.follow(effect.request);
      case 'hand-over':
        return this.#work.handOver(effect.fromTick, effect.toTick);
      case 'end-speech':
        return this.#work.endSpeech();
      case 'drop-speech':
        return this.#work.dropSpeech(effect.itemId);
      case 'expect':
        return this.#work.expect(effect.request, effect.speech);
      case 'stop-expecting':
        return this.#work.stopExpecting();
      default:
        return this.#useMcp(effect);
    }
  }

  #useMcp(effect: Extract<Effect, { do: UseOfMcp }>): void {
    switch (effect.do) {
      case 'list-tools':
        return this.#mcp.list(effect.access);
      case 'leave-server':
        return this.#mcp.leave(effect.id);
      case 'call-tool':
        this.#work.hold(effect.responseId);
        return this.#mcp.call(effect);
      case 'abort-call':
        return this.#mcp.abort(effect.itemId);
      case 'resume':
        return this.#work.resume(effect.responseId, effect.call);
      default:
        return effect satisfies never;
    }
  }

  get soundBytes(): number {
    return this.#store.bytes;
  }

  shed(): void {
    this.#store.shed();
  }

  drained(): void {
    this.#outlet.drained();
  }

  stop(): void {
    this.#timers.stop();
    this.#outlet.stop();
    this.#work.stop();
    this.#mcp.stop();
    this.#options.model.close();
  }

  #sendAudio(effect: Extract<Effect, { do: 'emit-audio' }>): void {
    const { itemId, contentIndex, format, audio } = effect;
    if (effect.keep) this.#store.keepSaid(itemId, contentIndex, format, audio);
    const builder = new ContentEventBuilder(effect.responseId, itemId, effect.outputIndex, contentIndex);
    const silent = serializeServerEvent(builder.outputAudioDelta(effect.eventId, ''));
    // Base64 needs no escaping, so nothing need search it: it goes where the empty delta stands, at the end.
    this.#outlet.send(`${silent.slice(0, -2)}${encodeBase64(audio)}"}`);
  }

  #sendRetrieved(eventId: string, item: Item): void {
    this.#outlet.send(
      serializeServerEvent(ServerEvent.conversationItemRetrieved(eventId, withAudio(item, this.#store))),
    );
  }

  #storeInput(effect: Extract<Effect, { do: 'store-input' }>): void {
    const audio = this.#store.appendInput(effect.audio, effect.format);
    if (!effect.listen) return this.#vadWindows.skip(audio, effect.format);
    this.#vadWindows.hear(audio, effect.format);
    this.#options.defer(this.#judge);
  }

  /** One window at a time, so that a turn's answer is under way before the next window is heard. */
  readonly #judge = (): void => {
    const heard = this.#vadWindows.next();
    if (heard === null) return;
    this.#options.defer(this.#judge);
    this.#options.feed({ at: this.#options.clock.now(), from: 'vad', ...heard });
  };
}

/** The item with the audio that is kept for its parts, as base64 of the format it was spoken in (behaviour §3.2). */
function withAudio(item: Item, store: AudioStore): Item {
  if (item.type !== 'message' || item.role === 'system' || item.id === undefined) return item;
  const { id } = item;
  const audioAt = (index: number) => {
    const stored = store.read(id, index);
    return stored === null ? {} : { audio: encodeBase64(stored.bytes) };
  };
  return item.role === 'user'
    ? {
        ...item,
        content: item.content.map((part, index) =>
          part.type === 'input_audio' ? { ...part, ...audioAt(index) } : part,
        ),
      }
    : {
        ...item,
        content: item.content.map((part, index) =>
          part.type === 'output_audio' ? { ...part, ...audioAt(index) } : part,
        ),
      };
}
