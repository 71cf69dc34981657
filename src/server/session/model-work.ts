import { audioFormats, decodeBase64, decodeSamples } from '../../audio/node/index.ts';
import type { SpeechSoFar } from '../../core/effect.ts';
import type { Input } from '../../core/input.ts';
import type { PreemptiveRequest, ResponseRequest } from '../../core/response/model-input.ts';
import type { ModelOutput } from '../../core/response/model-output.ts';
import type { StreamingRequest, TranscriptionRequest } from '../../core/transcription/transcriber-input.ts';
import type { TranscriberOutput } from '../../core/transcription/transcriber-output.ts';
import { AnswerBounds } from '../../engines/answer-bounds.ts';
import type { ModelSession, Pieces, Sound, Spoken, Turn, VoiceQueue } from '../../engines/contract.ts';
import type { EngineError } from '../../engines/parts.ts';
import { longestSilenceMs, type Patience } from '../../engines/within-time.ts';
import type { McpCall } from '../../protocol/types.ts';
import type { Clock } from '../clock.ts';
import type { SessionLog } from '../log.ts';
import type { AudioStore } from './audio-store.ts';
import { Hold } from './hold.ts';
import { encodeAtLength, isLong } from './long-sound.ts';
import { pump, type Sink } from './pump.ts';
import { createSpeechEncoder, type SpeechEncoder } from './speech-encoder.ts';
import { SpeechStream } from './speech-stream.ts';
import { timely } from './timely.ts';

export interface WorkOptions {
  readonly model: ModelSession;
  readonly clock: Clock;
  readonly log: SessionLog;
  readonly store: AudioStore;
  /** Where the texts that are to be spoken wait. Absent: nowhere. */
  readonly voices?: VoiceQueue;
  readonly feed: (input: Input) => void;
  readonly defer: (task: () => void) => void;
  /** Null while the reader keeps up; else calls back once it has caught up. */
  readonly congestion: () => ((resume: () => void) => void) | null;
  /** Null while not too much of what models said waits to be heard; else calls back once there is room. */
  readonly unheard: () => ((resume: () => void) => void) | null;
}

/** What engines are doing for one session: each piece of work can be stopped on its own, and all of it together. */
export class Work {
  readonly #options: WorkOptions;
  readonly #running = new Map<string, AbortController>();
  /** By response, while its model runs. */
  readonly #holds = new Map<string, Hold>();
  /** Speech that goes on and is transcribed as a stream, one at a time. */
  #streaming: { readonly itemId: string; readonly sound: SpeechStream; readonly committed: () => void } | null = null;
  /** The turn that the model preempts, or the last that came as it was. */
  #preempted: AbortController | null = null;

  constructor(options: WorkOptions) {
    this.#options = options;
  }

  respond(request: ResponseRequest): void {
    const { responseId } = request;
    const { model, log, voices, congestion } = this.#options;
    // What is only read need not wait until something else was heard.
    const unheard = request.modality === 'audio' ? this.#options.unheard : (): null => null;
    const encoder = createSpeechEncoder(request.format);
    const bounds = new AnswerBounds('The model');
    const say = (spoken: Spoken): void => {
      for (const output of outputsOf(spoken, encoder)) this.#said(responseId, output);
    };
    const take = (spoken: Spoken): Iterator<void> | void => {
      bounds.count(spoken);
      if (spoken.type !== 'sound' || !isLong(spoken)) return say(spoken);
      return this.#sayAtLength(responseId, spoken, encoder);
    };
    const hold = new Hold();
    this.#holds.set(responseId, hold);
    const sound = (itemId: string): Sound | null => this.#sound(itemId) ?? soundIn(request, itemId);
    const turn: Turn = { ...request, sound, mcpCalls: () => hold.calls, ...(voices === undefined ? {} : { voices }) };
    const silenceMs = model.silenceMs?.response ?? longestSilenceMs;
    const patience = { silenceMs, who: 'The model' };
    this.#run<Spoken>(responseId, (signal) => model.respond(turn, signal), patience, {
      take,
      congestion: () => hold.waiting() ?? unheard() ?? congestion(),
      ended: (failure) => {
        this.#holds.delete(responseId);
        if (failure === undefined) return say({ type: 'end' });
        log.error('the model failed', { responseId, err: failure.cause });
        this.#said(responseId, failureOf(failure.cause, 'The model failed to answer.'));
      },
    });
  }

  transcribe(request: TranscriptionRequest): void {
    const { itemId } = request;
    const utterance = { ...request, sound: this.#sound(itemId) };
    this.#listen(itemId, (signal) => this.#options.model.transcribe(utterance, signal));
  }

  /** Puts speech into words while it goes on; its sound comes by `handOver`. */
  streamSpeech(request: StreamingRequest): void {
    const { model } = this.#options;
    const { itemId } = request;
    const sound = new SpeechStream();
    let committed = (): void => {};
    const since = new Promise<void>((resolve) => (committed = resolve));
    this.#streaming = { itemId, sound, committed };
    const stream = (signal: AbortSignal): Pieces<TranscriberOutput> => {
      signal.addEventListener('abort', () => sound.drop(), { once: true });
      return model.transcribeStream?.({ ...request, sound }, signal) ?? [];
    };
    this.#listen(itemId, stream, { since, afterwards: () => sound.drop() });
  }

  /** The next stretch of the streamed speech: a copy, since the memory of the input is used again. */
  handOver(fromTick: number, toTick: number): void {
    for (const { format, bytes } of this.#options.store.readInput(fromTick, toTick)) {
      this.#streaming?.sound.push({
        samples: decodeSamples(bytes.slice(), format),
        sampleRate: audioFormats[format].sampleRate,
      });
    }
  }

  endSpeech(): void {
    this.#streaming?.sound.end();
    this.#streaming?.committed();
    this.#streaming = null;
  }

  /** The speech was discarded: nothing that is still said of it is heard. */
  dropSpeech(itemId: string): void {
    this.#streaming = null;
    this.#stop(transcriptOf(itemId));
  }

  /** The turn is likely to end: the model may begin to think. */
  preempt(request: PreemptiveRequest, speech: SpeechSoFar): void {
    const { model, log } = this.#options;
    const controller = new AbortController();
    this.#preempted = controller;
    const sound = (itemId: string): Sound | null =>
      this.#sound(itemId) ?? (itemId === speech.itemId ? this.#soundSoFar(speech) : null);
    try {
      model.preempt?.({ ...request, sound }, controller.signal);
    } catch (cause) {
      log.error('the model failed to expect a turn', { err: cause });
    }
  }

  stopPreempting(): void {
    this.#preempted?.abort();
    this.#preempted = null;
  }

  /** Stops a response's model at once; nothing that it still says is heard. */
  abort(responseId: string): void {
    this.#stop(responseId);
    this.#holds.delete(responseId);
  }

  /** The response's model is not pulled before `resume`. */
  hold(responseId: string): void {
    this.#holds.get(responseId)?.begin();
  }

  /** The response's model learns what came of its call, and goes on. */
  resume(responseId: string, call: McpCall): void {
    this.#holds.get(responseId)?.end(call);
  }

  stop(): void {
    this.stopPreempting();
    for (const controller of this.#running.values()) controller.abort();
    this.#running.clear();
    this.#holds.clear();
  }

  #stop(id: string): void {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
  }

  /** Brings the words of an item to the session; a source that runs dry has said them all in its deltas. */
  #listen(
    itemId: string,
    source: (signal: AbortSignal) => Pieces<TranscriberOutput>,
    { since, afterwards = () => {} }: { readonly since?: Promise<void>; readonly afterwards?: () => void } = {},
  ): void {
    let said = '';
    const bounds = new AnswerBounds('The transcriber');
    const silenceMs = this.#options.model.silenceMs?.words ?? longestSilenceMs;
    const patience = { silenceMs, who: 'The transcriber', ...(since === undefined ? {} : { since }) };
    this.#run<TranscriberOutput>(transcriptOf(itemId), source, patience, {
      take: (output) => {
        bounds.count(output);
        if (output.type === 'delta') said += output.text;
        this.#heard(itemId, output);
      },
      congestion: this.#options.congestion,
      ended: (failure) => {
        afterwards();
        if (failure === undefined) return this.#heard(itemId, { type: 'completed', transcript: said });
        this.#options.log.error('the transcriber failed', { itemId, err: failure.cause });
        this.#heard(itemId, failureOf(failure.cause, 'The transcriber failed.'));
      },
    });
  }

  #run<T extends { readonly type: string }>(
    id: string,
    source: (signal: AbortSignal) => Pieces<T>,
    patience: Pick<Patience, 'silenceMs' | 'who' | 'since'>,
    sink: Sink<T>,
  ): void {
    const { clock, defer } = this.#options;
    const controller = new AbortController();
    this.#running.set(id, controller);
    const ended: Sink<T>['ended'] = (failure) => {
      this.#running.delete(id);
      sink.ended(failure);
      // An engine that failed by what it said, or did not say, may still be at it.
      if (failure !== undefined) controller.abort();
    };
    const { signal } = controller;
    const pieces = (): Pieces<T> => timely(source(signal), { ...patience, signal, alarms: clock });
    pump<T>(pieces, { ...sink, ended }, { signal, clock, defer });
  }

  /** Sound in slices; as one delta all the same, unless it is longer than a minute. */
  *#sayAtLength(responseId: string, sound: Sound, encoder: SpeechEncoder): Generator<void, void> {
    for (const audio of encodeAtLength(sound, encoder)) {
      if (audio !== null) this.#said(responseId, { type: 'audio', audio });
      yield;
    }
  }

  #said(responseId: string, output: ModelOutput): void {
    this.#options.feed({ at: this.#options.clock.now(), from: 'model', responseId, output });
  }

  #heard(itemId: string, output: TranscriberOutput): void {
    this.#options.feed({ at: this.#options.clock.now(), from: 'transcriber', itemId, output });
  }

  #sound(itemId: string): Sound | null {
    const stored = this.#options.store.read(itemId, 0);
    if (stored === null) return null;
    const { format, bytes } = stored;
    return { samples: decodeSamples(bytes, format), sampleRate: audioFormats[format].sampleRate };
  }

  /** In the rate that most models take, whatever formats it came in. */
  #soundSoFar({ fromTick, toTick }: SpeechSoFar): Sound | null {
    const bytes = this.#options.store.copyInput(fromTick, toTick, 'audio/pcm');
    if (bytes.byteLength === 0) return null;
    return { samples: decodeSamples(bytes, 'audio/pcm'), sampleRate: audioFormats['audio/pcm'].sampleRate };
  }
}

function transcriptOf(itemId: string): string {
  return `words of ${itemId}`;
}

/** What the client is told of a throw: an engine's own words where it chose them, else nothing of what went wrong. */
function failureOf(cause: unknown, message: string): { type: 'failed'; code: string; message: string } {
  return isEngineError(cause)
    ? { type: 'failed', code: cause.code, message: cause.message }
    : { type: 'failed', code: 'server_error', message };
}

/** Known by its name: an engine from a file may bring the class of another copy of the package. */
function isEngineError(cause: unknown): cause is EngineError {
  return cause instanceof Error && cause.name === 'EngineError' && 'code' in cause && typeof cause.code === 'string';
}

/** The audio that stands in an item itself, as `response.input` may have it. */
function soundIn({ items, inputFormat }: ResponseRequest, itemId: string): Sound | null {
  const item = items.find((each) => each.item.id === itemId)?.item;
  if (item?.type !== 'message' || item.role !== 'user') return null;
  const text = item.content.find(({ audio }) => typeof audio === 'string')?.audio;
  const bytes = typeof text === 'string' ? decodeBase64(text) : null;
  if (bytes === null) return null;
  return { samples: decodeSamples(bytes, inputFormat), sampleRate: audioFormats[inputFormat].sampleRate };
}

/** A model's piece as the session takes it; the end of a message or response also brings what the encoder still held. */
function outputsOf(spoken: Spoken, encoder: SpeechEncoder): ModelOutput[] {
  if (spoken.type === 'sound') return [{ type: 'audio', audio: encoder.encode(spoken) }];
  if (spoken.type !== 'message_end' && spoken.type !== 'end') return [spoken];
  return [{ type: 'audio', audio: encoder.flush() }, spoken];
}
