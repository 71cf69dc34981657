/** What a model may know of a call. */
export interface CallFacts {
  readonly caller: string;
  readonly called: string;
  /** The id that the telephone's side has for it. */
  readonly callId: string;
}

/** What stands for facts of the call in what the model is told. */
export const placeholders = /\{(?:caller|called|call_id)\}/;

/** A text for the model, with what it may know of the call; null where it may know nothing. */
export function told(text: string, facts: CallFacts | null): string {
  if (facts === null) return text;
  const named = new Map([
    ['caller', facts.caller],
    ['called', facts.called],
    ['call_id', facts.callId],
  ]);
  return text.replaceAll(/\{(caller|called|call_id)\}/g, (_, name: string) => named.get(name) ?? '');
}
