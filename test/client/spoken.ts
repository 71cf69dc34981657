import type { AnyServerEvent } from '../../src/client/index.ts';

export const event = (type: string, fields: object): AnyServerEvent => ({ type, ...fields }) as AnyServerEvent;
export const created = (id: string, more: object = {}) =>
  event('response.created', { response: { id, conversation_id: 'conv', ...more } });
export const done = (id: string) => event('response.done', { response: { id, status: 'completed' } });
export const part = (item_id: string, response_id = 'r', content_index = 0) =>
  event('response.content_part.added', {
    response_id,
    item_id,
    output_index: 0,
    content_index,
    part: { type: 'audio', transcript: '' },
  });
export const sound = (item_id: string, bytes: number, response_id = 'r', content_index = 0) =>
  event('response.output_audio.delta', {
    response_id,
    item_id,
    output_index: 0,
    content_index,
    delta: Buffer.alloc(bytes).toString('base64'),
  });
export const ended = (item_id: string, content_index = 0) =>
  event('response.output_audio.done', { response_id: 'r', item_id, output_index: 0, content_index });
