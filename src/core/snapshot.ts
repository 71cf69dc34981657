import type { McpAccess, Session, SessionRules } from './session.ts';

/** What is secret in a session's state: the headers of MCP servers, by the ids of their definitions. Never write it down in clear. */
export type SessionSecrets = Readonly<Record<string, McpAccess['headers']>>;

/** A session's state without its rules and secrets, as JSON can hold it. */
export interface Snapshot {
  readonly v: 1;
  readonly state: Omit<Session, 'rules'>;
}

/** A session as it can be written down: no secret is in it. Take it up again by `restore`. */
export function snapshot(session: Session): Snapshot {
  const { rules: _rules, ...state } = session;
  return { v: 1, state: withHeaders(state, () => ({})) };
}

/** What `snapshot` leaves out of the session because it is secret. */
export function secretsIn(session: Session): SessionSecrets {
  const secrets: Record<string, McpAccess['headers']> = {};
  withHeaders(session, ({ id, headers }) => {
    secrets[id] = headers;
    return headers;
  });
  return secrets;
}

/**
 * The session that was written down, under the rules that hold now. Its first input is `{ from: 'server', say: 'resumed' }`.
 * MCP servers whose secrets are not given are reached without. Throws a RangeError where another version wrote it.
 */
export function restore(written: Snapshot, rules: SessionRules, secrets: SessionSecrets = {}): Session {
  if (written.v !== 1) throw new RangeError(`This version reads session snapshots of version 1, not ${written.v}.`);
  return { ...withHeaders(written.state, ({ id }) => secrets[id] ?? {}), rules };
}

type State = Pick<Session, 'mcp' | 'responses'>;

/** The state with other headers wherever it reaches an MCP server. */
function withHeaders<S extends State>(state: S, headersOf: (access: McpAccess) => McpAccess['headers']): S {
  const changed = <T extends { readonly access: McpAccess }>(holder: T): T => ({
    ...holder,
    access: { ...holder.access, headers: headersOf(holder.access) },
  });
  const { servers, asked, approved } = state.mcp;
  return {
    ...state,
    mcp: { servers: servers.map(changed), asked: asked.map(changed), approved: approved.map(changed) },
    responses: state.responses.map((response) => ({
      ...response,
      params: { ...response.params, offers: response.params.offers.map(changed) },
      open: response.open !== null && 'access' in response.open ? changed(response.open) : response.open,
    })),
  };
}
