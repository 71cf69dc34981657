import type { ShapeCode } from '../../src/protocol/check/problem.ts';

interface Samples {
  readonly todo: string;
  /** Frames that are answered so: text, or binary. */
  readonly frames: readonly (string | 'binary')[];
}

const frame = (type: string, rest: object = {}): string => JSON.stringify({ type, ...rest });
const update = (session: object): string => frame('session.update', { session: { type: 'realtime', ...session } });
const metadata = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`key${index}`, '']));

/** What is wrong with the shape of a frame whatever the session is about: frames that show each code, and what to do. */
export const shapeSamples: Readonly<Record<ShapeCode, Samples>> = {
  invalid_json: { todo: 'Send one JSON object a frame.', frames: ['{"type":'] },
  invalid_event: {
    todo: 'Send events as text frames: an object with a `type`, within the bounds of size, depth and number of values.',
    frames: ['binary', '[]', '{}'],
  },
  missing_required_parameter: {
    todo: 'Give the field that `param` names.',
    frames: [frame('conversation.item.delete')],
  },
  unknown_parameter: {
    todo: 'Leave the field out, or correct its spelling: fields that the API does not name are refused at every depth.',
    frames: [update({ temperatur: 1 })],
  },
  invalid_type: { todo: 'Give a value of the type that the message names.', frames: [update({ instructions: 7 })] },
  invalid_value: {
    todo: 'Use one of the values that the message names; sound is base64.',
    frames: [
      frame('response.start'),
      update({ output_modalities: ['video'] }),
      frame('input_audio_buffer.append', { audio: '?' }),
    ],
  },
  string_above_max_length: {
    todo: 'Shorten it. One append takes 15 MiB of sound: send it in several.',
    frames: [frame('response.create', { response: { metadata: { key: 'x'.repeat(513) } } })],
  },
  array_below_min_length: {
    todo: 'Give at least one member, or leave the field out.',
    frames: [update({ audio: { input: { transcription: { model: 'm', languages: [] } } } })],
  },
  array_above_max_length: {
    todo: 'Give fewer members.',
    frames: [update({ tools: Array.from({ length: 1001 }, () => ({ type: 'function', name: 'f' })) })],
  },
  object_above_max_properties: {
    todo: 'Give fewer keys.',
    frames: [frame('response.create', { response: { metadata } })],
  },
  integer_below_min_value: {
    todo: 'Give a number within the bounds.',
    frames: [frame('conversation.item.truncate', { item_id: 'item_1', content_index: 0, audio_end_ms: -1 })],
  },
  integer_above_max_value: {
    todo: 'Give a number within the bounds.',
    frames: [update({ max_output_tokens: 5000 })],
  },
  decimal_below_min_value: {
    todo: 'Give a number within the bounds.',
    frames: [update({ audio: { output: { speed: 0 } } })],
  },
  decimal_above_max_value: {
    todo: 'Give a number within the bounds.',
    frames: [update({ audio: { output: { speed: 9 } } })],
  },
};
