import { serve } from './serve.ts';
import type { ServeFlags } from './settings.ts';

/** The flags of `antiphon record`. */
export interface RecordFlags extends Pick<ServeFlags, 'host' | 'port' | 'apiKey' | 'logLevel'> {
  readonly out: string;
  /** For the endpoint. */
  readonly key?: string;
}

/** `antiphon record`: a relay that records. */
export async function record(url: string, { out, key, ...flags }: RecordFlags): Promise<void> {
  return serve({ ...flags, relay: url, record: out, ...(key === undefined ? {} : { relayKey: key }) });
}
