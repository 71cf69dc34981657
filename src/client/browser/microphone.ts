import type { Level } from '../../audio/level-meter.ts';
import { guarded, reportHandlerError } from '../events/listeners.ts';
import { Queue } from '../events/queue.ts';
import { AudioDeviceError, asDeviceError } from './device-error.ts';
import { defaultInput, hasInput } from './devices.ts';
import { type InputLine, openInputLine } from './input-line.ts';

/** Which microphone, what the browser does with its sound, and in what format the session gets it. */
export interface MicrophoneOptions {
  /** The device wanted. Default: the browser's default, also when that changes. */
  readonly deviceId?: string;
  /** Removes what the speakers play from what the microphone records. Default true. */
  readonly echoCancellation?: boolean;
  /** Default true. */
  readonly noiseSuppression?: boolean;
  /** Default true. */
  readonly autoGainControl?: boolean;
  /** Samples per second of the frames, whatever the device's rate. Default 24,000; G.711 takes 8,000. */
  readonly sampleRate?: number;
  /** Length of a frame, in milliseconds. Default 20. */
  readonly frameMs?: number;
  /** A stream to hear instead of a device: no device is asked for, watched or stopped. */
  readonly stream?: MediaStream;
  /** A context to run in, which stays open. Default: one at the device's own rate. */
  readonly context?: AudioContext;
  /** Where the page serves `antiphon/client/worklet.js`, if its policy forbids scripts from `blob:`. */
  readonly workletUrl?: string | URL;
  /** Told of every frame: 16-bit mono samples, which are the caller's to keep. */
  readonly onFrame?: (samples: Int16Array<ArrayBuffer>) => unknown;
  /** Told how loud each frame is. */
  readonly onLevel?: (level: Level) => unknown;
  /** Told when sound comes from another device, or from none. */
  readonly onDevice?: (change: DeviceChange) => unknown;
}

/** The device in use; null with the reason where there is none, until one is plugged in. */
export type DeviceChange =
  | { readonly device: InputDevice; readonly error: null }
  | { readonly device: null; readonly error: AudioDeviceError };

/** The microphone in use; the label is empty until the user has allowed one. */
export interface InputDevice {
  readonly deviceId: string;
  readonly label: string;
}

/**
 * A microphone that gives frames of one length. Only the last frame before an end, or before another device takes over,
 * may be shorter. Iterating gives the frames from then on; 30 seconds of them wait for a slow loop, after which it gets
 * those and then a `ClientError` with code `events_overflowed`.
 */
export interface Microphone extends AsyncIterable<Int16Array<ArrayBuffer>> {
  readonly sampleRate: number;
  /** Null while every device is gone. */
  readonly device: InputDevice | null;
  readonly isMuted: boolean;
  /** What the device gives, for a WebRTC connection; null while every device is gone. */
  readonly stream: MediaStream | null;
  /** From now on frames are silent. They still come, so that a server's turn detection gets the silence that ends this turn. */
  mute(): void;
  unmute(): void;
  /**
   * Goes on with another device; without an id, with the default one. On an error the old one stays.
   * @throws {AudioDeviceError}
   */
  switchDevice(deviceId?: string): Promise<void>;
  /** The frames as a stream of the platform. */
  readable(): ReadableStream<Int16Array<ArrayBuffer>>;
  /** Gives the rest of the sound, ends the loops and lets go of the device. Idempotent. */
  stop(): Promise<void>;
}

/** Opens a microphone; call it in answer to a click. @throws {AudioDeviceError} */
export async function createMicrophone(options: MicrophoneOptions = {}): Promise<Microphone> {
  const microphone = new DeviceMicrophone(options);
  await microphone.start();
  return microphone;
}

const defaultSampleRate = 24_000;
const defaultFrameMs = 20;
const queuedMs = 30_000;

class DeviceMicrophone implements Microphone {
  readonly sampleRate: number;
  readonly #options: MicrophoneOptions;
  readonly #frameMs: number;
  readonly #readers = new Set<Queue<Int16Array<ArrayBuffer>>>();
  #line: InputLine | null = null;
  #wantedId: string | undefined;
  #defaultGroup = '';
  #isMuted = false;
  #isStopped = false;
  /** Devices are opened and closed one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MicrophoneOptions) {
    this.#options = options;
    this.sampleRate = options.sampleRate ?? defaultSampleRate;
    this.#frameMs = options.frameMs ?? defaultFrameMs;
    this.#wantedId = options.deviceId;
  }

  get device(): InputDevice | null {
    const line = this.#line;
    return line === null ? null : { deviceId: line.deviceId, label: line.label };
  }

  get isMuted(): boolean {
    return this.#isMuted;
  }

  get stream(): MediaStream | null {
    return this.#line?.stream ?? null;
  }

  async start(): Promise<void> {
    this.#line = await this.#open(this.#wantedId);
    if (this.#options.stream !== undefined) return;
    // Not waited for: the first frames would go unheard.
    void this.#inTurn(async () => {
      this.#defaultGroup = await defaultInput();
    });
    navigator.mediaDevices.addEventListener('devicechange', this.#devicesChanged);
  }

  mute(): void {
    this.#setMuted(true);
  }

  unmute(): void {
    this.#setMuted(false);
  }

  switchDevice(deviceId?: string): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isStopped) throw new AudioDeviceError('stopped');
      await this.#moveTo(deviceId);
      this.#wantedId = deviceId;
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Int16Array<ArrayBuffer>> {
    const queue: Queue<Int16Array<ArrayBuffer>> = new Queue(Math.ceil(queuedMs / this.#frameMs), {
      onReturn: () => this.#readers.delete(queue),
    });
    if (this.#isStopped) queue.end();
    else this.#readers.add(queue);
    return queue;
  }

  readable(): ReadableStream<Int16Array<ArrayBuffer>> {
    const frames = this[Symbol.asyncIterator]();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await frames.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      cancel: async () => void (await frames.return?.()),
    });
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    if (this.#options.stream === undefined)
      navigator.mediaDevices.removeEventListener('devicechange', this.#devicesChanged);
    await this.#inTurn(async () => {
      await this.#line?.close();
      this.#line = null;
    });
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  #setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
    this.#line?.setMuted(isMuted);
  }

  async #open(deviceId: string | undefined): Promise<InputLine> {
    const { echoCancellation = true, noiseSuppression = true, autoGainControl = true, stream } = this.#options;
    const device = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
    const line: InputLine = await openInputLine({
      source: stream ?? { channelCount: 1, echoCancellation, noiseSuppression, autoGainControl, ...device },
      settings: { sampleRate: this.sampleRate, frameSamples: Math.round((this.sampleRate * this.#frameMs) / 1000) },
      isMuted: this.#isMuted,
      context: this.#options.context,
      workletUrl: this.#options.workletUrl,
      heard: ({ samples, level }) => {
        if (line === this.#line) this.#heard(samples, level);
      },
      ended: () => void this.#inTurn(() => this.#deviceGone(line)),
    });
    return line;
  }

  #heard(samples: Int16Array<ArrayBuffer>, level: Level): void {
    const { onFrame, onLevel } = this.#options;
    guarded(() => onFrame?.(samples), reportHandlerError);
    guarded(() => onLevel?.(level), reportHandlerError);
    for (const reader of this.#readers) reader.push(samples);
  }

  /** Opens the next device before it lets go of the last. */
  async #moveTo(deviceId: string | undefined): Promise<void> {
    const next = await this.#open(deviceId);
    // Muted while it was opened?
    next.setMuted(this.#isMuted);
    await this.#line?.close();
    this.#line = next;
    this.#tell({ device: { deviceId: next.deviceId, label: next.label }, error: null });
  }

  /** The device that is heard has gone: on with the default one, or with none. */
  async #deviceGone(line: InputLine): Promise<void> {
    if (line !== this.#line || this.#isStopped) return;
    await line.close();
    this.#line = null;
    if (this.#options.stream !== undefined) return this.#tell({ device: null, error: new AudioDeviceError('stopped') });
    await this.#moveTo(undefined).catch((error: unknown) => this.#tell({ device: null, error: asDeviceError(error) }));
  }

  readonly #devicesChanged = (): void => void this.#inTurn(() => this.#followDevices());

  /** Devices came or went: the wanted one may be back, another may be the default now, or there is one at last. */
  async #followDevices(): Promise<void> {
    if (this.#isStopped) return;
    const before = this.#defaultGroup;
    this.#defaultGroup = await defaultInput();
    const wanted = this.#wantedId;
    const isBack = wanted !== undefined && this.#line?.deviceId !== wanted && (await hasInput(wanted));
    const isNewDefault = wanted === undefined && this.#defaultGroup !== before;
    if (this.#line !== null && !isBack && !isNewDefault) return;
    // What can't be opened leaves things as they are: the next change of devices tries again.
    await this.#moveTo(isBack ? wanted : undefined).catch(() => {});
  }

  #tell(change: DeviceChange): void {
    guarded(() => this.#options.onDevice?.(change), reportHandlerError);
  }

  #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
