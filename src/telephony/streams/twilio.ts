import type { Carrier, StreamMessage } from './carrier.ts';
import { codingOf, keyOf } from './coding.ts';
import { bytesAt, countAt, type Fields, fieldsAt, fieldsIn, textAt, textsAt } from './fields.ts';

/** Media streams of Twilio, and of those who speak as it does: https://www.twilio.com/docs/voice/media-streams/websocket-messages */
export const twilio: Carrier = {
  name: 'twilio',
  read(frame) {
    const fields = fieldsIn(frame);
    return fields === null ? null : messageOf(fields);
  },
  media: (streamSid, payload) => JSON.stringify({ event: 'media', streamSid, media: { payload } }),
  mark: (streamSid, name) => JSON.stringify({ event: 'mark', streamSid, mark: { name } }),
  clear: (streamSid) => JSON.stringify({ event: 'clear', streamSid }),
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
    default:
      return { is: 'other' };
  }
}

function startOf(fields: Fields): StreamMessage {
  const start = fieldsAt(fields, 'start');
  const format = fieldsAt(start, 'mediaFormat');
  return {
    is: 'start',
    streamId: textAt(fields, 'streamSid') ?? textAt(start, 'streamSid') ?? '',
    carrierCallId: textAt(start, 'callSid'),
    parameters: textsAt(start, 'customParameters'),
    coding: codingOf(textAt(format, 'encoding'), countAt(format, 'sampleRate'), countAt(format, 'channels')),
  };
}
