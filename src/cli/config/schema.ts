import * as z from 'zod';
import { iceUrlShape } from '../../media/node/ice-servers.ts';
import { mcpConnectors } from '../../protocol/schemas/tool.ts';
import { connectorShape, patternShape } from '../../server/mcp/rules.ts';
import { isNodeUrl } from '../../server/nodes/reach.ts';
import { redisUrlShape } from '../../state/redis/url.ts';
import { redactions } from '../../take/format.ts';
import { logLevels } from '../log-lines.ts';
import { flag, key, oneOf, section, text, whole } from './field.ts';
import { keyEntry } from './key-entry.ts';
import { modelEntry } from './model-entry.ts';
import { telephonyEntry } from './telephony-entry.ts';

const origin = z
  .string({ error: 'must be an origin such as "https://app.example"' })
  .regex(/^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#]+$/, {
    error: 'must be an origin such as "https://app.example", without a path',
  });

const hostName = z
  .string({ error: 'must be a host name or address such as "voice.example", without a scheme or port' })
  .regex(/^(?:[^\s/?#@:[\]\\]+|\[?[0-9A-Fa-f:.]+\]?)$/, {
    error: 'must be a host name or address such as "voice.example", without a scheme or port',
  });

const auth = section({
  keys: key(
    'Keys that clients must present, each by itself or with what its sessions may do. Without keys, none is needed, and only a loopback host may be bound.',
    z.array(keyEntry, { error: 'must be a list of API keys' }),
  ),
  admin_keys: key(
    'Keys of operators, for /admin/sessions. Without them, /admin/sessions is open if there are no keys at all, and shut if clients need one.',
    z.array(text('an API key'), { error: 'must be a list of API keys' }),
  ),
  allowed_origins: key(
    'Origins of web pages that may connect, besides loopback ones.',
    z.array(origin, { error: 'must be a list of origins' }),
  ),
  allowed_hosts: key(
    'Host names under which a server without keys answers, besides those of loopback and host. A server with keys answers under any name.',
    z.array(hostName, { error: 'must be a list of host names' }),
  ),
});

const tls = section({
  cert: text('the path of a PEM file').describe('Certificate chain, relative to the configuration file.'),
  key: text('the path of a PEM file').describe('Key of the certificate, relative to the configuration file.'),
});

const limits = section({
  sessions: key('Sessions open at the same time. Default 200.', whole(1, 1_000_000)),
  session_minutes: key('Age at which a session ends, in minutes. Default 60.', whole(1, 1440)),
  frame_bytes: key('Largest frame from a client, in bytes. Default 21000000.', whole(1024, 1_000_000_000)),
  buffered_audio_seconds: key('Input audio that one session may hold, in seconds. Default 600.', whole(1, 86_400)),
  unsent_bytes: key('Bytes that may wait for a slow reader. Default 16000000.', whole(1024, 1_000_000_000)),
  responses: key('Responses that one session may have under way. Default 32.', whole(1, 10_000)),
  voices: key(
    'Texts that are being spoken at the same time, over all sessions; more wait their turn. Default 64.',
    whole(1, 10_000),
  ),
  items: key('Items that the conversation of one session may have. Default 100000.', whole(1, 10_000_000)),
  conversation_bytes: key(
    'Bytes that the conversation of one session may hold. Default 32000000.',
    whole(1024, 10_000_000_000),
  ),
  total_bytes: key(
    'Bytes that all sessions of the process may hold together. Default 1000000000.',
    whole(1024, 1_000_000_000_000),
  ),
  secrets: key('Client secrets that may be valid at the same time. Default 10000.', whole(1, 10_000_000)),
  secret_bytes: key('Bytes that the session of a client secret may have as JSON. Default 65536.', whole(64, 1_000_000)),
});

const log = section({
  level: key('How much is logged. Default info.', oneOf(logLevels)),
  transcripts: key('Whether what users and models say is logged, at level info. Default false.', flag()),
});

const compatibility = section({
  beta_header: key(
    'What to do with clients that ask for the beta API. Default ignore: they get the GA shape all the same.',
    oneOf(['ignore', 'strict', 'translate']),
  ),
  send_conversation_created: key('Whether conversation.created follows session.created. Default false.', flag()),
});

const mcp = section({
  allow: key(
    'Patterns of their URLs. A loopback, private or link-local address is reached only if the address itself is listed.',
    z.array(
      z
        .string({ error: 'must be a pattern such as "https://mcp.example/*"' })
        .regex(patternShape, { error: 'must be a pattern such as "https://mcp.example/*"' }),
      { error: 'must be a list of patterns such as "https://mcp.example/*"' },
    ),
  ),
  connectors: key(
    'URLs of the servers that clients name by connector_id.',
    z.partialRecord(
      z.enum(mcpConnectors, { error: `must have keys out of ${mcpConnectors.join(', ')}` }),
      z
        .string({ error: 'must be an http or https URL' })
        .regex(connectorShape, { error: 'must be an http or https URL, without a user name' }),
      { error: 'must hold connectors and their URLs' },
    ),
  ),
});

const addressMistake = 'must be an address such as 203.0.113.7 or 2001:db8::7';
const address = z
  .string({ error: addressMistake })
  .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]+)$/, { error: addressMistake });

const iceUrlMistake = 'must be the URL of a STUN or TURN server such as "turn:turn.example:3478"';
const iceUrl = z.string({ error: iceUrlMistake }).regex(iceUrlShape, { error: iceUrlMistake });

const iceServer = section({
  urls: z
    .union([iceUrl, z.array(iceUrl)], { error: iceUrlMistake })
    .describe('Where the server is: one URL, or several.'),
  username: key('The user name at a TURN server.', text('a user name')),
  credential: key('The password of that user.', text('a password')),
});

const resume = section({
  keep_s: key(
    'How long a conversation can be resumed after its client has left, in seconds. Default 3600.',
    whole(1, 604_800),
  ),
  grace_s: key('How long a session goes on after its connection was lost, in seconds. Default 30.', whole(0, 3600)),
  renew: key('Resuming a session starts its age from zero. Default true.', flag()),
});

const drain = section({
  seconds: key(
    'How long the sessions that are open have to finish once the server is told to stop, in seconds. Default 10.',
    whole(1, 86_400),
  ),
});

const webrtc = section({
  udp_port: key('The UDP port of all calls; 0 picks a free one. Default 0.', whole(0, 65_535)),
  public_ip: key(
    'Addresses at which peers reach this server, if it is behind NAT.',
    z.array(address, { error: 'must be a list of addresses' }),
  ),
  ice_servers: key(
    'STUN and TURN servers that this server asks. With any of them, each call has a UDP port of its own.',
    z.array(iceServer, { error: 'must be a list of servers such as { urls: "stun:stun.example" }' }),
  ),
});

const record = section({
  dir: text('the path of a folder').describe('The folder of the takes, relative to this file.'),
  sample: key(
    'The share of sessions that are recorded, from 0 to 1. Default 1.',
    z
      .number({ error: 'must be a number from 0 to 1' })
      .min(0, { error: 'must be a number from 0 to 1' })
      .max(1, { error: 'must be a number from 0 to 1' }),
  ),
  when: key(
    'Which sessions are kept: all of them (always), or only those in which something went wrong (error). Default always.',
    oneOf(['always', 'error']),
  ),
  keep_days: key('Days after which a take is deleted. Default: never.', whole(1, 36_500)),
  max_mb: key(
    'Millions of bytes that all takes may take up; then the oldest are deleted. Default: no bound.',
    whole(1, 1_000_000_000),
  ),
  redact: key(
    'What is left out, besides keys, tokens and secrets, which always are.',
    z.array(oneOf(redactions), { error: `must be a list out of ${redactions.join(', ')}` }),
  ),
});

const redisMistake = 'must be an address such as "redis://127.0.0.1:6379"';
const nodeUrlMistake = 'must be a URL such as "http://10.0.0.5:8080", without a path';

const state = section({
  redis: key(
    'The address of the Redis server, or of any other server with its protocol. Default: nothing is shared.',
    z.string({ error: redisMistake }).regex(redisUrlShape, { error: redisMistake }),
  ),
  prefix: key('What every key in it begins with. Default "antiphon:".', text('a text')),
  secret: key(
    'A secret that all nodes share and nobody else knows; shared state needs it. The variable ANTIPHON_STATE_SECRET does the same.',
    text('a text that only the nodes know'),
  ),
  when_down: key(
    'What happens to new sessions while Redis does not answer. Default local: each node goes on with what it knows; refuse turns new sessions away.',
    oneOf(['local', 'refuse']),
  ),
});

const node = section({
  url: key(
    'The address at which the other nodes reach this one. Needed with shared state, unless the host is loopback.',
    z.string({ error: nodeUrlMistake }).refine(isNodeUrl, { error: nodeUrlMistake }),
  ),
});

const models = z
  .record(z.string(), modelEntry, {
    error: 'must hold one entry for each model: write { NAME: { speech_to_speech: echo } }',
  })
  .refine((entries) => Object.keys(entries).length > 0, { error: 'must hold at least one model' })
  .meta({ minProperties: 1 });

/** The configuration file, after `${NAME}` has been filled in. Every key may be left out. */
export const configSchema = section({
  host: key('Address to bind. Default 127.0.0.1.', text('a host name or address')),
  port: key('Port to bind; 0 picks a free one. Default 8080.', whole(0, 65_535)),
  auth: key('Who may connect.', auth),
  prices: key(
    'A file with what models cost, relative to this one. What OpenAI publishes about its own models is built in, and the file wins.',
    text('the path of a file of prices'),
  ),
  tls: key('Serve https and wss.', tls),
  limits: key('How much sessions may use.', limits),
  resume: key('How long a conversation can be resumed, if its client asks for that.', resume),
  drain: key('How the server stops.', drain),
  state: key('What the nodes of one endpoint share.', state),
  node: key('How this server is one of those nodes.', node),
  webrtc: key('How calls over WebRTC reach the server.', webrtc),
  telephony: key('Which telephone calls are answered. Default: none.', telephonyEntry),
  record: key('Write sessions down as takes. Default: none.', record),
  log: key('What is written to standard error.', log),
  compatibility: key('How to treat clients that expect other behaviour.', compatibility),
  mcp: key('The MCP servers whose tools clients may use. Default: none.', mcp),
  models: key(
    'The models on offer by name; "*" answers to every name that is not listed. Default: the echo under every name; if OPENAI_API_KEY is set, a pipeline of models of OpenAI.',
    models,
  ),
});

/** What a configuration file says. */
export type ConfigFile = z.infer<typeof configSchema>;
