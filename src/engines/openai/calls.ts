import type { LanguageOutput } from '../parts.ts';
import type { ToolNames } from './tool-names.ts';

/** A piece of a call as a server sends it. What it leaves out is null. */
export interface Fragment {
  /** Which call of the answer it belongs to. */
  readonly index: number | null;
  readonly id: string | null;
  readonly name: string | null;
  readonly arguments: string;
}

/** Puts calls together from fragments. */
export interface Calls {
  /** Takes the next fragment and gives what it settles. */
  push(fragment: Fragment): Generator<LanguageOutput, void>;
  /** The answer is over; `cut`: before its time, so that a call whose arguments are not whole is no call. */
  end(cut: boolean): Generator<LanguageOutput, void>;
}

interface Call {
  readonly index: number | null;
  id: string | null;
  name: string | null;
  text: string;
  /** How much of `text` has been passed on; null until the call has begun. */
  given: number | null;
  isOver: boolean;
}

/**
 * Calls come out one after another, the first while it is still being written; others that a server writes at the same
 * time wait for it. `usedIds`: those of calls made before, which a server may give again, and a client could not tell
 * apart.
 */
export function assembleCalls(names: ToolNames, usedIds: Iterable<string>): Calls {
  const used = new Set(usedIds);
  const calls: Call[] = [];

  function begin({ index }: Fragment): Call {
    const call: Call = { index, id: null, name: null, text: '', given: null, isOver: false };
    calls.push(call);
    return call;
  }

  /** What is new of a call. */
  function* pass(call: Call): Generator<LanguageOutput, void> {
    if (call.name === null) return;
    if (call.given === null) {
      yield startOf(call.name, call.id, names, used);
      call.given = 0;
    }
    if (call.given === call.text.length) return;
    yield { type: 'call_arguments', delta: call.text.slice(call.given) };
    call.given = call.text.length;
  }

  function* finish(call: Call): Generator<LanguageOutput, void> {
    if (call.text.trim() === '') call.text = '{}';
    yield* pass(call);
    if (call.name !== null) yield { type: 'call_end' };
    call.isOver = true;
  }

  return {
    *push(fragment) {
      const call = continued(calls, fragment) ?? begin(fragment);
      // What a server repeats of a call that is over is nothing new.
      if (call.isOver) return;
      call.id ??= fragment.id;
      call.name ??= fragment.name;
      call.text += fragment.arguments;
      for (const each of calls.filter(({ isOver }) => !isOver)) {
        yield* pass(each);
        if (each === calls.at(-1) || !isWhole(each.text)) return;
        yield* finish(each);
      }
    },
    *end(cut) {
      for (const each of calls.filter(({ isOver }) => !isOver)) {
        if (cut && !isWhole(each.text)) return;
        yield* finish(each);
      }
    },
  };
}

/** The call that a fragment goes on with, or null where it begins another. */
function continued(calls: readonly Call[], { index, id, name, arguments: text }: Fragment): Call | null {
  const isMeant = (call: Call): boolean => (index === null && id === null) || isSame(call, index, id);
  const known = calls.findLast(isMeant) ?? null;
  if (known === null || id !== null || name === null || known.name === null) return known;
  // A call that is whole takes no more: some servers number every call 0, some give neither number nor id.
  return known.name !== name || (text !== '' && isWhole(known.text)) ? null : known;
}

function startOf(sentName: string, id: string | null, names: ToolNames, used: Set<string>): LanguageOutput {
  const { name, serverLabel } = names.meaning(sentName);
  if (serverLabel !== null) return { type: 'call_start', name, serverLabel };
  if (id === null || used.has(id)) return { type: 'call_start', name };
  used.add(id);
  return { type: 'call_start', name, callId: id };
}

function isSame(call: Call, index: number | null, id: string | null): boolean {
  const sameId = id === null || call.id === null || call.id === id;
  return index === null ? call.id === id : call.index === index && sameId;
}

/** Nothing can follow an object that is closed. */
function isWhole(text: string): boolean {
  if (!text.trimEnd().endsWith('}')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
