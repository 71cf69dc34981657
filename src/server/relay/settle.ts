import { SetupError } from '../setup-error.ts';
import { addressShape } from './address.ts';
import { dialects } from './dialects.ts';
import type { RelayOptions, RelaySettings, UpstreamOptions, UpstreamSettings } from './options.ts';

/**
 * Fills in defaults. `name` is the model's, for the mistakes.
 *
 * @throws {SetupError} without upstreams, for an upstream without or with an unusable URL, and for two of one name.
 */
export function settleRelay(name: string, options: RelayOptions): RelaySettings {
  const { connect = {}, health = {}, keepalive = {} } = options;
  const upstreams = named(options.upstreams).map((upstream) => settleUpstream(name, upstream));
  if (upstreams.length === 0) throw mistake(name, 'has no upstreams: name at least one');
  const twice = upstreams.find((one, index) => upstreams.findIndex((other) => other.name === one.name) !== index);
  if (twice !== undefined) throw mistake(name, `has two upstreams called ${twice.name}: give each a name of its own`);
  return {
    model: options.model ?? null,
    upstreams,
    strategy: options.strategy ?? 'weighted',
    connect: {
      timeoutMs: connect.timeoutMs ?? 5_000,
      totalMs: connect.totalMs ?? 10_000,
      tries: connect.tries ?? upstreams.length,
    },
    health: {
      failures: health.failures ?? 3,
      windowMs: (health.windowS ?? 30) * 1000,
      outMs: (health.outS ?? 10) * 1000,
    },
    patience: { pingMs: (keepalive.pingS ?? 15) * 1000, deadMs: (keepalive.deadS ?? 60) * 1000 },
    lock: new Set(options.lock),
    session: options.session ?? null,
    passHeaders: (options.passHeaders ?? []).map((header) => header.toLowerCase()),
  };
}

/** Upstreams without a name are called after their kind. */
function named(upstreams: readonly UpstreamOptions[]): readonly (UpstreamOptions & { readonly name: string })[] {
  return upstreams.map((upstream, index) => {
    const { name, kind = 'generic' } = upstream;
    const isAlone =
      upstreams.filter((other) => other.name === undefined && (other.kind ?? 'generic') === kind).length < 2;
    return { ...upstream, name: name ?? (isAlone ? kind : `${kind}-${index + 1}`) };
  });
}

function settleUpstream(model: string, upstream: UpstreamOptions & { readonly name: string }): UpstreamSettings {
  const { name, kind = 'generic' } = upstream;
  const url = upstream.url ?? dialects[kind].url;
  if (url === null) throw mistake(model, `has an upstream without a URL: give ${name} its url`);
  if (!addressShape.test(url) || URL.parse(url) === null) {
    throw mistake(
      model,
      `has an unusable URL for ${name}: write one such as wss://host/v1/realtime, without a user name`,
    );
  }
  return {
    name,
    kind,
    url,
    apiKey: upstream.apiKey ?? null,
    headers: lowerCase(upstream.headers ?? {}),
    deployment: upstream.deployment ?? null,
    apiVersion: upstream.apiVersion ?? '2025-04-01-preview',
    transcriptionModel: upstream.transcriptionModel ?? null,
    weight: upstream.weight ?? 1,
    priority: upstream.priority ?? 1,
  };
}

/** Headers of one name in two spellings would both be sent. */
function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function mistake(model: string, what: string): SetupError {
  return new SetupError('invalid_configuration', `The relay ${model} ${what}.`);
}
