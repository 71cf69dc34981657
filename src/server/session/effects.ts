import { encodeBase64 } from '../../audio/node/index.ts';
import type { Effect } from '../../core/effect.ts';
import type { Input } from '../../core/input.ts';
import type { Timer } from '../../core/session.ts';
import type { ModelSession, VoiceQueue } from '../../engines/contract.ts';
import type { CodedMedia, Media } from '../../media/media.ts';
import { ContentEventBuilder, serializeServerEvent } from '../../protocol/events/index.ts';
import type { Item, ServerEventMap } from '../../protocol/types.ts';
import type { Clock } from '../clock.ts';
import { keptSoundBytes, type SessionLimits } from '../limits.ts';
import type { SessionLog } from '../log.ts';
import type { McpNetwork } from '../mcp/connection.ts';
import { connector } from '../mcp/connection.ts';
import { McpWork } from '../mcp/work.ts';
import type { Meter } from '../metering/meter.ts';
import { type Acts, carryOut } from './acts.ts';
import { type AudioStore, createAudioStore } from './audio-store.ts';
import type { AnyInput } from './bounded-feed.ts';
import { EventTexts } from './event-texts.ts';
import { Hearing } from './hearing.ts';
import type { Hosting, Performer } from './host.ts';
import { Work } from './model-work.ts';
import { type SoundOf, soundsIn } from './retrieved.ts';
import { Timers } from './timers.ts';
import { type Track, trackOf } from './track.ts';

export interface PerformerOptions {
  readonly model: ModelSession;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly log: SessionLog;
  readonly mcp: McpNetwork;
  readonly voices?: VoiceQueue;
  readonly meter: Meter;
  /** The sound of the session's call. Default: sound goes over the wires. */
  readonly media?: Media | CodedMedia;
  readonly hosting: Hosting<Input>;
}

/** Carries out what a realtime or transcription session wants done. */
export function createPerformer(options: PerformerOptions): Performer<Effect> {
  return new SessionPerformer(options);
}

class SessionPerformer implements Performer<Effect> {
  readonly #options: PerformerOptions;
  readonly #store: AudioStore;
  readonly #hearing: Hearing;
  readonly #work: Work;
  readonly #mcp: McpWork;
  readonly #texts = new EventTexts();
  readonly #timers: Timers<Timer>;
  readonly #track: Track | null;

  constructor(options: PerformerOptions) {
    this.#options = options;
    const { model, clock, hosting } = options;
    const { feed, defer, congestion } = hosting;
    this.#track = options.media === undefined ? null : this.#trackOf(options.media);
    this.#timers = new Timers(clock, (timer) => feed({ at: clock.now(), from: 'timer', timer }));
    this.#store = createAudioStore(keptSoundBytes(options.limits));
    this.#hearing = new Hearing(model.vad, { clock, feed, defer });
    const unheard = this.#track?.congestion ?? ((): null => null);
    this.#work = new Work({ ...options, feed, defer, congestion, unheard, store: this.#store });
    this.#mcp = new McpWork({ ...options, feed, connect: connector(options.mcp, clock) });
  }

  perform(effect: Effect): void {
    carryOut(this.#acts, effect);
  }

  /** What an item will be told with is written. */
  *prepare(input: AnyInput, shown: Item | null): Generator<void, void> {
    if (shown !== null) {
      const sounds = soundsIn(shown, this.#soundOf(shown)).filter((sound) => sound !== null);
      yield* sounds.length > 0 ? this.#texts.prepareSounds(sounds) : this.#texts.prepare(shown);
    } else if (input.from === 'client' && input.event.type === 'conversation.item.create')
      yield* this.#texts.prepare(input.event.item);
  }

  readonly #acts: Acts<Effect> = {
    emit: ({ event }) => this.#send(event),
    retell: ({ event }) => this.#options.hosting.retell(this.#texts.of(event)),
    'emit-audio': (effect) => this.#say(effect),
    'clear-playback': () => this.#track?.clear(),
    'emit-retrieved': ({ eventId, item }) => this.#sendRetrieved(eventId, item),
    'store-input': (effect) => this.#storeInput(effect),
    'begin-input': ({ atTick }) => {
      this.#store.beginInput(atTick);
      this.#hearing.begin(atTick);
    },
    'reset-vad': () => this.#hearing.reset(),
    'forget-spare-byte': () => this.#store.forgetSpareByte(),
    'keep-input': ({ itemId, fromTick, toTick, format }) => this.#store.keepInput(itemId, fromTick, toTick, format),
    'release-input': ({ beforeTick }) => this.#store.releaseInput(beforeTick),
    'keep-given': ({ itemId, contentIndex, format, audio }) => this.#store.keep(itemId, contentIndex, format, audio),
    'trim-audio': ({ itemId, bytes }) => this.#store.trim(itemId, bytes),
    'forget-audio': ({ itemId }) => this.#store.forget(itemId),
    transcribe: ({ request }) => this.#work.transcribe(request),
    'stream-speech': ({ request }) => this.#work.streamSpeech(request),
    'hand-over': ({ fromTick, toTick }) => this.#work.handOver(fromTick, toTick),
    'end-speech': () => this.#work.endSpeech(),
    'drop-speech': ({ itemId }) => this.#work.dropSpeech(itemId),
    preempt: ({ request, speech }) => this.#work.preempt(request, speech),
    'stop-preempting': () => this.#work.stopPreempting(),
    reserve: (effect) => this.#reserve(effect),
    respond: ({ request }) => this.#work.respond(request),
    abort: ({ responseId }) => {
      this.#mcp.abortResponse(responseId);
      this.#work.abort(responseId);
    },
    'list-tools': ({ access }) => this.#mcp.list(access),
    'leave-server': ({ id }) => this.#mcp.leave(id),
    'call-tool': (effect) => {
      this.#work.hold(effect.responseId);
      this.#mcp.call(effect);
    },
    'abort-call': ({ itemId }) => this.#mcp.abort(itemId),
    resume: ({ responseId, call }) => this.#work.resume(responseId, call),
    'note-words': ({ itemId, outcome }) => this.#options.hosting.hint({ hint: 'words', itemId, outcome }),
    arm: ({ timer, afterMs }) => this.#timers.arm(timer, afterMs),
    disarm: ({ timer }) => this.#timers.disarm(timer),
    close: ({ code, reason }) => this.#options.hosting.close(code, reason),
  };

  get soundBytes(): number {
    return this.#store.bytes + (this.#track?.bytes ?? 0);
  }

  shed(): void {
    this.#store.shed();
  }

  stop(): void {
    this.#timers.stop();
    this.#work.stop();
    this.#mcp.stop();
    this.#track?.stop();
    this.#options.model.close();
  }

  #reserve({ responseId: id, input, maxOutputTokens, modality }: Extract<Effect, { do: 'reserve' }>): void {
    const { meter, clock } = this.#options;
    const response = { id, max_output_tokens: maxOutputTokens, output_modalities: [modality] };
    meter.began(response, clock.now(), { ...input, other: 0 });
  }

  #trackOf(media: Media | CodedMedia): Track {
    const { clock, hosting } = this.#options;
    return trackOf(media, {
      heard: (audio) => {
        // No client has sent it, so none is told where there is no room for it.
        if (!hosting.fits(audio.byteLength)) return;
        hosting.hint({ type: 'input_audio_buffer.append', bytes: audio.byteLength });
        hosting.feed({ at: clock.now(), from: 'microphone', audio, eventId: null });
      },
      played: ({ itemId, contentIndex }, ticks) =>
        hosting.feed({ at: clock.now(), from: 'playback', say: 'played', itemId, contentIndex, ticks }),
      pressed: (key) => hosting.feed({ at: clock.now(), from: 'keypad', key }),
    });
  }

  #send(event: ServerEventMap[keyof ServerEventMap]): void {
    this.#track?.see(event);
    this.#options.hosting.send(event, this.#texts.of(event));
  }

  /** Sound that a model has said is played where the session has media, else it is sent. */
  #say(effect: Extract<Effect, { do: 'emit-audio' }>): void {
    const { responseId, itemId, contentIndex, format, audio } = effect;
    if (effect.keep) this.#store.keepSaid(itemId, contentIndex, format, audio);
    if (this.#track === null) return this.#sendAudio(effect);
    this.#options.hosting.hint({
      type: 'response.output_audio.delta',
      response_id: responseId,
      bytes: audio.byteLength,
    });
    this.#track.play(effect);
  }

  #sendAudio(effect: Extract<Effect, { do: 'emit-audio' }>): void {
    const { responseId: response_id, itemId, outputIndex, contentIndex, eventId, audio } = effect;
    const builder = new ContentEventBuilder(response_id, itemId, outputIndex, contentIndex);
    const silent = serializeServerEvent(builder.outputAudioDelta(eventId, ''));
    // Base64 needs no escaping, so nothing need search it: it goes where the empty delta stands, at the end.
    const text = `${silent.slice(0, -2)}${encodeBase64(audio)}"}`;
    this.#options.hosting.send({ type: 'response.output_audio.delta', response_id, bytes: audio.byteLength }, text);
  }

  #sendRetrieved(eventId: string, item: Item): void {
    const { event, text } = this.#texts.retrieved(eventId, item, this.#soundOf(item));
    this.#options.hosting.send(event, text);
  }

  /** Where sound has a way of its own it goes by no other, and an event has to fit a message of the data channel. */
  #soundOf({ id = '' }: Item): SoundOf {
    return (index) => (this.#track === null ? (this.#store.read(id, index)?.bytes ?? null) : null);
  }

  #storeInput(effect: Extract<Effect, { do: 'store-input' }>): void {
    const audio = this.#store.appendInput(effect.audio, effect.format);
    if (effect.listen) this.#hearing.hear(audio, effect.format);
    else this.#hearing.skip(audio, effect.format);
  }
}
