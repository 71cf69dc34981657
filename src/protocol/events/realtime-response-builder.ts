import type {
  Item,
  MaxOutputTokens,
  Metadata,
  OutputModality,
  Response,
  ResponseStatus,
  ResponseUsage,
  StatusDetails,
} from '../types.ts';
import { isGiven, type Optional } from './given.ts';

/**
 * Puts a response object together: `new RealtimeResponseBuilder('resp_1').status('completed').usage(usage).build()`.
 * Immutable: every method returns a new builder. What is not set is left out, except `object` (`realtime.response`) and
 * `status` (`in_progress`); an empty output and empty metadata are left out too.
 */
export class RealtimeResponseBuilder {
  readonly #id: string;
  readonly #fields: Omit<Response, 'id'>;

  /** `fields`: what is known from the start. */
  constructor(id: string, fields: Omit<Response, 'id'> = {}) {
    this.#id = id;
    this.#fields = { object: 'realtime.response', status: 'in_progress', ...fields };
  }

  status(status: ResponseStatus): RealtimeResponseBuilder {
    return this.#with({ status });
  }

  /** Why the response ended. */
  statusDetails(details: StatusDetails): RealtimeResponseBuilder {
    return this.#with({ status_details: details });
  }

  /** Sets all output items at once. */
  output(items: readonly Item[]): RealtimeResponseBuilder {
    return this.#with({ output: [...items] });
  }

  /** Adds one output item behind the others. */
  addOutput(item: Item): RealtimeResponseBuilder {
    return this.#with({ output: [...(this.#fields.output ?? []), item] });
  }

  /** Sets all metadata at once. */
  metadata(metadata: Readonly<Metadata>): RealtimeResponseBuilder {
    return this.#with({ metadata: { ...metadata } });
  }

  /** Adds one pair to the metadata. */
  addMetadata(key: string, value: string): RealtimeResponseBuilder {
    return this.#with({ metadata: { ...this.#fields.metadata, [key]: value } });
  }

  /** The voice and format it is spoken in. */
  audio(audio: NonNullable<Response['audio']>): RealtimeResponseBuilder {
    return this.#with({ audio });
  }

  usage(usage: ResponseUsage): RealtimeResponseBuilder {
    return this.#with({ usage });
  }

  /** Sets the usage if there is one, else leaves it as it is. */
  maybeUsage(usage: Optional<ResponseUsage>): RealtimeResponseBuilder {
    return isGiven(usage) ? this.usage(usage) : this;
  }

  conversationId(id: string): RealtimeResponseBuilder {
    return this.#with({ conversation_id: id });
  }

  outputModalities(modalities: readonly OutputModality[]): RealtimeResponseBuilder {
    return this.#with({ output_modalities: [...modalities] });
  }

  maxOutputTokens(tokens: MaxOutputTokens): RealtimeResponseBuilder {
    return this.#with({ max_output_tokens: tokens });
  }

  build(): Response {
    const { output, metadata, ...rest } = this.#fields;
    return {
      id: this.#id,
      ...rest,
      ...(isGiven(output) && output.length > 0 && { output: [...output] }),
      ...(isGiven(metadata) && Object.keys(metadata).length > 0 && { metadata: { ...metadata } }),
    };
  }

  #with(fields: Omit<Response, 'id'>): RealtimeResponseBuilder {
    return new RealtimeResponseBuilder(this.#id, { ...this.#fields, ...fields });
  }
}
