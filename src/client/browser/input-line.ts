import { canResample } from '../../audio/resample.ts';
import { AudioDeviceError, asDeviceError } from './device-error.ts';
import { type CaptureSettings, captureName, type FromCapture, type ToCapture } from './worklet/messages.ts';
import { loadWorklet, openContext } from './worklet-loading.ts';

/** Where sound comes from, and how it is to be treated. */
export interface InputLineOptions {
  /** What to ask the browser for, or a stream that is there. */
  readonly source: MediaTrackConstraints | MediaStream;
  readonly settings: CaptureSettings;
  readonly isMuted: boolean;
  /** Used instead of a context of our own, and left open. */
  readonly context: AudioContext | undefined;
  readonly workletUrl: string | URL | undefined;
  heard(message: FromCapture & { tell: 'frame' }): void;
  /** The device is gone, or the permission. */
  ended(): void;
}

/** An open device with the worklet behind it. */
export interface InputLine {
  readonly stream: MediaStream;
  readonly deviceId: string;
  readonly label: string;
  setMuted(isMuted: boolean): void;
  /** Gives the rest of the sound, then lets go of the device. */
  close(): Promise<void>;
}

/** How long the worklet may take for its last words. It takes a few milliseconds, or for ever where it is frozen. */
const lastWordsMs = 500;

/** Opens a device. @throws {AudioDeviceError} */
export async function openInputLine(options: InputLineOptions): Promise<InputLine> {
  // Before anything is awaited, so that the click which led here still counts as leave to make sound.
  const context = options.context ?? openContext();
  const isOwn = options.context === undefined;
  let stream: MediaStream | null = null;
  try {
    // Both at once, so that the first words are not lost.
    const loading = loadWorklet(context, options.workletUrl);
    loading.catch(() => {});
    stream = await openStream(options.source);
    await loading;
    if (!canResample(context.sampleRate, options.settings.sampleRate)) throw new AudioDeviceError('unsupported');
    return lineOf(options, stream, context, isOwn);
  } catch (cause) {
    if (stream !== options.source) release(stream);
    if (isOwn) await context.close();
    throw asDeviceError(cause);
  }
}

async function openStream(source: MediaTrackConstraints | MediaStream): Promise<MediaStream> {
  if (source instanceof MediaStream) return source;
  if (navigator.mediaDevices === undefined) throw new AudioDeviceError('insecure_page');
  return navigator.mediaDevices.getUserMedia({ audio: source });
}

function lineOf(options: InputLineOptions, stream: MediaStream, context: AudioContext, isOwn: boolean): InputLine {
  const [track] = stream.getAudioTracks();
  if (track === undefined) throw new AudioDeviceError('device_not_found');
  const source = context.createMediaStreamSource(stream);
  const node = captureNode(context, options.settings);
  const tell = (message: ToCapture): void => node.port.postMessage(message, []);
  const stopped = new Promise<void>((resolve) => {
    node.port.addEventListener('message', ({ data }: MessageEvent<FromCapture>) =>
      data.tell === 'frame' ? options.heard(data) : resolve(),
    );
  });
  node.port.start();
  const ended = (): void => options.ended();
  const wake = (): void => void (context.state === 'suspended' ? context.resume() : undefined);
  track.addEventListener('ended', ended);
  context.addEventListener('statechange', wake);
  wake();
  tell({ do: 'mute', isMuted: options.isMuted });
  // The worklet's output is silent; without an output it would not be asked to run.
  source.connect(node).connect(context.destination);
  return {
    stream,
    deviceId: track.getSettings().deviceId ?? '',
    label: track.label,
    setMuted: (isMuted) => tell({ do: 'mute', isMuted }),
    async close() {
      track.removeEventListener('ended', ended);
      context.removeEventListener('statechange', wake);
      tell({ do: 'stop' });
      await withinMs(stopped, lastWordsMs);
      source.disconnect();
      node.disconnect();
      if (stream !== options.source) release(stream);
      if (isOwn) await context.close();
    },
  };
}

function captureNode(context: AudioContext, settings: CaptureSettings): AudioWorkletNode {
  return new AudioWorkletNode(context, captureName, {
    numberOfInputs: 1,
    numberOfOutputs: 1,
    outputChannelCount: [1],
    processorOptions: settings,
  });
}

function release(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** Waits for a promise, but not for longer. */
export async function withinMs(promise: Promise<void>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
