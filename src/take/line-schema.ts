import { redactions } from './format.ts';

const range = {
  description: 'Samples of a file of sound, from the first to the one behind the last.',
  type: 'array',
  prefixItems: [
    { type: 'integer', minimum: 0 },
    { type: 'integer', minimum: 0 },
  ],
  items: false,
  minItems: 2,
  maxItems: 2,
};

const time = {
  description: 'Milliseconds since the connection was opened, with three decimals at most.',
  type: 'number',
};

const file = {
  description: 'The file of its track, where it is not the first: 2 stands for `in-2.wav` or `out-2.wav`.',
  type: 'integer',
  minimum: 2,
};

/** A line with a time and one thing beside it. */
function line(description: string, properties: Readonly<Record<string, object>>, required: readonly string[]): object {
  return {
    description,
    type: 'object',
    properties: { t: { $ref: '#/$defs/Time' }, ...properties },
    required: ['t', ...required],
    additionalProperties: false,
  };
}

const sound = { anyOf: [{ $ref: '#/$defs/Range' }, { type: 'string', contentEncoding: 'base64' }] };

/** One line of a take, as JSON Schema. */
export const takeLineSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'take.json',
  title: 'Antiphon take',
  description: 'A line of a recorded session, of `take.jsonl` in the folder of a take or of a take in one file.',
  anyOf: ['Header', 'ServerFrame', 'ClientFrame', 'Heard', 'Played', 'Closed'].map((name) => ({
    $ref: `#/$defs/${name}`,
  })),
  $defs: {
    Header: {
      description: 'The first line: what the take is.',
      type: 'object',
      properties: {
        take: { description: 'The version of the format.', const: 1 },
        at: { description: 'When the connection was opened.', type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT.*Z$' },
        by: { description: 'The program that recorded it, and its version.', type: 'string' },
        url: { description: 'What was asked for, without anything that opens a door.', type: 'string' },
        transport: { description: 'How the session was reached: `websocket`, `webrtc` and others.', type: 'string' },
        in: { $ref: '#/$defs/Format' },
        out: { $ref: '#/$defs/Format' },
        redacted: {
          description: `What was left out: \`keys\`, and what was asked for of ${redactions.join(', ')}.`,
          type: 'array',
          items: { type: 'string' },
        },
      },
      required: ['take', 'at', 'by', 'url', 'transport', 'in', 'out', 'redacted'],
    },
    ServerFrame: line('A frame from the server.', { '<': { $ref: '#/$defs/Frame' } }, ['<']),
    ClientFrame: line('A frame from the client.', { '>': { $ref: '#/$defs/Frame' } }, ['>']),
    Heard: line('Sound of a track as it was received, of which there are no frames.', { in: sound, file }, ['in']),
    Played: line(
      'Sound of a track as it was played.',
      { out: sound, file, item_id: { description: 'The item that it is of.', type: 'string' } },
      ['out'],
    ),
    Closed: line(
      'The last line: how the session ended.',
      {
        closed: {
          type: 'object',
          properties: {
            by: { description: 'Who closed.', enum: ['server', 'client'] },
            code: { description: 'The close code of the WebSocket.', type: 'integer' },
            reason: { type: 'string' },
          },
          required: ['by', 'code', 'reason'],
          additionalProperties: false,
        },
      },
      ['closed'],
    ),
    Frame: {
      description:
        'The event as it was sent. In a folder `{"$in":[from,to]}` and `{"$out":[from,to]}`, with `file` where it is not the first, stand for the base64 of sound.',
      type: 'object',
      anyOf: [{ $ref: '#/$defs/Binary' }, { $ref: '#/$defs/Text' }, { not: { required: ['$b64'] } }],
    },
    Binary: {
      description: 'A binary frame, as base64.',
      type: 'object',
      properties: { $b64: { type: 'string', contentEncoding: 'base64' } },
      required: ['$b64'],
      additionalProperties: false,
    },
    Text: {
      description: 'A text frame that is no JSON object, or holds keys of a take itself.',
      type: 'object',
      properties: { $text: { type: 'string' } },
      required: ['$text'],
      additionalProperties: false,
    },
    Format: {
      description: 'How sound was held at the opening, always in one channel.',
      type: 'object',
      properties: {
        format: { enum: ['audio/pcm', 'audio/pcmu', 'audio/pcma'] },
        rate: { description: 'Samples in a second.', enum: [24_000, 8000] },
      },
      required: ['format', 'rate'],
      additionalProperties: false,
    },
    Range: range,
    Time: time,
  },
} as const;
