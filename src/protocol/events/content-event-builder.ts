import type { ContentPart } from '../types.ts';
import { isGiven, type Optional } from './given.ts';
import type { ServerEvent } from './server-event.ts';

/** Makes the events of one content part of an output item. Immutable and reusable. */
export class ContentEventBuilder {
  readonly responseId: string;
  readonly itemId: string;
  readonly outputIndex: number;
  readonly contentIndex: number;

  constructor(responseId: string, itemId: string, outputIndex: number, contentIndex: number) {
    this.responseId = responseId;
    this.itemId = itemId;
    this.outputIndex = outputIndex;
    this.contentIndex = contentIndex;
  }

  contentPartAdded(eventId: string, part: ContentPart): ServerEvent<'response.content_part.added'> {
    return { ...this.#event('response.content_part.added', eventId), part };
  }

  contentPartDone(eventId: string, part: ContentPart): ServerEvent<'response.content_part.done'> {
    return { ...this.#event('response.content_part.done', eventId), part };
  }

  /** `obfuscation`: padding that hides the length of the delta. */
  outputTextDelta(
    eventId: string,
    delta: string,
    obfuscation?: Optional<string>,
  ): ServerEvent<'response.output_text.delta'> {
    return this.#delta('response.output_text.delta', eventId, delta, obfuscation);
  }

  outputTextDone(eventId: string, text: string): ServerEvent<'response.output_text.done'> {
    return { ...this.#event('response.output_text.done', eventId), text };
  }

  /** `delta`: base64 in the response's output format. */
  outputAudioDelta(eventId: string, delta: string): ServerEvent<'response.output_audio.delta'> {
    return this.#delta('response.output_audio.delta', eventId, delta);
  }

  outputAudioDone(eventId: string): ServerEvent<'response.output_audio.done'> {
    return this.#event('response.output_audio.done', eventId);
  }

  /** `obfuscation`: padding that hides the length of the delta. */
  outputAudioTranscriptDelta(
    eventId: string,
    delta: string,
    obfuscation?: Optional<string>,
  ): ServerEvent<'response.output_audio_transcript.delta'> {
    return this.#delta('response.output_audio_transcript.delta', eventId, delta, obfuscation);
  }

  outputAudioTranscriptDone(eventId: string, transcript: string): ServerEvent<'response.output_audio_transcript.done'> {
    return { ...this.#event('response.output_audio_transcript.done', eventId), transcript };
  }

  #event<T extends string>(type: T, eventId: string) {
    return {
      type,
      event_id: eventId,
      response_id: this.responseId,
      item_id: this.itemId,
      output_index: this.outputIndex,
      content_index: this.contentIndex,
    };
  }

  // Written out, not spread: this runs for every token and every 20 ms of sound, and one object shape serves all.
  #delta<T extends string>(type: T, eventId: string, delta: string, obfuscation?: Optional<string>) {
    const { responseId: response_id, itemId: item_id, outputIndex: output_index, contentIndex: content_index } = this;
    return isGiven(obfuscation)
      ? { type, event_id: eventId, response_id, item_id, output_index, content_index, delta, obfuscation }
      : { type, event_id: eventId, response_id, item_id, output_index, content_index, delta };
  }
}
