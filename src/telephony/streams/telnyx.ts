import type { Carrier, StreamMessage } from './carrier.ts';
import { codingOf, keyOf } from './coding.ts';
import { bytesAt, countAt, type Fields, fieldsAt, fieldsIn, textAt, textsAt } from './fields.ts';

/** Media streams of Telnyx, whose frames may come in another order: https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming */
export const telnyx: Carrier = {
  name: 'telnyx',
  read(frame) {
    const fields = fieldsIn(frame);
    return fields === null ? null : messageOf(fields);
  },
  // A connection carries one stream, so that what is sent back need not name it.
  media: (_, payload) => JSON.stringify({ event: 'media', media: { payload } }),
  mark: (_, name) => JSON.stringify({ event: 'mark', mark: { name } }),
  clear: () => JSON.stringify({ event: 'clear' }),
};

function messageOf(fields: Fields): StreamMessage {
  switch (fields['event']) {
    case 'start':
      return startOf(fields);
    case 'media': {
      const media = fieldsAt(fields, 'media');
      if (textAt(media, 'track') === 'outbound') return { is: 'other' };
      const [chunk, timestampMs] = [countAt(media, 'chunk'), countAt(media, 'timestamp')];
      return { is: 'media', chunk, timestampMs, audio: bytesAt(media, 'payload') };
    }
    case 'mark':
      return { is: 'mark', name: textAt(fieldsAt(fields, 'mark'), 'name') ?? '' };
    case 'dtmf':
      return keyOf(textAt(fieldsAt(fields, 'dtmf'), 'digit'));
    case 'stop':
      return { is: 'stop' };
    case 'error': {
      const error = fieldsAt(fields, 'payload');
      return { is: 'error', message: textAt(error, 'detail') ?? textAt(error, 'title') ?? 'no reason was given' };
    }
    default:
      return { is: 'other' };
  }
}

function startOf(fields: Fields): StreamMessage {
  const start = fieldsAt(fields, 'start');
  const format = fieldsAt(start, 'media_format');
  return {
    is: 'start',
    streamId: textAt(fields, 'stream_id') ?? '',
    carrierCallId: textAt(start, 'call_control_id'),
    parameters: textsAt(start, 'custom_parameters'),
    coding: codingOf(textAt(format, 'encoding'), countAt(format, 'sample_rate'), countAt(format, 'channels')),
  };
}
