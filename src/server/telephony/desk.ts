import type { Referred } from '../calls/directory.ts';
import type { SessionLog } from '../log.ts';

/** What the model may do with the call itself. */
export interface DeskActs {
  hangUp(): void;
  /** Moves the call to this number; null where calls can't be transferred. */
  readonly transfer: ((target: string) => Promise<Referred>) | null;
}

export interface DeskOptions extends DeskActs {
  /** Says something to the session, as a client would. */
  readonly say: (event: object) => void;
  readonly log: SessionLog;
}

/** A function that the model is offered. */
interface DeskTool {
  readonly type: 'function';
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const hangUpTool: DeskTool = {
  type: 'function',
  name: 'hang_up',
  description: 'Ends the telephone call, once what you have said was heard. Say goodbye first.',
  parameters: { type: 'object', properties: {} },
};

const transferTool: DeskTool = {
  type: 'function',
  name: 'transfer',
  description: 'Passes the caller on to another telephone number, once what you have said was heard.',
  parameters: {
    type: 'object',
    properties: { target: { type: 'string', description: 'The number, such as +493012345.' } },
    required: ['target'],
  },
};

/** The functions that the model of a call is offered. */
export function deskTools({ transfer }: Pick<DeskActs, 'transfer'>): readonly DeskTool[] {
  return transfer === null ? [hangUpTool] : [hangUpTool, transferTool];
}

/** What is to be done once all that was said has been heard. */
interface Leaving {
  readonly callId: string;
  readonly act: () => void;
}

interface Told {
  readonly type: string;
  readonly response_id?: string;
  readonly item?: {
    readonly type?: string;
    readonly name?: string;
    readonly call_id?: string;
    readonly arguments?: string;
  };
}

/** The events that matter here. */
const watched: ReadonlySet<string> = new Set([
  'response.created',
  'response.done',
  'response.output_item.done',
  'output_audio_buffer.started',
  'output_audio_buffer.stopped',
  'output_audio_buffer.cleared',
  'input_audio_buffer.speech_started',
]);

/** Carries out what the model wants done with its call: not before its last words were heard, nor if the caller speaks up. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #playing = new Set<string>();
  #responses = 0;
  #leaving: Leaving | null = null;

  constructor(options: DeskOptions) {
    this.#options = options;
  }

  /** An event of the session. */
  told(text: string): void {
    const type = /^\{"type":"([\w.]+)"/.exec(text)?.[1] ?? '';
    if (watched.has(type)) this.#take(JSON.parse(text));
  }

  #take({ type, response_id: id = '', item }: Told): void {
    switch (type) {
      case 'response.created':
        this.#responses += 1;
        return;
      case 'response.output_item.done':
        return this.#called(item ?? {});
      case 'output_audio_buffer.started':
        this.#playing.add(id);
        return;
      case 'output_audio_buffer.cleared':
        this.#playing.delete(id);
        return this.#stay();
      case 'input_audio_buffer.speech_started':
        return this.#stay();
      case 'output_audio_buffer.stopped':
        this.#playing.delete(id);
        return this.#leaveIfHeard();
      default:
        this.#responses -= 1;
        return this.#leaveIfHeard();
    }
  }

  #called({ type, name, call_id: callId = '', arguments: given = '' }: NonNullable<Told['item']>): void {
    if (type !== 'function_call') return;
    const { transfer, hangUp, log } = this.#options;
    if (name === hangUpTool.name) {
      log.info('the model hangs up');
      this.#leaving = { callId, act: hangUp };
    } else if (name === transferTool.name && transfer !== null) {
      const target = targetOf(given);
      this.#leaving = { callId, act: () => void this.#transfer(callId, () => transfer(target)) };
    }
  }

  async #transfer(callId: string, transfer: () => Promise<Referred>): Promise<void> {
    const outcome = await transfer();
    this.#options.log.info('the model transfers the call', { outcome });
    if (outcome === 'done') return;
    this.#answer(callId, outcome === 'refused' ? 'Calls may not be transferred there.' : 'The transfer failed.');
    this.#options.say({ type: 'response.create' });
  }

  /** The caller has something to say. */
  #stay(): void {
    if (this.#leaving === null) return;
    this.#answer(this.#leaving.callId, 'Not done: the caller has spoken.');
    this.#leaving = null;
  }

  #leaveIfHeard(): void {
    if (this.#leaving === null || this.#responses > 0 || this.#playing.size > 0) return;
    const { act } = this.#leaving;
    this.#leaving = null;
    act();
  }

  #answer(callId: string, output: string): void {
    this.#options.say({
      type: 'conversation.item.create',
      item: { type: 'function_call_output', call_id: callId, output },
    });
  }
}

/** The number in the arguments of a call; what makes no sense is refused like any other. */
function targetOf(given: string): string {
  try {
    const { target } = Object(JSON.parse(given));
    return typeof target === 'string' ? target : '';
  } catch {
    return '';
  }
}
