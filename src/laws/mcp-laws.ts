import { breach, type Law } from './law.ts';
import type { Trace } from './trace.ts';

/** An MCP call goes on from its arguments to one end; its own events name the item and no response (behaviour §6.2). */
function callsRunOnce(trace: Trace): string | null {
  const phases = new Map<string, 'said' | 'running' | 'over'>();
  for (const sent of trace.events) {
    const { event } = sent;
    const step = callSteps[event.type];
    if (step !== undefined && 'item_id' in event) {
      const phase = phases.get(event.item_id ?? '');
      if (phase !== step.from) return breach(sent, `the call is ${phase ?? 'not told'}`);
      phases.set(event.item_id ?? '', step.to);
    }
    if (event.type !== 'response.output_item.done' || event.item.type !== 'mcp_call') continue;
    if (phases.get(event.item.id ?? '') === 'running') return breach(sent, 'the call still runs');
  }
  return null;
}

const callSteps: Readonly<
  Record<string, { readonly from?: 'said' | 'running'; readonly to: 'said' | 'running' | 'over' }>
> = {
  'response.mcp_call_arguments.done': { to: 'said' },
  'response.mcp_call.in_progress': { from: 'said', to: 'running' },
  'response.mcp_call.completed': { from: 'running', to: 'over' },
  'response.mcp_call.failed': { from: 'running', to: 'over' },
};

/** What behaviour §6.2 adds to law 3. */
export const mcpLaws: readonly Law[] = [
  { number: '3, mcp', says: 'a call of an MCP tool is said, runs and ends, once', broken: callsRunOnce },
];
