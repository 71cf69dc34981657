import type { ContextItem } from '../../core/response/model-input.ts';
import { AnswerBounds } from '../../engines/answer-bounds.ts';
import type { LanguageModel, LanguageOutput, Question } from '../../engines/parts.ts';
import { type Ending, isEnding } from '../../engines/pipeline/ending.ts';
import { addUsage } from '../../engines/pipeline/usage.ts';
import { longestSilenceMs, realAlarms, withinTime } from '../../engines/within-time.ts';
import type { ResponseUsage } from '../../protocol/types.ts';
import type { ModelTools, OfferedTool } from './model-tools.ts';

/** How often one answer may go on with what its calls brought. */
const maxRounds = 8;

/**
 * A language model that has tools of its own beside those of the session: it calls them by itself and goes on with what
 * they said, and nobody else sees the calls. Where it also calls a function of the session, the answer ends there, as the
 * session's function comes first.
 */
export function toolUser(model: LanguageModel, tools: ModelTools): LanguageModel {
  return {
    // Calls have their own time, and so has what the model says between them.
    silenceMs: Number.POSITIVE_INFINITY,
    async *answer(question, signal) {
      const own = await tools.offer(namesIn(question), signal).catch((cause: unknown) => {
        if (signal.aborted) return [];
        throw cause;
      });
      if (!signal.aborted) yield* answer(inTime(model), own, question, signal);
    },
  };
}

/** What the model says, each piece within its time. */
function inTime(model: LanguageModel): LanguageModel {
  const { silenceMs = longestSilenceMs } = model;
  const patience = { silenceMs, alarms: realAlarms, who: 'The language model' };
  return {
    answer: (question, signal) => withinTime((until) => model.answer(question, until), { ...patience, signal }),
  };
}

function namesIn({ tools, mcpTools }: Question): ReadonlySet<string> {
  const functions = tools.flatMap((tool) => (tool.type === 'mcp' || tool.name === undefined ? [] : [tool.name]));
  return new Set([...functions, ...mcpTools.map(({ name }) => name)]);
}

async function* answer(
  model: LanguageModel,
  own: readonly OfferedTool[],
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<LanguageOutput, void> {
  const tools = [...question.tools, ...own.map(({ tool }) => tool)];
  let asked: Question = { ...question, tools };
  let usage: ResponseUsage | undefined;
  let saidBefore = '';
  for (let round = 0; ; round++) {
    const heard = yield* oneRound(model.answer(asked, signal), own, needsBlank(saidBefore));
    if (signal.aborted) return;
    const { ending, calls, callsOthers, said } = heard;
    usage = round === 0 ? usageOf(ending) : addUsage(usage, usageOf(ending));
    if (ending.type !== 'end') return yield ending;
    if (calls.length === 0 || callsOthers || round === maxRounds) {
      return yield { type: 'end', ...(usage === undefined ? {} : { usage }) };
    }
    // oxlint-disable-next-line no-await-in-loop -- each round asks with what the one before it brought
    const outputs = await Promise.all(calls.map(({ tool, text }) => tool.call(text, signal).catch(() => null)));
    if (signal.aborted) return;
    saidBefore += said;
    const items = [
      ...asked.items,
      ...message(said),
      ...calls.flatMap((call, at) => callItems(call, outputs[at] ?? '')),
    ];
    // What forced the first call would force one for ever.
    asked = { ...question, tools, items, toolChoice: round + 1 === maxRounds ? 'none' : 'auto' };
  }
}

/** A call of one of the model's own tools. */
interface OwnCall {
  readonly id: string;
  readonly tool: OfferedTool;
  /** Its arguments, as JSON text. */
  text: string;
}

interface Heard {
  readonly ending: Ending;
  readonly calls: readonly OwnCall[];
  /** Whether something was called that somebody else must answer. */
  readonly callsOthers: boolean;
  readonly said: string;
}

/** Passes an answer on, but for the calls of own tools and the ending. */
async function* oneRound(
  answered: AsyncIterable<LanguageOutput>,
  own: readonly OfferedTool[],
  startsWithBlank: boolean,
): AsyncGenerator<LanguageOutput, Heard> {
  const calls: OwnCall[] = [];
  let open: OwnCall | null = null;
  let callsOthers = false;
  let said = '';
  const heard = (ending: Ending): Heard => ({ ending, calls, callsOthers, said });
  const bounds = new AnswerBounds('The language model');
  for await (const piece of answered) {
    bounds.count(piece);
    if (isEnding(piece)) return heard(piece);
    if (piece.type === 'call_start') {
      open = ownCall(piece, own, calls.length);
      if (open === null) callsOthers = true;
      else calls.push(open);
    }
    if (open === null) {
      if (piece.type === 'text' && said === '' && startsWithBlank) yield { type: 'text', text: ' ' };
      if (piece.type === 'text') said += piece.text;
      yield piece;
    } else if (piece.type === 'call_arguments') {
      open.text += piece.delta;
    } else if (piece.type === 'call_end') {
      open = null;
    }
  }
  return heard({ type: 'end' });
}

type Start = Extract<LanguageOutput, { readonly type: 'call_start' }>;

function ownCall({ name, callId, serverLabel }: Start, own: readonly OfferedTool[], index: number): OwnCall | null {
  const tool = serverLabel === undefined ? own.find(({ tool: { name: offered } }) => offered === name) : undefined;
  return tool === undefined ? null : { id: callId ?? `call_own_${index}`, tool, text: '' };
}

/** Whether a word that follows would stick to what was said. */
function needsBlank(said: string): boolean {
  return said !== '' && !/\s$/.test(said);
}

function usageOf(ending: Ending): ResponseUsage | undefined {
  return ending.type === 'end' ? ending.usage : undefined;
}

function message(text: string): ContextItem[] {
  if (text === '') return [];
  const content = [{ type: 'output_text' as const, text }];
  return [{ item: { type: 'message', role: 'assistant', status: 'completed', content }, words: text }];
}

function callItems({ id, tool, text }: OwnCall, output: string): ContextItem[] {
  const { name } = tool.tool;
  return [
    { item: { type: 'function_call', call_id: id, name, arguments: text === '' ? '{}' : text }, words: null },
    { item: { type: 'function_call_output', call_id: id, output }, words: null },
  ];
}
