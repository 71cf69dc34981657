import type { AnyServerEvent } from '../../client/events/server-event.ts';
import type { SessionPayload } from '../../protocol/events/index.ts';

/** Follows who owes what: whether someone speaks, whether an answer runs, is still to come, or could not be whole yet. */
export interface Progress {
  /** Nobody speaks, no answer runs, none is still to come, and the tools of all MCP servers are listed. */
  readonly isQuiet: boolean;
  /** Speech was heard since the session began. */
  readonly heardSpeech: boolean;
  read(event: AnyServerEvent): void;
  /** An answer was asked for. */
  asked(): void;
  /** An answer that was asked for will not come. */
  refused(): void;
  /** Resolves once it is quiet; at once if it is. */
  quiet(): Promise<void>;
}

export function createProgress(): Progress {
  return new Bookkeeping();
}

class Bookkeeping implements Progress {
  readonly #running = new Set<string>();
  #isSpeaking = false;
  #isOwed = false;
  #answersTurns = true;
  #heardSpeech = false;
  /** MCP servers that the session names, and how often one was listed, or could not be. */
  #serverCount = 0;
  #listedCount = 0;
  #waiting: (() => void)[] = [];

  get isQuiet(): boolean {
    const isListed = this.#listedCount >= this.#serverCount;
    return isListed && !this.#isSpeaking && !this.#isOwed && this.#running.size === 0;
  }

  get heardSpeech(): boolean {
    return this.#heardSpeech;
  }

  read(event: AnyServerEvent): void {
    if (event.type.startsWith('input_audio_buffer.')) this.#readTurn(event);
    else this.#readAnswer(event);
    this.#tell();
  }

  asked(): void {
    this.#isOwed = true;
  }

  refused(): void {
    this.#isOwed = false;
    this.#tell();
  }

  quiet(): Promise<void> {
    return this.isQuiet ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  #readTurn(event: AnyServerEvent): void {
    switch (event.type) {
      case 'input_audio_buffer.speech_started':
        this.#isSpeaking = true;
        this.#heardSpeech = true;
        return;
      case 'input_audio_buffer.speech_stopped':
        this.#isSpeaking = false;
        // The commit comes right behind it, and its answer after that.
        this.#isOwed ||= this.#answersTurns;
        return;
      case 'input_audio_buffer.cleared':
        this.#isSpeaking = false;
        return;
      default:
    }
  }

  #readAnswer(event: AnyServerEvent): void {
    switch (event.type) {
      case 'session.created':
        // Also after a reconnection, which takes what ran before with it.
        this.#running.clear();
        this.#isSpeaking = false;
        this.#isOwed = false;
        this.#listedCount = 0;
        return this.#configure(event.session);
      case 'session.updated':
        return this.#configure(event.session);
      case 'mcp_list_tools.completed':
      case 'mcp_list_tools.failed':
        this.#listedCount += 1;
        return;
      case 'response.created':
        if (event.response.conversation_id === null) return;
        this.#isOwed = false;
        this.#running.add(event.response.id ?? '');
        return;
      case 'response.done':
        if (this.#running.delete(event.response.id ?? '')) this.#isOwed ||= isFollowed(event.response);
        return;
      default:
    }
  }

  #configure(session: SessionPayload): void {
    this.#answersTurns = answers(session.audio?.input?.turn_detection);
    const tools = (session.type === 'realtime' && session.tools) || [];
    this.#serverCount = tools.filter(({ type }) => type === 'mcp').length;
  }

  #tell(): void {
    if (!this.isQuiet) return;
    const told = this.#waiting;
    this.#waiting = [];
    for (const resolve of told) resolve();
  }
}

interface Detection {
  readonly create_response?: boolean;
}

/** Whether the server answers a turn that it hears. A server that shows no setting is taken to. */
function answers(detection: Detection | null | undefined): boolean {
  return detection !== null && detection?.create_response !== false;
}

/** Whether another response follows: one that hears what tools gave. */
function isFollowed(response: Extract<AnyServerEvent, { type: 'response.done' }>['response']): boolean {
  if (response.status === 'cancelled' || response.status === 'failed') return false;
  const calls = new Set(['function_call', 'mcp_approval_request']);
  return (response.output ?? []).some(({ type }) => calls.has(type));
}
