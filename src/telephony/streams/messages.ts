import type { Carrier, StreamMessage, StreamStart } from './carrier.ts';
import { keyOf } from './coding.ts';
import { bytesAt, countAt, type Fields, fieldsAt, fieldsIn, textAt } from './fields.ts';

/** Reads what carriers say; each has words of its own only for how a stream begins. */
export function messageReader(startOf: (fields: Fields) => StreamStart): Carrier['read'] {
  return (frame) => {
    const fields = fieldsIn(frame);
    return fields === null ? null : messageOf(fields, startOf);
  };
}

function messageOf(fields: Fields, startOf: (fields: Fields) => StreamStart): StreamMessage {
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
