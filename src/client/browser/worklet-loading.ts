import { AudioDeviceError, asDeviceError } from './device-error.ts';

/** A processor's name may be registered only once for a context. */
const loaded = new WeakMap<BaseAudioContext, Promise<void>>();

/**
 * Makes our processors known to a context. The script comes out of this package as a `blob:` address, loaded when it is
 * first needed; `moduleUrl` names another place where the page serves `antiphon/client/worklet.js`.
 *
 * @throws {AudioDeviceError} `insecure_page`, `worklet_refused`
 */
export function loadWorklet(context: BaseAudioContext, moduleUrl?: string | URL): Promise<void> {
  const known = loaded.get(context);
  if (known !== undefined) return known;
  const loading = load(context, moduleUrl);
  loaded.set(context, loading);
  loading.catch(() => loaded.delete(context));
  return loading;
}

async function load(context: BaseAudioContext, moduleUrl: string | URL | undefined): Promise<void> {
  // Pages that are not secure have no worklets.
  if (!('audioWorklet' in context)) throw new AudioDeviceError('insecure_page');
  const address = moduleUrl ?? (await blobAddress());
  try {
    await context.audioWorklet.addModule(address);
  } catch (cause) {
    throw new AudioDeviceError('worklet_refused', { cause });
  } finally {
    if (moduleUrl === undefined) URL.revokeObjectURL(String(address));
  }
}

async function blobAddress(): Promise<string> {
  const { workletSource } = await import('./worklet-source.ts');
  return URL.createObjectURL(new Blob([workletSource], { type: 'text/javascript' }));
}

/** A context at the device's own rate: Firefox and Safari connect no others to devices. */
export function openContext(): AudioContext {
  try {
    return new AudioContext({ latencyHint: 'interactive' });
  } catch (cause) {
    throw asDeviceError(cause);
  }
}
