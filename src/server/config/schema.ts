import * as z from 'zod';
import { logLevels } from '../log-lines.ts';

/** A whole number in a range; the message says the range whatever is wrong with the value. */
function whole(min: number, max: number): z.ZodNumber {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.int({ error }).min(min, { error }).max(max, { error });
}

function text(what: string): z.ZodString {
  return z.string({ error: `must be ${what}` }).min(1, { error: `must be ${what}` });
}

function flag(): z.ZodBoolean {
  return z.boolean({ error: 'must be true or false' });
}

/** A mapping that takes these keys and no other. */
function section<T extends z.ZodRawShape>(shape: T): z.ZodObject<T, z.core.$strict> {
  const keys = Object.keys(shape).join(', ');
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? `it takes ${keys}` : 'must hold keys and values'),
  });
}

/** A part of the file that is understood, but not served yet. */
function notYet(): z.ZodOptional<z.ZodNever> {
  return z.optional(z.never({ error: 'is not available yet; remove it' }));
}

const origin = z
  .string({ error: 'must be an origin such as "https://app.example"' })
  .regex(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]+$/i, {
    error: 'must be an origin such as "https://app.example", without a path',
  });

/** One model on offer. */
const model = section({
  /** A scenario file, relative to the configuration file: a script plays the model. */
  scenario: z.optional(text('the path of a scenario file')),
  pipeline: notYet(),
  speech_to_speech: notYet(),
  relay: notYet(),
}).refine((entry) => entry.scenario !== undefined, {
  error: 'must say what the model is, e.g. { scenario: ./scenario.yaml }',
});

/** The configuration file, after `${NAME}` has been filled in. Every key may be left out. */
export const configSchema = section({
  /** Address to bind. Default 127.0.0.1. */
  host: z.optional(text('a host name or address')),
  /** Port to bind; 0 picks a free one. Default 8080. */
  port: z.optional(whole(0, 65_535)),
  auth: z.optional(
    section({
      /** Keys that clients must present. None: no key is needed, and only a loopback host may be bound. */
      keys: z.optional(z.array(text('an API key'), { error: 'must be a list of API keys' })),
      /** Origins of web pages that may connect, besides loopback ones. */
      allowed_origins: z.optional(z.array(origin, { error: 'must be a list of origins' })),
    }),
  ),
  /** PEM files, relative to the configuration file; both or neither. */
  tls: z.optional(section({ cert: text('the path of a PEM file'), key: text('the path of a PEM file') })),
  limits: z.optional(
    section({
      /** Sessions open at the same time. Default 200. */
      sessions: z.optional(whole(1, 1_000_000)),
      /** Age at which a session ends, in minutes. Default 60. */
      session_minutes: z.optional(whole(1, 1440)),
      /** Largest frame from a client, in bytes. Default 21,000,000. */
      frame_bytes: z.optional(whole(1024, 1_000_000_000)),
      /** Input audio that one session may hold, in seconds. Default 600. */
      buffered_audio_seconds: z.optional(whole(1, 86_400)),
      /** Bytes that may wait for a slow reader. Default 16,000,000. */
      unsent_bytes: z.optional(whole(1024, 1_000_000_000)),
    }),
  ),
  log: z.optional(
    section({
      /** Default info. */
      level: z.optional(z.enum(logLevels, { error: `must be one of ${logLevels.join(', ')}` })),
      transcripts: z.optional(z.literal(false, { error: 'can only be false for now' })),
    }),
  ),
  compatibility: z.optional(
    section({
      /** What to do with clients that ask for the beta API. Default ignore. */
      beta_header: z.optional(
        z.enum(['ignore', 'strict', 'translate'], { error: 'must be one of ignore, strict, translate' }),
      ),
      /** Also send conversation.created after session.created. Default false. */
      send_conversation_created: z.optional(flag()),
    }),
  ),
  mcp: notYet(),
  /** The models on offer by name; `*` answers to every name that is not listed. Default: echo under every name. */
  models: z.optional(
    z
      .record(z.string(), model, { error: 'must hold one entry for each model' })
      .refine((entries) => Object.keys(entries).length > 0, {
        error: 'must hold at least one model',
      }),
  ),
});

/** What a configuration file says. */
export type ConfigFile = z.infer<typeof configSchema>;
