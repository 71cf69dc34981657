import { readTools } from '../../core/mcp/read-tools.ts';
import { settledConfig } from '../../core/new-session.ts';
import type { Merged } from '../../core/session-config.ts';
import type { Session as SessionUpdate } from '../../protocol/types.ts';
import { type McpRules, urlsOf } from '../mcp/rules.ts';
import { newSessionId } from '../session/session-id.ts';

/**
 * What `session.created` will show of a session that begins with this, but for the times that only a running one has; or
 * why none can, the error naming fields of `session`. `model`: null for a session that transcribes. `rules`: null where an
 * upstream judges the tools.
 */
export function settledSession(session: SessionUpdate | null, model: string | null, rules: McpRules | null): Merged {
  const tools = session?.type === 'realtime' && rules !== null ? (session.tools ?? []) : [];
  // No server is reached yet.
  const read = readTools([], {
    tools,
    urls: rules === null ? [] : urlsOf(tools, rules),
    param: 'session.tools',
    taken: new Set(),
  });
  return read.ok ? settledConfig({ id: newSessionId(), expiresAt: 0 }, model, session) : read;
}
