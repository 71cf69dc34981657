import type { Item } from '../../src/protocol/types.ts';

/** What the user said, wrote and showed, with the null that the wire has. */
export const userItem: Item = {
  id: 'item_1',
  object: 'realtime.item',
  type: 'message',
  status: 'completed',
  role: 'user',
  content: [
    { type: 'input_audio', transcript: null },
    { type: 'input_text', text: 'Hello' },
    { type: 'input_image', image_url: 'data:image/png;base64,AAAA', detail: 'high' },
  ],
};

/** A function call as it begins. */
export const callItem: Item = {
  id: 'item_2',
  type: 'function_call',
  status: 'in_progress',
  call_id: 'call_1',
  name: 'get_weather',
  arguments: '',
};
