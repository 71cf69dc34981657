import type { Session } from '../../protocol/events/index.ts';

/**
 * The settings that two updates amount to, by the server's own rule (behaviour §1.3): absent fields stay, `audio.input`
 * and `audio.output` are merged field by field, everything else is replaced.
 */
export function mergedSettings(before: Session | null, update: Session): Session {
  if (before === null || before.type !== update.type) return update;
  const input = mergedFields(before.audio?.input, update.audio?.input);
  const output = mergedFields(outputOf(before), outputOf(update));
  const audio = { ...(input && { input }), ...(output && { output }) };
  const merged = { ...before, ...update };
  return before.audio === undefined && update.audio === undefined ? merged : Object.assign(merged, { audio });
}

function outputOf(session: Session) {
  return session.type === 'realtime' ? session.audio?.output : undefined;
}

function mergedFields<T extends object>(before: T | undefined, update: T | undefined): T | undefined {
  return before === undefined ? update : { ...before, ...update };
}
