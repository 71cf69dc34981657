import { ItemEventBuilder } from './item-event-builder.ts';
import type { ServerEvent } from './server-event.ts';

/** Makes the events of one response. Immutable: use it, and the builders it hands out, as often as you like. */
export class ResponseEventBuilder {
  readonly responseId: string;

  constructor(responseId: string) {
    this.responseId = responseId;
  }

  /** A builder for one output item; `outputIndex` is its place in the response's output. */
  forItem(itemId: string, outputIndex: number): ItemEventBuilder {
    return new ItemEventBuilder(this.responseId, itemId, outputIndex);
  }

  /** Sound begins to flow; WebRTC and SIP only, as the next two. */
  outputAudioBufferStarted(eventId: string): ServerEvent<'output_audio_buffer.started'> {
    return { type: 'output_audio_buffer.started', event_id: eventId, response_id: this.responseId };
  }

  /** All sound was played. */
  outputAudioBufferStopped(eventId: string): ServerEvent<'output_audio_buffer.stopped'> {
    return { type: 'output_audio_buffer.stopped', event_id: eventId, response_id: this.responseId };
  }

  /** Sound was cut off. */
  outputAudioBufferCleared(eventId: string): ServerEvent<'output_audio_buffer.cleared'> {
    return { type: 'output_audio_buffer.cleared', event_id: eventId, response_id: this.responseId };
  }
}
