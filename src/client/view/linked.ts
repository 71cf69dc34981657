import type { ViewItem } from './item.ts';
import type { View } from './state.ts';

/** Ties outputs to calls and answers to requests, whichever of the two came first. */
export function linked(view: View, item: ViewItem): View {
  switch (item.kind) {
    case 'function_call_output':
      return changed(view, (call) =>
        call.kind === 'function_call' && call.callId === item.callId ? { ...call, output: item.output } : null,
      );
    case 'function_call': {
      const output = view.items.findLast((each) => each.kind === 'function_call_output' && each.callId === item.callId);
      return output?.kind === 'function_call_output' && item.output === null ? linked(view, output) : view;
    }
    case 'mcp_approval_response':
      return changed(view, (request) =>
        request.kind === 'mcp_approval_request' && request.id === item.approvalRequestId
          ? { ...request, answer: { approve: item.approve, reason: item.reason } }
          : null,
      );
    default:
      return view;
  }
}

/** The view with the newest item changed for which there is a change. */
function changed(view: View, change: (item: ViewItem) => ViewItem | null): View {
  for (let index = view.items.length - 1; index >= 0; index--) {
    const item = view.items[index];
    const after = item === undefined ? null : change(item);
    if (after !== null) return { ...view, items: view.items.with(index, after) };
  }
  return view;
}
