import type { Carrier, StreamStart } from './carrier.ts';
import { codingOf } from './coding.ts';
import { countAt, type Fields, fieldsAt, textAt, textsAt } from './fields.ts';
import { messageReader } from './messages.ts';

/** Media streams of Twilio, and of those who speak as it does: https://www.twilio.com/docs/voice/media-streams/websocket-messages */
export const twilio: Carrier = {
  name: 'twilio',
  read: messageReader(startOf),
  media: (streamSid, payload) => JSON.stringify({ event: 'media', streamSid, media: { payload } }),
  mark: (streamSid, name) => JSON.stringify({ event: 'mark', streamSid, mark: { name } }),
  clear: (streamSid) => JSON.stringify({ event: 'clear', streamSid }),
};

function startOf(fields: Fields): StreamStart {
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
