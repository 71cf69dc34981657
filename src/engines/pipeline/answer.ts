import type { ContextItem } from '../../core/response/model-input.ts';
import type { McpCall, ResponseUsage } from '../../protocol/types.ts';
import type { Spoken, Turn } from '../contract.ts';
import type { LanguageModel, LanguageOutput, Question } from '../parts.ts';
import { type Ending, isEnding } from './ending.ts';
import { addUsage } from './usage.ts';

/** How a response is made of answers. */
export interface Answering {
  readonly turn: Turn;
  readonly question: Question;
  /** Gives an answer already under way for the first question, or asks. */
  readonly ask: LanguageModel['answer'];
  /** Says an answer: as text, or with its sound. */
  readonly say: (answer: AsyncIterable<LanguageOutput>, signal: AbortSignal) => AsyncIterable<Spoken>;
  /** How often the model is asked again with what its calls brought. */
  readonly toolRounds: number;
}

/**
 * Says what the language model answers. Where it called tools of MCP servers and nothing that the client must answer, it
 * is asked again, in the same response, with the calls and what came of them; the last time without a choice of tools.
 */
export async function* sayAnswer(answering: Answering, signal: AbortSignal): AsyncGenerator<Spoken, void> {
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  try {
    yield* rounds(answering, all);
  } finally {
    stop.abort();
  }
}

async function* rounds(answering: Answering, signal: AbortSignal): AsyncGenerator<Spoken, void> {
  let { question } = answering;
  const items = [...question.items];
  let usage: ResponseUsage | undefined;
  for (let round = 0; ; round++) {
    const asked = yield* oneRound(answering, question, signal);
    if (signal.aborted) return;
    const { ending, said } = asked;
    const counted = ending.type === 'end' ? ending.usage : undefined;
    usage = round === 0 ? counted : addUsage(usage, counted);
    if (ending.type !== 'end' || !said.callsOnlyServers || round === answering.toolRounds) {
      return yield withUsage(ending, usage);
    }
    const isLast = round + 1 === answering.toolRounds;
    // What forced the first call would force one for ever.
    items.push(...said.items);
    question = { ...answering.question, items: [...items], toolChoice: isLast ? 'none' : 'auto' };
  }
}

interface Round {
  readonly ending: Ending;
  readonly said: Said;
}

/** Asks once and says the answer; keeps what was said for the next question, and the ending for its place. */
async function* oneRound(
  { turn, ask, say }: Answering,
  question: Question,
  signal: AbortSignal,
): AsyncGenerator<Spoken, Round> {
  const said = recorder(() => turn.mcpCalls());
  for await (const piece of say(ask(question, signal), signal)) {
    if (isEnding(piece)) return { ending: piece, said: said.whole() };
    yield piece;
    said.note(piece);
  }
  return { ending: { type: 'end' }, said: said.whole() };
}

function withUsage(ending: Ending, usage: ResponseUsage | undefined): Spoken {
  return ending.type === 'end' ? { type: 'end', ...(usage === undefined ? {} : { usage }) } : ending;
}

interface Said {
  /** What was said and called, in order, as the model reads it. */
  readonly items: readonly ContextItem[];
  /** There were calls, all of them made by the server. */
  readonly callsOnlyServers: boolean;
}

interface Recorder {
  /** Told after the session took the piece: a call that the server makes is over by then. */
  note(piece: Spoken): void;
  whole(): Said;
}

function recorder(mcpCalls: () => readonly McpCall[]): Recorder {
  const items: ContextItem[] = [];
  let text = '';
  let known = mcpCalls().length;
  let callsOfClient = 0;

  function endMessage(): void {
    if (text !== '') items.push(message(text));
    text = '';
  }

  function noteCalls(): void {
    const made = mcpCalls().slice(known);
    known += made.length;
    if (made.length === 0) callsOfClient++;
    for (const item of made) items.push({ item, words: null });
  }

  return {
    note(piece) {
      if (piece.type === 'text') text += piece.text;
      if (piece.type === 'message_end') endMessage();
      if (piece.type === 'call_end') noteCalls();
    },
    whole() {
      endMessage();
      const callsOnlyServers = callsOfClient === 0 && items.some(({ item }) => item.type === 'mcp_call');
      return { items, callsOnlyServers };
    },
  };
}

function message(text: string): ContextItem {
  const content = [{ type: 'output_text' as const, text }];
  return { item: { type: 'message', role: 'assistant', status: 'completed', content }, words: text };
}
