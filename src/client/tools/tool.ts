import type { FunctionTool } from '../../protocol/events/index.ts';
import { ClientError } from '../errors.ts';
import type { RealtimeSession } from '../session.ts';
import { type ReadArguments, readArguments } from './arguments.ts';
import type { FromJsonSchema, JsonSchema } from './json-schema.ts';
import { isStandardSchema, type StandardOutput, type StandardSchema, writtenSchema } from './standard-schema.ts';

/** A call that a tool is run for. */
export interface ToolContext {
  readonly name: string;
  readonly callId: string;
  /** The item of the call. */
  readonly itemId: string;
  readonly responseId: string;
  /** Aborted when the tool's time is up, when the user interrupts it (`abortOnInterruption`), or with the session. */
  readonly signal: AbortSignal;
  readonly session: ToolSession;
}

/** What tools need of a session. */
export type ToolSession = Pick<
  RealtimeSession,
  'on' | 'onConnection' | 'update' | 'createItem' | 'respond' | 'config' | 'ready' | 'closed'
>;

/** How a tool is run. */
export interface ToolSettings {
  /** Time it has, in milliseconds; then the model is told that it took too long. Default 60,000; of background tools, none. */
  readonly timeoutMs?: number;
  /** Gives up when the user begins to speak; the model is told. Default false: it goes on. */
  readonly abortOnInterruption?: boolean;
  /**
   * The model gets `{"status":"running"}` at once and can go on talking; what comes of the call is added as a system
   * message, and answered, when it is there. Default false.
   */
  readonly background?: boolean;
}

/**
 * A tool that a model may call: `tool()` makes it. What `run` gives is the call's output: a string as it is, nothing as
 * `''`, anything else as JSON; or `{ output, respond, images }` (see `ToolReply`).
 */
export interface Tool<Args = unknown> extends ToolSettings {
  readonly name: string;
  /** For `session.update` or `response.create`. */
  readonly definition: FunctionTool;
  /** The arguments of a call, checked; or what is wrong with them. */
  read(json: string): Promise<ReadArguments<Args>>;
  run(args: Args, context: ToolContext): unknown;
}

/** A schema of the arguments: zod or any other Standard Schema, or JSON Schema. */
export type ToolParameters = StandardSchema | JsonSchema;

/** The arguments that a schema describes; of a JSON Schema that was not written in place, some object. */
export type ArgumentsOf<Parameters> = Parameters extends StandardSchema
  ? StandardOutput<Parameters>
  : string extends keyof Parameters
    ? Readonly<Record<string, unknown>>
    : FromJsonSchema<Parameters>;

/** What a tool is called, what it is for, what arguments it takes, and the function that runs. */
export interface ToolOptions<Parameters, Args> extends ToolSettings {
  /** What the model calls it: letters, digits, `_` and `-`, at most 64. */
  readonly name: string;
  /** What it does and when to call it, for the model to read. */
  readonly description?: string;
  /** Absent: it takes no arguments. */
  readonly parameters?: Parameters;
  /** The JSON Schema of `parameters`, if their library can't write it. */
  readonly jsonSchema?: JsonSchema;
  /** May be async. The model is told what it throws. */
  run(args: Args, context: ToolContext): unknown;
}

const noArguments: JsonSchema = { type: 'object', properties: {} };

/**
 * Makes a tool. The arguments that `run` gets have the type that the schema describes, and were checked against it.
 * Throws a `ClientError` with code `invalid_options` if the schema can't be written down for the model.
 */
export function tool<const Parameters extends ToolParameters = JsonSchema>(
  options: ToolOptions<Parameters, ArgumentsOf<Parameters>>,
): Tool<ArgumentsOf<Parameters>> {
  const { name, description, parameters, jsonSchema, run, ...settings } = options;
  const schema = parameters ?? noArguments;
  const written = jsonSchema ?? (isStandardSchema(schema) ? writtenSchema(schema) : schema);
  if (written === null) {
    const message = `The schema of the tool "${name}" can't be written as JSON Schema: give it as jsonSchema.`;
    throw new ClientError('invalid_options', { message });
  }
  return {
    ...settings,
    name,
    definition: {
      type: 'function',
      name,
      ...(description === undefined ? {} : { description }),
      parameters: written,
    },
    read: (json) => readArguments<ArgumentsOf<Parameters>>(json, schema),
    run: (args, context) => run(args, context),
  };
}

/** The definitions of tools, for `session.update` or `response.create`. */
export function definitionsOf(tools: readonly Tool[]): FunctionTool[] {
  return tools.map(({ definition }) => definition);
}
