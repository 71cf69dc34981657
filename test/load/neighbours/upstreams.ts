import { create, inSession, type Neighbour, typed, update } from './visitor.ts';

/** What the bad servers do, as the first part of their paths. */
export const ways = ['hang', 'drip', 'huge', 'calls', 'pages'] as const;
export type Way = (typeof ways)[number];

/** Asks for the tools of a bad server; `ends`: it gets to hear that there are none. */
function listsTools(name: string, way: Way, ends: boolean): Neighbour {
  return inSession(name, async (visitor, { badUrl }) => {
    const tool = { type: 'mcp', server_label: 'bad', server_url: `${badUrl}/${way}/mcp`, require_approval: 'never' };
    visitor.send(update({ tools: [tool] }));
    await visitor.sees(ends ? 'mcp_list_tools.failed' : 'mcp_list_tools.in_progress');
  });
}

/** Asks a model for an answer that is led to a bad endpoint; `ends`: the answer fails. */
function asksModel(name: string, way: Way, ends: boolean): Neighbour {
  const act = async (visitor: Parameters<Parameters<typeof inSession>[1]>[0]): Promise<void> => {
    visitor.send(typed('hello'), create());
    await visitor.sees(ends ? 'response.done' : 'response.created');
  };
  return inSession(name, act, way);
}

/** Sessions whose servers behind the server do their worst. */
export const upstreams: readonly Neighbour[] = [
  listsTools('has an MCP server that never answers', 'hang', false),
  listsTools('has an MCP server that answers 64 MB', 'huge', true),
  listsTools('has an MCP server that lists without end', 'pages', true),
  asksModel('has a language model that never answers', 'hang', false),
  asksModel('has a language model that drips', 'drip', false),
  asksModel('has a language model that answers 64 MB', 'huge', true),
  asksModel('has a language model that calls 100,000 tools', 'calls', true),
];
