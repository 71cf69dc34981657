import { describe, expect, it } from 'vitest';
import { type SessionScript, sessionScript, typesOf } from '../../testing/session-script.ts';
import { entriesOf } from '../conversation/item-list.ts';

/** A session with transcription on (unless said otherwise) and one committed item. */
function committed(options: { readonly on?: boolean; readonly logprobs?: boolean; readonly model?: string } = {}): {
  script: SessionScript;
  itemId: string;
} {
  const script = sessionScript();
  script.client({
    type: 'session.update',
    session: {
      type: 'realtime',
      ...(options.logprobs === true ? { include: ['item.input_audio_transcription.logprobs'] } : {}),
      audio: {
        input: {
          turn_detection: null,
          transcription: options.on === false ? null : { model: options.model ?? 'gpt-4o-transcribe' },
        },
      },
    },
  });
  script.append(500);
  const [event] = script.client({ type: 'input_audio_buffer.commit' });
  return { script, itemId: event?.type === 'input_audio_buffer.committed' ? event.item_id : '' };
}

const logprobs = [{ token: 'hi', bytes: [104, 105], logprob: -0.1 }];

describe('input transcription', () => {
  it('tells deltas and then exactly one end', () => {
    const { script, itemId } = committed();
    const events = script.transcriber(
      itemId,
      { type: 'delta', text: 'hel' },
      { type: 'delta', text: 'lo' },
      { type: 'completed', transcript: 'hello' },
    );
    expect(typesOf(events)).toEqual([
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.delta',
      'conversation.item.input_audio_transcription.completed',
    ]);
    expect(events.at(-1)).toMatchObject({
      transcript: 'hello',
      content_index: 0,
      usage: { type: 'duration', seconds: 0.5 },
    });
    expect(script.transcriber(itemId, { type: 'completed', transcript: 'again' })).toEqual([]);
  });

  it('shows the transcript in the item from then on', () => {
    const { script, itemId } = committed();
    script.transcriber(itemId, { type: 'completed', transcript: 'hello' });
    expect(script.client({ type: 'conversation.item.retrieve', item_id: itemId })[0]).toMatchObject({
      item: { content: [{ type: 'input_audio', transcript: 'hello' }] },
    });
  });

  it('tells nothing where it is off, but the model has the words', () => {
    const { script, itemId } = committed({ on: false });
    expect(
      script.transcriber(itemId, { type: 'delta', text: 'hello' }, { type: 'completed', transcript: 'hello' }),
    ).toEqual([]);
    expect(entriesOf(script.session.conversation.items)[0]).toMatchObject({
      words: 'hello',
      item: { content: [{ transcript: null }] },
    });
  });

  it('gives log probabilities only where they were asked for', () => {
    const plain = committed();
    const [without] = plain.script.transcriber(plain.itemId, { type: 'delta', text: 'hi', logprobs });
    expect(without).not.toHaveProperty('logprobs');
    const asked = committed({ logprobs: true });
    expect(asked.script.transcriber(asked.itemId, { type: 'delta', text: 'hi', logprobs })[0]).toMatchObject({
      logprobs,
    });
  });

  it('comes in one delta from whisper-1, equal to the transcript', () => {
    const { script, itemId } = committed({ model: 'whisper-1' });
    const events = script.transcriber(
      itemId,
      { type: 'delta', text: 'hel' },
      { type: 'delta', text: 'lo' },
      { type: 'completed', transcript: 'hello' },
    );
    expect(events).toMatchObject([{ delta: 'hello' }, { transcript: 'hello' }]);
  });

  it('asks the transcriber with all that the session says of it', () => {
    const script = sessionScript();
    const transcription = { model: 'gpt-transcribe', keywords: ['Antiphon'], languages: ['fr', 'en'] };
    const audio = { input: { turn_detection: null, transcription } };
    script.client({ type: 'session.update', session: { type: 'realtime', audio } });
    script.append(200);
    script.client({ type: 'input_audio_buffer.commit' });
    expect(script.effects).toContainEqual({
      do: 'transcribe',
      request: expect.objectContaining({
        keywords: ['Antiphon'],
        languages: ['fr', 'en'],
        delay: null,
        language: null,
      }),
    });
  });

  it('tells of segments between the deltas and the end', () => {
    const { script, itemId } = committed();
    const [segment] = script.transcriber(itemId, { type: 'segment', text: 'hi', speaker: 'A', start: 0, end: 0.4 });
    expect(segment).toMatchObject({ speaker: 'A', start: 0, end: 0.4, id: expect.stringMatching(/^seg_/) });
  });

  it('fails with four strings, and neither with an error event nor with the response', () => {
    const { script, itemId } = committed();
    const [failed] = script.transcriber(itemId, { type: 'failed', code: 'audio_unintelligible', message: 'unclear' });
    expect(failed).toMatchObject({
      error: { type: 'transcription_error', code: 'audio_unintelligible', message: 'unclear', param: '' },
    });
  });
});
