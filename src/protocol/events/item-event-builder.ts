import type { Item } from '../types.ts';
import { ContentEventBuilder } from './content-event-builder.ts';
import { isGiven, type Optional } from './given.ts';
import type { ServerEvent } from './server-event.ts';

/** Makes the events of one output item of a response. Immutable and reusable. */
export class ItemEventBuilder {
  readonly responseId: string;
  readonly itemId: string;
  readonly outputIndex: number;

  constructor(responseId: string, itemId: string, outputIndex: number) {
    this.responseId = responseId;
    this.itemId = itemId;
    this.outputIndex = outputIndex;
  }

  /** A builder for one content part of the item. */
  forContent(contentIndex: number): ContentEventBuilder {
    return new ContentEventBuilder(this.responseId, this.itemId, this.outputIndex, contentIndex);
  }

  outputItemAdded(eventId: string, item: Item): ServerEvent<'response.output_item.added'> {
    return {
      type: 'response.output_item.added',
      event_id: eventId,
      response_id: this.responseId,
      output_index: this.outputIndex,
      item,
    };
  }

  outputItemDone(eventId: string, item: Item): ServerEvent<'response.output_item.done'> {
    return {
      type: 'response.output_item.done',
      event_id: eventId,
      response_id: this.responseId,
      output_index: this.outputIndex,
      item,
    };
  }

  /** `obfuscation`: padding that hides the length of the delta. */
  functionCallArgumentsDelta(
    eventId: string,
    callId: string,
    delta: string,
    obfuscation?: Optional<string>,
  ): ServerEvent<'response.function_call_arguments.delta'> {
    return {
      type: 'response.function_call_arguments.delta',
      event_id: eventId,
      response_id: this.responseId,
      item_id: this.itemId,
      output_index: this.outputIndex,
      call_id: callId,
      delta,
      ...(isGiven(obfuscation) && { obfuscation }),
    };
  }

  /** `args`: the JSON text of all arguments. */
  functionCallArgumentsDone(
    eventId: string,
    callId: string,
    name: string,
    args: string,
  ): ServerEvent<'response.function_call_arguments.done'> {
    return {
      type: 'response.function_call_arguments.done',
      event_id: eventId,
      response_id: this.responseId,
      item_id: this.itemId,
      output_index: this.outputIndex,
      call_id: callId,
      name,
      arguments: args,
    };
  }

  /** `obfuscation`: padding that hides the length of the delta. */
  mcpCallArgumentsDelta(
    eventId: string,
    delta: string,
    obfuscation?: Optional<string>,
  ): ServerEvent<'response.mcp_call_arguments.delta'> {
    return {
      type: 'response.mcp_call_arguments.delta',
      event_id: eventId,
      response_id: this.responseId,
      item_id: this.itemId,
      output_index: this.outputIndex,
      delta,
      ...(isGiven(obfuscation) && { obfuscation }),
    };
  }

  /** `args`: the JSON text of all arguments. */
  mcpCallArgumentsDone(eventId: string, args: string): ServerEvent<'response.mcp_call_arguments.done'> {
    return {
      type: 'response.mcp_call_arguments.done',
      event_id: eventId,
      response_id: this.responseId,
      item_id: this.itemId,
      output_index: this.outputIndex,
      arguments: args,
    };
  }
}
