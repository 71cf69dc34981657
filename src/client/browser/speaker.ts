import { type Level, silence } from '../../audio/level-meter.ts';
import type { PlayedSound } from '../../audio/played-items.ts';
import { canResample } from '../../audio/resample.ts';
import { guarded, reportHandlerError } from '../events/listeners.ts';
import { AudioDeviceError, asDeviceError } from './device-error.ts';
import { withinMs } from './input-line.ts';
import {
  type FromPlayback,
  type PlaybackReport,
  type PlaybackSettings,
  playbackName,
  type ToPlayback,
} from './worklet/messages.ts';
import { loadWorklet, openContext } from './worklet-loading.ts';

/** Where sound is played, how loud, and how much of it may wait. */
export interface SpeakerOptions {
  /** Samples per second of what is given to play. Default 24,000; G.711 has 8,000. */
  readonly sampleRate?: number;
  /** The device wanted. Default: the browser's. */
  readonly deviceId?: string;
  /** 0 is silent, 1 as given. Default 1. */
  readonly volume?: number;
  /** Sound that may wait to be played; a part that goes past it is cut. Default ten minutes. */
  readonly maxWaitingMs?: number;
  /** A click or a key press on it unlocks the sound. Default: the document; null for none. */
  readonly unlockOn?: EventTarget | null;
  /** A context to run in, which stays open. Default: one at the device's own rate. */
  readonly context?: AudioContext;
  /** Where the page serves `antiphon/client/worklet.js`, if its policy forbids scripts from `blob:`. */
  readonly workletUrl?: string | URL;
  /** Told every 20 ms of sound which parts have come further. */
  readonly onPlayed?: (parts: readonly PlayedSound[]) => unknown;
  /** Told every 20 ms how loud it is while there is sound, before the volume counts, and once when it is silent. */
  readonly onLevel?: (level: Level) => unknown;
  /** Told when sound begins and when all has been played. */
  readonly onPlaying?: (isPlaying: boolean) => unknown;
  readonly onState?: (state: SpeakerState) => unknown;
  /** Told that a part was cut because too much was waiting. */
  readonly onOverflow?: (itemId: string) => unknown;
}

/** `locked` until the user has touched the page, if the browser insists on it: nothing plays, and what comes waits. */
export type SpeakerState = 'running' | 'locked' | 'closed';

/** How well it goes. */
export interface PlaybackStats {
  /** Silences within a part, because its next piece was late. */
  readonly underruns: number;
  /** How long they were in all. */
  readonly underrunMs: number;
  /** Sound that waits, as of the last report. */
  readonly waitingMs: number;
}

/** Plays the sound of answers in a page, part by part, and knows how much of each was heard. */
export interface Speaker {
  readonly state: SpeakerState;
  readonly context: AudioContext;
  /** Where the sound comes out, to record or to analyse it. */
  readonly output: AudioNode;
  readonly isPlaying: boolean;
  readonly stats: PlaybackStats;
  /** Time between what is given to the device and what is heard, in milliseconds, as far as the browser knows it. */
  readonly latencyMs: number;
  /** The newest parts, the oldest first, as of the last report; the latency is taken off. */
  readonly positions: readonly PlayedSound[];
  /** Adds sound: pieces of any size, one part after the other. What comes of a part that was cleared is dropped. */
  play(itemId: string, contentIndex: number, samples: Int16Array): void;
  /**
   * Falls silent at once, within 5 ms, and drops what waits and what still comes of the parts known by now. Resolves
   * with how far each of those had been heard; `positions` go on by what the device still plays.
   */
  clear(): Promise<readonly PlayedSound[]>;
  /** Lets sound out: call it in answer to a click. Resolves when it is `running`. */
  unlock(): Promise<void>;
  setVolume(volume: number): void;
  /** @throws {AudioDeviceError} `unsupported` where the browser can't choose (Firefox, Safari), `device_not_found` */
  switchDevice(deviceId: string): Promise<void>;
  /** Stops and lets go of the device. Idempotent. */
  close(): Promise<void>;
}

/** Opens a speaker. @throws {AudioDeviceError} */
export async function createSpeaker(options: SpeakerOptions = {}): Promise<Speaker> {
  const context = options.context ?? openContext();
  try {
    await loadWorklet(context, options.workletUrl);
    if (!canResample(options.sampleRate ?? defaultSampleRate, context.sampleRate))
      throw new AudioDeviceError('unsupported');
    if (options.deviceId !== undefined) await choose(context, options.deviceId);
    return new WorkletSpeaker(context, options);
  } catch (cause) {
    if (options.context === undefined) await context.close();
    throw asDeviceError(cause);
  }
}

const defaultSampleRate = 24_000;
const defaultWaitingMs = 600_000;
/** The volume changes over this time, so that it does not click. */
const volumeSeconds = 0.015;
/** How long the worklet may take to say how far it was. It takes a few milliseconds, or for ever where it is frozen. */
const answerMs = 500;
/** Parts remembered, as many as the worklet does. */
const maxParts = 64;

class WorkletSpeaker implements Speaker {
  readonly context: AudioContext;
  readonly output: GainNode;
  readonly #options: SpeakerOptions;
  readonly #sampleRate: number;
  readonly #node: AudioWorkletNode;
  readonly #parts = new Map<string, PlayedSound>();
  readonly #clearing = new Map<number, () => void>();
  #clears = 0;
  #delayFrames = 0;
  #report: PlaybackReport | null = null;
  #isClosed = false;

  constructor(context: AudioContext, options: SpeakerOptions) {
    this.context = context;
    this.#options = options;
    this.#sampleRate = options.sampleRate ?? defaultSampleRate;
    const waitingMs = options.maxWaitingMs ?? defaultWaitingMs;
    this.#node = playbackNode(context, {
      sampleRate: this.#sampleRate,
      maxWaitingSamples: Math.round((waitingMs * this.#sampleRate) / 1000),
    });
    this.#node.port.addEventListener('message', ({ data }: MessageEvent<FromPlayback>) => this.#told(data));
    this.#node.port.start();
    this.output = context.createGain();
    this.output.gain.value = options.volume ?? 1;
    this.#node.connect(this.output).connect(context.destination);
    context.addEventListener('statechange', this.#stateChanged);
    this.#unlockOnGesture();
    // Allowed at once on pages that the user has touched before.
    if (context.state === 'suspended') void context.resume().catch(() => {});
  }

  get state(): SpeakerState {
    if (this.#isClosed || this.context.state === 'closed') return 'closed';
    return this.context.state === 'running' ? 'running' : 'locked';
  }

  get isPlaying(): boolean {
    return this.#report?.isSounding ?? false;
  }

  get stats(): PlaybackStats {
    const { underruns, waitingSamples } = this.#report ?? { underruns: { count: 0, frames: 0 }, waitingSamples: 0 };
    return {
      underruns: underruns.count,
      underrunMs: Math.round((underruns.frames * 1000) / this.context.sampleRate),
      waitingMs: Math.round((waitingSamples * 1000) / this.#sampleRate),
    };
  }

  get latencyMs(): number {
    return this.#delaySeconds() * 1000;
  }

  get positions(): readonly PlayedSound[] {
    return [...this.#parts.values()];
  }

  play(itemId: string, contentIndex: number, samples: Int16Array): void {
    const copy = new Int16Array(samples);
    if (!this.#isClosed) this.#post({ do: 'play', itemId, contentIndex, samples: copy }, [copy.buffer]);
  }

  async clear(): Promise<readonly PlayedSound[]> {
    if (this.#isClosed) return this.positions;
    const number = ++this.#clears;
    const answered = new Promise<void>((resolve) => this.#clearing.set(number, resolve));
    this.#post({ do: 'clear', number });
    await withinMs(answered, answerMs);
    this.#clearing.delete(number);
    return this.positions;
  }

  async unlock(): Promise<void> {
    if (!this.#isClosed) await this.context.resume();
  }

  setVolume(volume: number): void {
    this.output.gain.setTargetAtTime(volume, this.context.currentTime, volumeSeconds);
  }

  async switchDevice(deviceId: string): Promise<void> {
    if (this.#isClosed) throw new AudioDeviceError('stopped');
    await choose(this.context, deviceId);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#post({ do: 'stop' });
    this.#node.disconnect();
    this.output.disconnect();
    for (const resolve of this.#clearing.values()) resolve();
    this.#forgetGestures();
    if (this.#options.context === undefined) await this.context.close();
    this.context.removeEventListener('statechange', this.#stateChanged);
    this.#tell(() => this.#options.onState?.('closed'));
  }

  #post(message: ToPlayback, memory: Transferable[] = []): void {
    this.#node.port.postMessage(message, memory);
  }

  #told(message: FromPlayback): void {
    if (message.tell === 'full') return this.#tell(() => this.#options.onOverflow?.(message.itemId));
    const { onLevel, onPlayed, onPlaying } = this.#options;
    const wasPlaying = this.isPlaying;
    this.#report = message;
    for (const sound of message.sounds) this.#remember(sound);
    this.#tellDelay();
    if (message.cleared !== null) this.#clearing.get(message.cleared)?.();
    if (wasPlaying !== message.isSounding) this.#tell(() => onPlaying?.(message.isSounding));
    if (message.sounds.length > 0) this.#tell(() => onPlayed?.(message.sounds));
    if (message.isSounding || wasPlaying) this.#tell(() => onLevel?.(message.isSounding ? message.level : silence));
  }

  #remember(sound: PlayedSound): void {
    this.#parts.set(`${sound.contentIndex} ${sound.itemId}`, sound);
    const [oldest] = this.#parts.keys();
    if (this.#parts.size > maxParts && oldest !== undefined) this.#parts.delete(oldest);
  }

  /** The browser learns of its latency as it plays. */
  #tellDelay(): void {
    const frames = Math.round(this.#delaySeconds() * this.context.sampleRate);
    if (frames === this.#delayFrames) return;
    this.#delayFrames = frames;
    this.#post({ do: 'delay', frames });
  }

  /** Safari knows no output latency. */
  #delaySeconds(): number {
    return (this.context.outputLatency ?? 0) + this.context.baseLatency;
  }

  readonly #stateChanged = (): void => this.#tell(() => this.#options.onState?.(this.state));

  #unlockOnGesture(): void {
    for (const type of gestures) this.#gestureTarget()?.addEventListener(type, this.#gesture);
  }

  #forgetGestures(): void {
    for (const type of gestures) this.#gestureTarget()?.removeEventListener(type, this.#gesture);
  }

  #gestureTarget(): EventTarget | null {
    return this.#options.unlockOn === undefined ? document : this.#options.unlockOn;
  }

  readonly #gesture = (): void => {
    if (this.state === 'locked') void this.context.resume().catch(() => {});
  };

  #tell(call: () => unknown): void {
    guarded(call, reportHandlerError);
  }
}

/** What browsers take as leave to make sound. */
const gestures = ['pointerup', 'keydown'] as const;

function playbackNode(context: AudioContext, settings: PlaybackSettings): AudioWorkletNode {
  return new AudioWorkletNode(context, playbackName, {
    numberOfInputs: 0,
    numberOfOutputs: 1,
    outputChannelCount: [1],
    processorOptions: settings,
  });
}

/** Contexts of Firefox and Safari can't choose their device. */
async function choose(context: AudioContext & { setSinkId?(id: string): Promise<void> }, id: string): Promise<void> {
  if (context.setSinkId === undefined) throw new AudioDeviceError('unsupported');
  await context.setSinkId(id).catch((cause: unknown) => {
    throw asDeviceError(cause);
  });
}
