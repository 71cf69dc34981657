import type { Model } from '../../engines/contract.ts';
import type { Relay } from '../../server/relay/options.ts';
import type { PresetOptions } from '../presets/preset-entry.ts';

/** Models, and relays to models, by the name that clients ask for. */
export type Models = Readonly<Record<string, Model | Relay>>;

export interface LoadOptions extends PresetOptions {
  /** Is told in one line what a model can't do that people expect of it. Default: nobody is. */
  readonly tell?: (lack: string) => void;
}
