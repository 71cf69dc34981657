import type { RelayOptions, UpstreamOptions } from '../../server/relay/options.ts';
import type { RelayEntry } from '../config/relay-entry.ts';
import { given } from './given.ts';

type Section = Exclude<RelayEntry, string>;

/** What an entry of the file asks for. */
export function relayOf(entry: RelayEntry): RelayOptions {
  if (typeof entry === 'string') return { upstreams: [{ url: entry }] };
  const { model, upstreams, strategy, connect = {}, health = {}, keepalive = {}, lock, session, pass_headers } = entry;
  return given({
    model,
    upstreams: upstreams.map(upstreamOf),
    strategy,
    connect: given({ timeoutMs: connect.timeout_ms, totalMs: connect.total_ms, tries: connect.tries }),
    health: given({ failures: health.failures, windowS: health.window_s, outS: health.out_s }),
    keepalive: given({ pingS: keepalive.ping_s, deadS: keepalive.dead_s }),
    lock,
    session,
    passHeaders: pass_headers,
  });
}

function upstreamOf(entry: Section['upstreams'][number]): UpstreamOptions {
  const { name, kind, url, api_key, headers, deployment, api_version, transcription_model, weight, priority } = entry;
  return given({
    name,
    kind,
    url,
    apiKey: api_key,
    headers,
    deployment,
    apiVersion: api_version,
    transcriptionModel: transcription_model,
    weight,
    priority,
  });
}
