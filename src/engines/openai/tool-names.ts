import type { FunctionTool, ToolChoice } from '../../protocol/types.ts';
import type { Question } from '../parts.ts';

/** A tool as the API knows it, and what it stands for. */
export interface NamedTool {
  /** Letters, digits, `_` and `-`, 64 at most, and no other tool's. */
  readonly sentName: string;
  readonly name: string;
  /** Of a tool of an MCP server; null for a function. */
  readonly serverLabel: string | null;
  readonly description: string;
  /** A JSON Schema. */
  readonly parameters: unknown;
}

/** Every tool of a question under a name of its own. */
export interface ToolNames {
  readonly tools: readonly NamedTool[];
  /** What the API calls a tool that was called before; it may be on offer no longer. */
  sentName(name: string, serverLabel: string | null): string;
  /** What a model means by a name; a function of that name where no tool has it. */
  meaning(sentName: string): { readonly name: string; readonly serverLabel: string | null };
}

const longestName = 64;
const noParameters = { type: 'object', properties: {} };

/** The server's label comes before the name where the name alone is taken, or no name that the API allows. */
export function toolNames({ tools, mcpTools }: Pick<Question, 'tools' | 'mcpTools'>): ToolNames {
  const taken = new Set<string>();
  const named = [...functionsOf(tools), ...mcpTools.map(ofServer)].map((tool) => {
    const sentName = freeName(tool.name, tool.serverLabel, taken);
    taken.add(sentName);
    return { ...tool, sentName };
  });
  return {
    tools: named,
    sentName(name, serverLabel) {
      const known = named.find((tool) => tool.name === name && tool.serverLabel === serverLabel);
      return known?.sentName ?? allowed(name);
    },
    meaning: (sentName) => named.find((tool) => tool.sentName === sentName) ?? { name: sentName, serverLabel: null },
  };
}

/** Which tools a choice leaves to the model, and whether it must call one. */
export interface Offer {
  readonly tools: readonly NamedTool[];
  readonly isRequired: boolean;
}

/**
 * Every choice as a shorter list, since not every server honours `none` or takes a choice by name. A choice of a tool that
 * is not there leaves all of them.
 */
export function offered({ tools }: ToolNames, choice: ToolChoice): Offer {
  if (choice === 'none') return { tools: [], isRequired: false };
  if (typeof choice === 'string') return { tools, isRequired: choice === 'required' && tools.length > 0 };
  const chosen = tools.filter((tool) => isChosen(tool, choice));
  return chosen.length === 0 ? { tools, isRequired: false } : { tools: chosen, isRequired: true };
}

function isChosen(tool: NamedTool, choice: Exclude<ToolChoice, string>): boolean {
  if (choice.type === 'function') return tool.serverLabel === null && tool.name === choice.name;
  const isNamed = choice.name === undefined || choice.name === null || choice.name === tool.name;
  return tool.serverLabel === choice.server_label && isNamed;
}

type Unnamed = Omit<NamedTool, 'sentName'>;

function functionsOf(tools: Question['tools']): Unnamed[] {
  return tools.flatMap((tool) => (tool.type === 'mcp' || tool.name === undefined ? [] : [asFunction(tool, tool.name)]));
}

function asFunction({ description, parameters }: FunctionTool, name: string): Unnamed {
  return { name, serverLabel: null, description: description ?? '', parameters: parameters ?? noParameters };
}

function ofServer({ name, serverLabel, description, inputSchema }: Question['mcpTools'][number]): Unnamed {
  return { name, serverLabel, description, parameters: inputSchema ?? noParameters };
}

function freeName(name: string, label: string | null, taken: ReadonlySet<string>): string {
  const plain = allowed(name);
  if (!taken.has(plain) && plain === name) return plain;
  const labelled = label === null ? plain : allowed(`${label}_${name}`);
  let free = labelled;
  for (let count = 2; taken.has(free); count++) free = `${labelled.slice(0, longestName - 4)}_${count}`;
  return free;
}

function allowed(name: string): string {
  return name.replace(/[^\w-]/g, '_').slice(0, longestName);
}
