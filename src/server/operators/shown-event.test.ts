import { describe, expect, it } from 'vitest';
import { shownEvent } from './shown-event.ts';

describe('an event that an operator is shown', () => {
  it.each([
    [
      { type: 'input_audio_buffer.append', audio: 'AAAA' },
      { type: 'input_audio_buffer.append', audio: '' },
    ],
    [
      { type: 'response.output_audio.delta', delta: 'AAAA', item_id: 'i' },
      { type: 'response.output_audio.delta', delta: '', item_id: 'i' },
    ],
    [
      { type: 'response.output_text.delta', delta: 'Hi' },
      { type: 'response.output_text.delta', delta: 'Hi' },
    ],
    [
      {
        type: 'conversation.item.retrieved',
        item: { content: [{ type: 'input_audio', audio: 'AAAA', transcript: 'hi' }] },
      },
      {
        type: 'conversation.item.retrieved',
        item: { content: [{ type: 'input_audio', audio: '', transcript: 'hi' }] },
      },
    ],
    [
      {
        type: 'session.update',
        session: {
          audio: { input: { format: { type: 'audio/pcm' } } },
          tools: [{ authorization: 'a', headers: { b: 'c' } }],
        },
      },
      {
        type: 'session.update',
        session: { audio: { input: { format: { type: 'audio/pcm' } } }, tools: [{ authorization: '…', headers: '…' }] },
      },
    ],
  ])('has no sound and no secret: %j', (event, shown) => {
    expect(shownEvent(JSON.stringify(event))).toEqual(shown);
  });

  it.each(['', 'sk-key', '[1]', '"text"', '{'])('is none where it is no object: %s', (text) => {
    expect(shownEvent(text)).toBeNull();
  });
});
