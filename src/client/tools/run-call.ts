import type { Clock } from '../clock.ts';
import { type ToolFailureType, toolFailure, type WrittenOutput, writeOutput } from './output.ts';
import type { Tool, ToolContext } from './tool.ts';

/** A call as a model made it. */
export interface ToolCall {
  readonly name: string;
  readonly callId: string;
  /** JSON text. */
  readonly arguments: string;
  /** The item of the call. */
  readonly itemId: string;
  readonly responseId: string;
}

/** What came of a call. */
export interface CallOutcome extends WrittenOutput {
  /** Why it came to nothing; null if it did not. */
  readonly failed: ToolFailureType | null;
}

/** A call that runs. */
export interface RunningCall {
  /** Never rejects. */
  readonly outcome: Promise<CallOutcome>;
  /** Gives it up: the outcome is there at once, and what the tool still gives is dropped. */
  abort(why: string): void;
}

export interface RunCallOptions {
  readonly clock: Clock;
  /** Null: as long as it takes. */
  readonly timeoutMs: number | null;
  readonly session: ToolContext['session'];
  /** What the model is told of an error that a tool throws. */
  readonly describeError: (error: unknown, call: ToolCall) => string;
}

/** Runs a tool for a call. */
export function runCall(tool: Tool, call: ToolCall, options: RunCallOptions): RunningCall {
  const { clock, timeoutMs, session, describeError } = options;
  const controller = new AbortController();
  let giveUp: (outcome: CallOutcome) => void = () => {};
  const givenUp = new Promise<CallOutcome>((resolve) => {
    giveUp = resolve;
  });

  function end(type: 'timeout' | 'aborted', message: string): void {
    giveUp(failed(type, message));
    controller.abort(reasonOf(type, message));
  }

  async function work(): Promise<CallOutcome> {
    try {
      const read = await tool.read(call.arguments);
      if (!read.ok) return { ...written(read.failure), failed: read.failure.error.type };
      const { name, callId, itemId, responseId } = call;
      const result = await tool.run(read.args, {
        name,
        callId,
        itemId,
        responseId,
        signal: controller.signal,
        session,
      });
      return { ...writeOutput(result), failed: null };
    } catch (error) {
      return failed('tool_error', describeError(error, call));
    }
  }

  const seconds = (timeoutMs ?? 0) / 1000;
  const late = () => end('timeout', `The tool took longer than ${seconds} seconds.`);
  const stopTimer = timeoutMs === null ? () => {} : clock.after(timeoutMs, late);
  const outcome = Promise.race([work(), givenUp]).finally(stopTimer);
  return { outcome, abort: (why) => end('aborted', why) };
}

/** The outcome of a call that came to nothing. What was given up on purpose is not spoken about. */
export function failed(type: ToolFailureType, message: string): CallOutcome {
  return { ...written(toolFailure(type, message)), respond: type !== 'aborted', failed: type };
}

function written(failure: unknown): WrittenOutput {
  return writeOutput({ output: failure });
}

/** Why a signal was aborted, under the names that platforms use. */
function reasonOf(type: 'timeout' | 'aborted', message: string): Error {
  const reason = new Error(message);
  reason.name = type === 'timeout' ? 'TimeoutError' : 'AbortError';
  return reason;
}
