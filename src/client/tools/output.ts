import type { SchemaIssue } from './json-schema.ts';

/** Why a call came to nothing. */
export type ToolFailureType =
  | 'invalid_json'
  | 'invalid_arguments'
  | 'unknown_tool'
  | 'tool_error'
  | 'timeout'
  | 'aborted';

/** What the model gets as the output of a call that came to nothing, as JSON. */
export interface ToolFailure {
  readonly error: {
    readonly type: ToolFailureType;
    readonly message: string;
    /** Of `invalid_arguments`. */
    readonly issues?: readonly SchemaIssue[];
  };
}

export function toolFailure(type: ToolFailureType, message: string, issues?: readonly SchemaIssue[]): ToolFailure {
  return { error: { type, message, ...(issues === undefined ? {} : { issues }) } };
}

/** What a tool may give to say more than its output. */
export interface ToolReply {
  /** As a plain result: a string as it is, nothing as `''`, anything else as JSON. */
  readonly output: unknown;
  /** Whether the model shall speak now. Default true. */
  readonly respond?: boolean;
  /** Data URIs of PNG or JPEG images for the model to see: added as a user message behind the output. */
  readonly images?: readonly string[];
}

/** A result as it goes to the server. */
export interface WrittenOutput {
  readonly output: string;
  readonly respond: boolean;
  readonly images: readonly string[];
}

/**
 * What a tool gave, as it goes to the server. An object is a `ToolReply` where it has `output` and nothing that a reply has
 * not; any other object is the output itself. Throws if the output can't be written as JSON.
 */
export function writeOutput(result: unknown): WrittenOutput {
  const reply = isReply(result) ? result : { output: result };
  const { output, respond = true, images = [] } = reply;
  return { output: textOf(output), respond, images };
}

function textOf(output: unknown): string {
  return typeof output === 'string' ? output : (JSON.stringify(output) ?? '');
}

function isReply(result: unknown): result is ToolReply {
  if (typeof result !== 'object' || result === null || !('output' in result)) return false;
  const { output: _output, ...rest } = result;
  return Object.entries(rest).every(([key, value]) =>
    key === 'respond'
      ? typeof value === 'boolean'
      : key === 'images' && Array.isArray(value) && value.every((each) => typeof each === 'string'),
  );
}
