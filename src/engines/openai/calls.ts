import { AnswerBounds, longestArguments } from '../answer-bounds.ts';
import { EngineError, type LanguageOutput } from '../parts.ts';
import { type ClosedObject, closedObject } from './closed-object.ts';
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
  /** Its arguments. */
  readonly args: ClosedObject;
  /** What of them was not passed on yet. */
  fresh: string;
  hasBegun: boolean;
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
  const bounds = new AnswerBounds('The language model');

  function begin({ index }: Fragment): Call {
    bounds.count({ type: 'call_start' });
    const call: Call = { index, id: null, name: null, args: closedObject(), fresh: '', hasBegun: false, isOver: false };
    calls.push(call);
    return call;
  }

  /** What is new of a call. */
  function* pass(call: Call): Generator<LanguageOutput, void> {
    if (call.name === null) return;
    if (!call.hasBegun) yield startOf(call.name, call.id, names, used);
    call.hasBegun = true;
    if (call.fresh === '') return;
    yield { type: 'call_arguments', delta: call.fresh };
    call.fresh = '';
  }

  function* finish(call: Call): Generator<LanguageOutput, void> {
    if (call.args.length === 0 || call.args.text.trim() === '') call.fresh += '{}';
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
      if (call.args.length + fragment.arguments.length > longestArguments) throw tooLong();
      call.args.push(fragment.arguments);
      call.fresh += fragment.arguments;
      for (const each of calls.filter(({ isOver }) => !isOver)) {
        yield* pass(each);
        if (each === calls.at(-1) || !each.args.isWhole()) return;
        yield* finish(each);
      }
    },
    *end(cut) {
      for (const each of calls.filter(({ isOver }) => !isOver)) {
        if (cut && !each.args.isWhole()) return;
        yield* finish(each);
      }
    },
  };
}

/** The call that a fragment goes on with, or null if it begins another. */
function continued(calls: readonly Call[], { index, id, name, arguments: text }: Fragment): Call | null {
  const isMeant = (call: Call): boolean => (index === null && id === null) || isSame(call, index, id);
  const known = calls.findLast(isMeant) ?? null;
  if (known === null || id !== null || name === null || known.name === null) return known;
  // A call that is whole takes no more: some servers number every call 0, some give neither number nor id.
  return known.name !== name || (text !== '' && known.args.isWhole()) ? null : known;
}

function tooLong(): EngineError {
  const message = `The language model gave more than ${longestArguments} characters of arguments in one call.`;
  return new EngineError('engine_bad_answer', message);
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
