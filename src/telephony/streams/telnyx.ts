import type { Carrier, StreamStart } from './carrier.ts';
import { codingOf } from './coding.ts';
import { countAt, type Fields, fieldsAt, textAt, textsAt } from './fields.ts';
import { messageReader } from './messages.ts';

/** Media streams of Telnyx, whose frames may come in another order: https://developers.telnyx.com/docs/voice/programmable-voice/media-streaming */
export const telnyx: Carrier = {
  name: 'telnyx',
  read: messageReader(startOf),
  // A connection carries one stream, so that what is sent back need not name it.
  media: (_, payload) => JSON.stringify({ event: 'media', media: { payload } }),
  mark: (_, name) => JSON.stringify({ event: 'mark', mark: { name } }),
  clear: () => JSON.stringify({ event: 'clear' }),
};

function startOf(fields: Fields): StreamStart {
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
