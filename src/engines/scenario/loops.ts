import type { Reply, Scenario } from './schema.ts';
import { endsResponse } from './step.ts';

/**
 * The entries that call a tool whose output leads back to them, one line each: a client that runs the tool and asks again is
 * called for ever. What an MCP server runs goes on in the same response instead, which a scenario can't tell.
 */
export function toolLoops({ replies = [] }: Scenario): readonly string[] {
  return replies.flatMap((reply, index) => {
    const tool = toolsOf(reply).find((name) => leadsTo(reply, name, replies));
    if (tool === undefined) return [];
    const cause = `replies[${index}] calls ${tool}, whose output leads back to it`;
    return [`${cause}, so a client that runs tools is called for ever. Put an entry with "tool: ${tool}" before it`];
  });
}

/** Whether the output of this tool makes the reply answer, by itself or by way of other replies. */
function leadsTo(reply: Reply, tool: string, replies: readonly Reply[]): boolean {
  const seen = new Set([tool]);
  for (const name of seen) {
    const answer = replies.find(({ when }) => answersOutput(when, name));
    if (answer === reply) return true;
    // What is added here is visited by the loop as well.
    if (answer !== undefined) for (const next of toolsOf(answer)) seen.add(next);
  }
  return false;
}

/** After a tool's output `contains` never holds. */
function answersOutput(when: Reply['when'], tool: string): boolean {
  return when === undefined || (when.contains === undefined && when.tool === tool);
}

/** The tools that a reply calls, before it fails or breaks off. */
function toolsOf({ steps }: Reply): readonly string[] {
  const end = steps.findIndex(endsResponse);
  return (end === -1 ? steps : steps.slice(0, end)).flatMap(({ call }) => (call === undefined ? [] : [call.name]));
}
