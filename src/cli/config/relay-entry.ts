import * as z from 'zod';
import { addressShape } from '../../server/relay/address.ts';
import { lockedFields } from '../../server/relay/locked-fields.ts';
import { dialectNames, strategies } from '../../server/relay/options.ts';
import { key, oneOf, section, text, whole } from './field.ts';

const addressError = 'must be a URL such as wss://host/v1/realtime, without a user name';

const address = z.string({ error: addressError }).regex(addressShape, { error: addressError });

const upstream = section({
  name: key('Names it in logs and metrics. Default: its kind.', text('a name')),
  kind: key('What kind of endpoint it is. Default generic.', oneOf(dialectNames)),
  url: key(
    'Its address: wss://host/v1/realtime, or https://host for the kinds of Azure. May be left out for openai and xai.',
    address,
  ),
  api_key: key('The key for it, sent the way its kind wants it.', text('an API key')),
  headers: key(
    'Further headers of the handshake.',
    z.record(z.string(), z.string({ error: 'must be text' }), { error: 'must hold headers and their values' }),
  ),
  deployment: key('Azure: the deployment that answers. Default: the model.', text('the name of a deployment')),
  api_version: key('Azure preview: default 2025-04-01-preview.', text('a version')),
  transcription_model: key(
    'Put in place of the transcription model that clients name: Azure wants the name of a deployment.',
    text('the name of a model'),
  ),
  weight: key('Its share of the sessions among upstreams of the same priority. Default 1.', whole(1, 1_000_000)),
  priority: key('It is tried only if none with a lower number takes the session. Default 1.', whole(1, 1_000)),
});

const connect = section({
  timeout_ms: key('Time that one upstream has to send its first frame. Default 5000.', whole(1, 600_000)),
  total_ms: key('Time that all tries have together while the client waits. Default 10000.', whole(1, 600_000)),
  tries: key('How many upstreams are tried at the most. Default: each once.', whole(1, 1_000)),
});

const health = section({
  failures: key('So many failures within window_s put an upstream out of use. Default 3.', whole(1, 1_000)),
  window_s: key('The time in which failures count, in seconds. Default 30.', whole(1, 86_400)),
  out_s: key(
    'How long it is out, in seconds; doubled each time that it fails again, up to 300. Default 10.',
    whole(1, 300),
  ),
});

const keepalive = section({
  ping_s: key(
    'Time without a frame in one direction after which a ping is sent, in seconds. Default 15.',
    whole(1, 3_600),
  ),
  dead_s: key(
    'Time without a byte after which the other end counts as dead, in seconds. Default 60.',
    whole(1, 86_400),
  ),
});

const relay = section(
  {
    model: key(
      'The model that upstreams are asked for. Default: the name that the client asked for.',
      text('the name of a model'),
    ),
    upstreams: z
      .array(upstream, { error: 'must be a list of upstreams, e.g. [{ kind: openai, api_key: … }]' })
      .min(1, { error: 'must name at least one upstream' })
      .describe('The endpoints that answer, one of them for each session.'),
    strategy: key(
      'In which order upstreams of one priority are tried: by chance in proportion to their weights, as listed, or those with the fewest sessions first. Default weighted.',
      oneOf(strategies),
    ),
    connect: key('How long the server looks for an upstream for a session.', connect),
    health: key('When an upstream is out of use.', health),
    keepalive: key('How both connections of a session are kept alive.', keepalive),
    lock: key(
      'What clients may not change.',
      z.array(oneOf(lockedFields), { error: `must be a list out of ${lockedFields.join(', ')}` }),
    ),
    session: key(
      "Sent upstream as a session.update before anything of the client's.",
      z.record(z.string(), z.unknown(), { error: 'must hold the settings of a session' }),
    ),
    pass_headers: key(
      "Headers of the client's request that are passed on.",
      z.array(text('the name of a header'), { error: 'must be a list of names of headers' }),
    ),
  },
  () => 'must be the URL of an endpoint, or hold upstreams',
);

/** A relay: its upstreams, or in short the URL of the only one. */
export const relayEntry = z.union([address, relay], {
  error: 'must be the URL of an endpoint such as wss://host/v1/realtime, or hold upstreams',
});

export type RelayEntry = z.infer<typeof relayEntry>;

/** What the parts of a relay are called in the published JSON Schema. */
export const relayNames: readonly (readonly [schema: z.ZodType, name: string])[] = [
  [relay, 'Relay'],
  [upstream, 'Upstream'],
];
