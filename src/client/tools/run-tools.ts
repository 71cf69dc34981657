import type { Item, Tool as ToolDefinition } from '../../protocol/events/index.ts';
import { type Clock, patientClock, systemClock } from '../clock.ts';
import { ClientError } from '../errors.ts';
import { keepNewest } from '../events/bounded.ts';
import type { RespondOptions } from '../responses/response.ts';
import { type Approve, decide, readRequest } from './approval.ts';
import { Batches } from './batches.ts';
import { readCalls } from './calls.ts';
import { type CallOutcome, failed, type RunningCall, runCall, type ToolCall } from './run-call.ts';
import { definitionsOf, type Tool, type ToolSession } from './tool.ts';

/** Whether tools are added to the session, what follows their calls, and how many may run. */
export interface RunToolsOptions {
  /**
   * Adds the tools to the session's. Default true. With false, put `definitionsOf(tools)` where you want them yourself: in
   * the session's settings or in a single response.
   */
  readonly register?: boolean;
  /** For the responses that follow calls, such as `instructions`. */
  readonly respondWith?: RespondOptions;
  /** Whether a response follows calls at all, unless a tool says otherwise. Default true. */
  readonly respond?: boolean;
  /** Default for tools without one, in milliseconds. Default 60,000; null is no limit. */
  readonly timeoutMs?: number | null;
  /** What to do with a call of a tool that is not among these. Default `answer`: the model is told which tools there are. */
  readonly unknown?: 'answer' | 'ignore';
  /** Decides about calls of MCP tools that ask for it. Default: such requests are left to the app. */
  readonly approve?: Approve;
  /** What the model is told of an error that a tool throws. Default: its message. */
  readonly describeError?: (error: unknown, call: ToolCall) => string;
  /** A call is about to run. */
  readonly onCall?: (call: ToolCall) => void;
  /** A call is over, before the model gets its output. */
  readonly onOutput?: (call: ToolCall, outcome: CallOutcome) => void;
  /** Told of what goes wrong here: a server that refuses an output, an approval that throws. Default: nothing happens. */
  readonly onError?: (error: unknown) => void;
  /** Default: the machine's. */
  readonly clock?: Clock;
}

/** Tools that run for a session: its calls are carried out and answered until it is closed. */
export interface ToolRunner {
  /** Resolves when the session has the tools; rejects as `session.update` does. */
  readonly registered: Promise<void>;
  /** Calls that run now. */
  readonly running: readonly ToolCall[];
  /** Gives up the calls that allow it (`abortOnInterruption`), as speech does. */
  interrupt(): void;
  /** Gives up all calls and lets go of the session. Nothing more is answered. */
  close(): void;
}

const defaultTimeoutMs = 60_000;
/** Requests for approval that are remembered. */
const mostRequests = 1_000;

/**
 * Runs tools for a session. Each call runs at once, beside all others; its output goes to the server when it is there, and
 * when all calls of a response have their outputs, one response follows. A call is never run, and never answered, twice.
 *
 * Calls of a response that was cancelled are answered but no response follows; calls of out-of-band responses are left to
 * whoever asked for them.
 */
export function runTools(session: ToolSession, tools: readonly Tool[], options: RunToolsOptions = {}): ToolRunner {
  return new Runner(session, tools, options);
}

class Runner implements ToolRunner {
  readonly registered: Promise<void>;
  readonly #session: ToolSession;
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #options: RunToolsOptions;
  readonly #batches: Batches;
  readonly #running = new Map<ToolCall, RunningCall>();
  readonly #stops: (() => void)[];
  /** Requests for approval that were put to the app in this session. */
  readonly #requests = new Set<string>();
  #isClosed = false;

  constructor(session: ToolSession, tools: readonly Tool[], options: RunToolsOptions) {
    this.#session = session;
    this.#tools = new Map(tools.map((each) => [each.name, each]));
    this.#options = options;
    this.#batches = new Batches((answers) => this.#respond(answers));
    const calls = readCalls({
      call: (call) => this.#called(call),
      ended: (responseId, follows) => this.#batches.ended(responseId, follows),
    });
    this.#stops = [
      session.on('*', (event) => calls.read(event)),
      session.on('input_audio_buffer.speech_started', () => this.interrupt()),
      session.on('response.output_item.done', ({ item }) => {
        if (item.type === 'mcp_approval_request') this.#asked(item);
      }),
      session.onConnection((change) => {
        if (change.type === 'reconnected' && change.resumed === undefined) this.#reconnected(change.restoredItemIds);
      }),
    ];
    session.closed.then(() => this.close()).catch(() => {});
    this.registered = options.register === false ? Promise.resolve() : this.#register(tools);
    this.registered.catch((error: unknown) => this.#report(error));
  }

  get running(): readonly ToolCall[] {
    return [...this.#running.keys()];
  }

  interrupt(): void {
    for (const [call, running] of this.#running) {
      if (this.#tools.get(call.name)?.abortOnInterruption === true) running.abort('The user interrupted the call.');
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stop of this.#stops) stop();
    for (const running of this.#running.values()) running.abort('The session is over.');
    this.#batches.resume();
  }

  /** Beside the tools that the session has already: those of MCP servers, and functions under other names. */
  async #register(tools: readonly Tool[]): Promise<void> {
    await this.#session.ready;
    const { config } = this.#session;
    const held: readonly ToolDefinition[] = config?.type === 'realtime' ? (config.tools ?? []) : [];
    const others = held.filter((each) => !('name' in each && this.#tools.has(each.name ?? '')));
    await this.#session.update({ type: 'realtime', tools: [...others, ...definitionsOf(tools)] });
  }

  #called(call: ToolCall): void {
    const tool = this.#tools.get(call.name);
    if (tool === undefined && this.#options.unknown === 'ignore') return;
    this.#batches.begun(call.responseId, call.itemId);
    this.#answer(call, tool).catch((error: unknown) => this.#report(error));
  }

  /** From the call to its output. Whatever goes wrong, the calls beside it are not held up. */
  async #answer(call: ToolCall, tool: Tool | undefined): Promise<void> {
    let answers: readonly string[] | null = null;
    try {
      this.#options.onCall?.(call);
      if (tool?.background === true) {
        answers = await this.#deliver(call, { output: runningOutput, respond: true, images: [], failed: null });
        this.#goOn(call, tool).catch((error: unknown) => this.#report(error));
      } else {
        const outcome = tool === undefined ? this.#unknown(call) : await this.#run(call, tool);
        answers = await this.#deliver(call, outcome);
      }
    } finally {
      this.#batches.answered(call.responseId, call.itemId, answers);
    }
  }

  /** A background call, whose output the model has already: what came of it is told in a message. */
  async #goOn(call: ToolCall, tool: Tool): Promise<void> {
    const outcome = await this.#run(call, tool);
    if (this.#isClosed) return;
    this.#options.onOutput?.(call, outcome);
    const text = `The call ${call.callId} of the tool ${call.name} is over. Its output: ${outcome.output}`;
    const told = await this.#add({ type: 'message', role: 'system', content: [{ type: 'input_text', text }] });
    const shown = await this.#show(outcome.images);
    if (outcome.respond) this.#respond([...told, ...shown]);
  }

  async #run(call: ToolCall, tool: Tool): Promise<CallOutcome> {
    const { clock = systemClock, timeoutMs = defaultTimeoutMs, describeError = messageOf } = this.#options;
    const limit = tool.timeoutMs ?? (tool.background === true ? null : timeoutMs);
    const running = runCall(tool, call, {
      clock: patientClock(clock),
      timeoutMs: limit,
      session: this.#session,
      describeError,
    });
    this.#running.set(call, running);
    try {
      return await running.outcome;
    } finally {
      this.#running.delete(call);
    }
  }

  /** Gives a call its output. Returns the items that a response shall answer, null if none shall follow. */
  async #deliver(call: ToolCall, outcome: CallOutcome): Promise<readonly string[] | null> {
    if (this.#isClosed || this.#batches.isLost(call.itemId)) return null;
    if (outcome.output !== runningOutput) this.#options.onOutput?.(call, outcome);
    const output = { type: 'function_call_output', call_id: call.callId, output: outcome.output } as const;
    const told = await this.#add(output).catch((error: unknown) => this.#addAnew(error, call, output));
    const shown = await this.#show(outcome.images);
    return outcome.respond ? [...told, ...shown] : null;
  }

  /** The connection went before the server said that it has the output: where it came back with the call, it is sent again. */
  async #addAnew(error: unknown, call: ToolCall, output: Item): Promise<readonly string[]> {
    if (!isLost(error)) throw error;
    await this.#batches.back();
    if (this.#isClosed || this.#batches.isLost(call.itemId)) throw error;
    return this.#add(output);
  }

  async #show(images: readonly string[]): Promise<readonly string[]> {
    if (images.length === 0) return [];
    const content = images.map((image_url) => ({ type: 'input_image' as const, image_url }));
    return this.#add({ type: 'message', role: 'user', content });
  }

  /** Adds an item. Returns its id, as a list; an empty one where the server told none. */
  async #add(item: Item): Promise<readonly string[]> {
    const { id } = (await this.#session.createItem(item)).item;
    return id === undefined ? [] : [id];
  }

  #unknown(call: ToolCall): CallOutcome {
    const names = [...this.#tools.keys()].join(', ');
    return failed(
      'unknown_tool',
      `There is no tool called "${call.name}". There are: ${names === '' ? 'none' : names}.`,
    );
  }

  /** Asks for a response to these items. */
  #respond(answers: readonly string[]): void {
    const { respond = true } = this.#options;
    if (respond && !this.#isClosed) this.#follow(answers).catch((error: unknown) => this.#report(error));
  }

  /** Where the connection goes before the response began, it is asked for again over the next one. */
  async #follow(answers: readonly string[]): Promise<void> {
    const { respondWith = {} } = this.#options;
    // What the server says of itself is no substitute for a response apart, or with a context of its own.
    const isApart = respondWith.conversation === 'none' || respondWith.input !== undefined;
    const handle = this.#session.respond(isApart || answers.length === 0 ? respondWith : { ...respondWith, answers });
    try {
      await handle.done;
    } catch (error) {
      if (!isLost(error) || handle.id !== null) throw error;
      await this.#batches.back();
      this.#respond(answers);
    }
  }

  #asked(item: Parameters<typeof readRequest>[0]): void {
    const { approve } = this.#options;
    const request = readRequest(item);
    if (approve === undefined || this.#requests.has(request.id)) return;
    keepNewest(this.#requests.add(request.id), mostRequests);
    this.#answerRequest(approve, request).catch((error: unknown) => this.#report(error));
  }

  /** An approved call is made in a response that the server starts; of a refused one the model hears only if asked to speak. */
  async #answerRequest(approve: Approve, request: ReturnType<typeof readRequest>): Promise<void> {
    const decision = await decide(approve, request, (error) => this.#report(error));
    if (this.#isClosed) return;
    const answer = { type: 'mcp_approval_response', approval_request_id: request.id, ...decision } as const;
    const told = await this.#add(answer);
    if (!decision.approve) this.#respond(told);
  }

  #reconnected(restoredItemIds: readonly string[]): void {
    this.#requests.clear();
    this.#batches.reconnected(restoredItemIds);
    for (const [call, running] of this.#running) {
      if (this.#batches.isLost(call.itemId)) running.abort('The connection was lost, and the call with it.');
    }
  }

  #report(error: unknown): void {
    if (!this.#isClosed) this.#options.onError?.(error);
  }
}

/** What the model gets at once for a background call. */
const runningOutput = JSON.stringify({ status: 'running' });

function isLost(error: unknown): boolean {
  return error instanceof ClientError && error.code === 'connection_lost';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
