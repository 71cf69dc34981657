import type { AudioFormatName } from '../../audio/format.ts';
import type { Item, Prompt, Reasoning, Tool, ToolChoice } from '../../protocol/types.ts';

/** An item as a model sees it: the wire's item without audio bytes, and the words it holds as far as anyone knows them. */
export interface ContextItem {
  readonly item: Item;
  /**
   * What was said in it: typed text, the transcript of user audio (whether or not the client is told of it), or the
   * part of an assistant's speech that was heard. Null where there are no words (tool calls, tool outputs, unheard audio).
   */
  readonly words: string | null;
}

/** A tool of an MCP server, ready to be called in one response. */
export interface McpToolOffer {
  readonly serverLabel: string;
  readonly name: string;
  readonly description: string;
  /** The JSON Schema of its arguments. */
  readonly inputSchema: unknown;
}

/** What a model is asked to answer: a frozen copy of the configuration and context at the response's start (behaviour §4.1). */
export interface ResponseRequest {
  readonly responseId: string;
  readonly instructions: string;
  readonly items: readonly ContextItem[];
  readonly modality: 'text' | 'audio';
  readonly format: AudioFormatName;
  readonly voice: string;
  readonly speed: number;
  /** As the client gave them; an entry of type `mcp` stands for a server, whose tools are in `mcpTools`. */
  readonly tools: readonly Tool[];
  /** The tools of MCP servers that were listed when the response began and that it may call. */
  readonly mcpTools: readonly McpToolOffer[];
  readonly toolChoice: ToolChoice;
  readonly maxOutputTokens: number | 'inf';
  /** As the session or the response asks for them; null where nobody did. For models that know what to do with them. */
  readonly prompt: Prompt | null;
  readonly reasoning: Reasoning | null;
  readonly parallelToolCalls: boolean | null;
  /** The session's input format: audio that stands in `items` themselves has it. */
  readonly inputFormat: AudioFormatName;
}

/** What the model of a turn that has not ended yet would be asked if it ended now. */
export type PreemptiveRequest = Omit<ResponseRequest, 'responseId'>;
