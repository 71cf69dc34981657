import { changeItem, findItem } from './change-item.ts';
import type { McpCallView, McpListToolsView } from './item.ts';
import type { View } from './state.ts';
import { type ToldEvent, textOf } from './told.ts';

type Listing = Extract<ToldEvent, { type: `mcp_list_tools.${string}` }>;
type Call = Extract<ToldEvent, { type: `response.mcp_call.${string}` }>;

/** What a server says of MCP servers. Such events name an item and no response. */
export function foldMcp(view: View, event: Listing | Call): View {
  const name = { itemId: textOf(event.item_id), responseId: null };
  const item = findItem(view, name);
  if (item?.kind === 'mcp_list_tools') {
    const phase = listingPhase(event);
    return phase === null ? view : changeItem(view, name, () => ({ ...item, ...phase }));
  }
  if (item?.kind !== 'mcp_call') return view;
  const phase = callPhase(event);
  return phase === null ? view : changeItem(view, name, () => ({ ...item, phase }));
}

function listingPhase({ type }: Listing | Call): Pick<McpListToolsView, 'phase'> | null {
  switch (type) {
    case 'mcp_list_tools.in_progress':
      return { phase: 'in_progress' };
    case 'mcp_list_tools.completed':
      return { phase: 'completed' };
    case 'mcp_list_tools.failed':
      return { phase: 'failed' };
    default:
      return null;
  }
}

function callPhase({ type }: Listing | Call): McpCallView['phase'] | null {
  switch (type) {
    case 'response.mcp_call.in_progress':
      return 'running';
    case 'response.mcp_call.completed':
      return 'completed';
    case 'response.mcp_call.failed':
      return 'failed';
    default:
      return null;
  }
}
