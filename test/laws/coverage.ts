import { ClientView } from '../../src/laws/client-view.ts';
import { type Moment, refusalIn, type ServerEvent, soleEvent, type Trace } from '../../src/laws/trace.ts';
import type { Item } from '../../src/protocol/types.ts';

/** What a law must have met to prove anything. Each case names what happened at least once in a program. */
export const cases = [
  'speech interrupts a response',
  'speech interrupts a function call',
  'a client cancels a response that speaks',
  'a client cancels a response with an open call',
  'a client cancels a response that has said nothing',
  'a response reaches max_output_tokens',
  'a response fails with an open item',
  'a response makes several items',
  'two responses run at once',
  'a second response is refused',
  'a response beyond the limit is refused',
  'a session is updated while a response runs',
  'a response speaks G.711',
  'an item is truncated while it is being said',
  'a finished item is truncated',
  'an item is truncated twice',
  'a truncation past the end is refused',
  'an item is deleted while it is being said',
  'a deleted id is created again',
  'a live id is created again',
  'an item is put between two others',
  'an item is added while a response runs',
  'a commit ends the open turn',
  'clear ends the open turn',
  'turn detection changes while the user speaks',
  'another setting changes while the user speaks',
  'the input format changes after audio was appended',
  'a turn is ended by semantic_vad',
  'a turn ends while a response goes on',
  'the idle timeout goes off',
  'a commit is too short',
  'a transcript comes in deltas',
  'a transcript begins before its commit',
  'a transcript comes after its item was deleted',
  'a transcript fails',
  'a voice is refused after audio',
  'a session drains while a response runs',
  'a session expires',
  'the reader is too slow',
  'the client goes while a response runs',
  'a transcription session detects a turn',
  "an MCP server's tools are listed",
  'a listing fails',
  'a call of an MCP tool completes',
  'a call of an MCP tool fails',
  'a call of an MCP tool is interrupted',
  'a call asks to be approved',
  'an approved call is made',
  'a call is refused by the client',
  'sound is heard to its end',
  'sound waits until other sound was heard',
  'speech clears what is heard',
  'speech clears sound of a response that is over',
  'a client clears what is heard',
  'an item is cut before its first sound',
  'the idle timeout goes off after playback',
] as const;

export type Case = (typeof cases)[number];

/** The cases that a trace meets. */
export function casesIn(trace: Trace): ReadonlySet<Case> {
  const met = new Set<Case>();
  const look = new Look(met);
  for (const moment of trace.moments) look.at(moment);
  return met;
}

const mcpCases: Readonly<Record<string, Case>> = {
  'mcp_list_tools.completed': "an MCP server's tools are listed",
  'mcp_list_tools.failed': 'a listing fails',
  'response.mcp_call.completed': 'a call of an MCP tool completes',
  'response.mcp_call.failed': 'a call of an MCP tool fails',
};

/** Whether an item ended by itself, and was not cut off. */
function isWhole(item: Item): boolean {
  if (item.type === 'mcp_call') return item.error?.message?.startsWith('The call was given up') !== true;
  return !('status' in item) || item.status === 'completed';
}

class Look {
  readonly #met: Set<Case>;
  readonly #view = new ClientView();
  /** Items of running responses that are not done, by response, and what kind they are. */
  readonly #open = new Map<string, string>();
  readonly #truncated = new Set<string>();
  /** Every item that was ever committed, whether or not it is still there. */
  readonly #committed = new Set<string>();
  #appended = false;
  /** Sound was heard to its end after the last response was over. */
  #wasHeard = false;

  constructor(met: Set<Case>) {
    this.#met = met;
  }

  at(moment: Moment): void {
    this.#asked(moment);
    for (const cause of moment.causes) if (cause.by === 'microphone' && cause.bytes > 0) this.#appended = true;
    if (moment.closes) this.#closed(moment);
    this.#played(moment);
    for (const event of moment.sent) {
      this.#sent(event);
      this.#view.read(event);
    }
  }

  #asked(moment: Moment): void {
    const asked = soleEvent(moment);
    if (asked === null) return;
    const code = refusalIn(moment)?.error.code ?? null;
    const view = this.#view;
    switch (asked.type) {
      case 'session.update':
        if (code === 'cannot_update_voice') this.#met.add('a voice is refused after audio');
        if (code === null) this.#updated(JSON.stringify(asked.session));
        return;
      case 'input_audio_buffer.commit':
        if (code === 'input_audio_buffer_commit_empty') this.#met.add('a commit is too short');
        else if (view.turn !== null) this.#met.add('a commit ends the open turn');
        return;
      case 'input_audio_buffer.clear':
        if (view.turn !== null) this.#met.add('clear ends the open turn');
        return;
      case 'conversation.item.create':
        if (code === 'item_create_duplicate_item_id') this.#met.add('a live id is created again');
        if (code !== null) return;
        if (view.running.size > 0) this.#met.add('an item is added while a response runs');
        if (view.deleted.includes(asked.item.id ?? '')) this.#met.add('a deleted id is created again');
        if (view.order.indexOf(asked.previous_item_id ?? '') in view.order.slice(1)) {
          this.#met.add('an item is put between two others');
        }
        return;
      case 'conversation.item.truncate': {
        const { item_id: id } = asked;
        if (code === 'invalid_value') this.#met.add('a truncation past the end is refused');
        if (code !== null) return;
        this.#met.add(
          view.finished.has(id) ? 'a finished item is truncated' : 'an item is truncated while it is being said',
        );
        if (this.#truncated.has(id)) this.#met.add('an item is truncated twice');
        this.#truncated.add(id);
        return;
      }
      case 'conversation.item.delete':
        if (code === null && !view.finished.has(asked.item_id))
          this.#met.add('an item is deleted while it is being said');
        return;
      case 'response.create':
        if (code === 'conversation_already_has_active_response') this.#met.add('a second response is refused');
        if (code === 'response_limit_reached') this.#met.add('a response beyond the limit is refused');
        return;
      default:
        return;
    }
  }

  #updated(update: string): void {
    const detection = update.includes('"turn_detection"');
    if (this.#view.running.size > 0) this.#met.add('a session is updated while a response runs');
    if (this.#appended && update.includes('"input":{"format"')) {
      this.#met.add('the input format changes after audio was appended');
    }
    if (this.#view.turn === null) return;
    this.#met.add(
      detection ? 'turn detection changes while the user speaks' : 'another setting changes while the user speaks',
    );
  }

  #sent(event: ServerEvent): void {
    const known = mcpCases[event.type];
    if (known !== undefined) this.#met.add(known);
    switch (event.type) {
      case 'response.created':
        if (this.#view.running.size > 0) this.#met.add('two responses run at once');
        if (event.response.audio?.output?.format?.type !== 'audio/pcm') this.#met.add('a response speaks G.711');
        return;
      case 'response.output_item.added':
        this.#open.set(event.response_id, event.item.type);
        if (event.item.type === 'mcp_approval_request') this.#met.add('a call asks to be approved');
        if (event.item.type === 'mcp_call' && (event.item.approval_request_id ?? null) !== null) {
          this.#met.add('an approved call is made');
        }
        return;
      case 'conversation.item.added':
        if (event.item.type === 'mcp_call' && event.item.error?.message?.startsWith('The call was refused') === true) {
          this.#met.add('a call is refused by the client');
        }
        return;
      case 'response.output_item.done':
        if (isWhole(event.item)) this.#open.delete(event.response_id);
        return;
      case 'response.done':
        return this.#done(event.response.id ?? '', event.response);
      default:
        return this.#heard(event);
    }
  }

  #done(id: string, response: Extract<ServerEvent, { type: 'response.done' }>['response']): void {
    const open = this.#open.get(id) ?? null;
    const { reason } = response.status_details ?? {};
    this.#open.delete(id);
    if (reason !== undefined && open === 'mcp_call') this.#met.add('a call of an MCP tool is interrupted');
    if ((response.output?.length ?? 0) > 1) this.#met.add('a response makes several items');
    if (reason === 'max_output_tokens') this.#met.add('a response reaches max_output_tokens');
    if (response.status === 'failed' && open !== null) this.#met.add('a response fails with an open item');
    if (reason === 'turn_detected') {
      this.#met.add(open === 'function_call' ? 'speech interrupts a function call' : 'speech interrupts a response');
    }
    if (reason !== 'client_cancelled') return;
    if (open === 'function_call') this.#met.add('a client cancels a response with an open call');
    if (open === 'message') this.#met.add('a client cancels a response that speaks');
    if (response.output?.length === 0) this.#met.add('a client cancels a response that has said nothing');
  }

  #heard(event: ServerEvent): void {
    switch (event.type) {
      case 'input_audio_buffer.speech_stopped':
        if (this.#view.input.turn_detection?.type === 'semantic_vad') this.#met.add('a turn is ended by semantic_vad');
        if (this.#view.activeDefault !== null) this.#met.add('a turn ends while a response goes on');
        if (this.#view.config?.type === 'transcription') this.#met.add('a transcription session detects a turn');
        return;
      case 'input_audio_buffer.committed':
        this.#committed.add(event.item_id);
        return;
      case 'input_audio_buffer.timeout_triggered':
        this.#met.add('the idle timeout goes off');
        return;
      case 'conversation.item.input_audio_transcription.delta':
        this.#met.add('a transcript comes in deltas');
        if (!this.#committed.has(event.item_id)) this.#met.add('a transcript begins before its commit');
        return;
      case 'conversation.item.input_audio_transcription.failed':
        this.#met.add('a transcript fails');
        return;
      case 'conversation.item.input_audio_transcription.completed':
        if (!this.#view.items.has(event.item_id)) this.#met.add('a transcript comes after its item was deleted');
        return;
      default:
        return;
    }
  }

  /** What is heard, cleared, and cut by itself, where the server plays the sound. */
  #played(moment: Moment): void {
    const { sent } = moment;
    const asked = soleEvent(moment)?.type;
    const bySpeech = sent.some(({ type }) => type === 'input_audio_buffer.speech_started');
    for (const event of sent) {
      if (event.type === 'output_audio_buffer.stopped') this.#met.add('sound is heard to its end');
      if (event.type === 'output_audio_buffer.started' && this.#view.ended.includes(event.response_id)) {
        this.#met.add('sound waits until other sound was heard');
      }
      if (event.type === 'output_audio_buffer.cleared') this.#cleared(event.response_id, bySpeech, asked);
      const isCut = event.type === 'conversation.item.truncated' && asked !== 'conversation.item.truncate';
      if (isCut && event.audio_end_ms === 0) this.#met.add('an item is cut before its first sound');
      if (event.type === 'input_audio_buffer.timeout_triggered' && this.#wasHeard) {
        this.#met.add('the idle timeout goes off after playback');
      }
      if (event.type === 'output_audio_buffer.stopped') this.#wasHeard = true;
      if (event.type === 'response.created') this.#wasHeard = false;
    }
  }

  #cleared(responseId: string, bySpeech: boolean, asked: string | undefined): void {
    if (asked === 'output_audio_buffer.clear') this.#met.add('a client clears what is heard');
    if (!bySpeech) return;
    this.#met.add('speech clears what is heard');
    if (this.#view.ended.includes(responseId)) this.#met.add('speech clears sound of a response that is over');
  }

  #closed({ sent, causes }: Moment): void {
    const codes = new Set(sent.flatMap((event) => (event.type === 'error' ? [event.error.code] : [])));
    if (codes.has('session_expired')) this.#met.add('a session expires');
    if (codes.has('slow_consumer')) this.#met.add('the reader is too slow');
    if (codes.has('server_draining') && this.#view.running.size > 0) {
      this.#met.add('a session drains while a response runs');
    }
    const gone = causes.some((cause) => cause.by === 'server' && cause.what === 'the client goes');
    if (gone && this.#view.running.size > 0) this.#met.add('the client goes while a response runs');
  }
}
