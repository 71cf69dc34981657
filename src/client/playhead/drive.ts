import type { ServerEventMap } from '../../protocol/events/index.ts';
import type { AnyServerEvent } from '../events/server-event.ts';
import type { RealtimeSession } from '../session.ts';
import type { Cut } from './cut.ts';
import type { Playhead } from './playhead.ts';

/** A piece of sound to be played behind what was given before. */
export interface SoundToPlay {
  readonly responseId: string;
  readonly itemId: string;
  readonly contentIndex: number;
  /** Base64, in the response's output format. */
  readonly audio: string;
}

/** What plays sound. Without `play`, sound is played elsewhere. */
export interface Speaker {
  /** Called at once, in the order of the sound. */
  play?(sound: SoundToPlay): void;
  /** Stops at once and drops what was not played. If it can still report what was played, before this returns. */
  stop(): void;
}

/** What plays the sound, what counts as an interruption, and who is told of it. */
export interface DriveOptions {
  /** Default: none, since sound comes as media and the server stops it. */
  readonly speaker?: Speaker;
  /** Whether the user's speech interrupts. Default true; false leaves it to `interrupt()`. */
  readonly onSpeech?: boolean;
  /** Told of each interruption, with what was cut. */
  readonly onInterrupted?: (cuts: readonly Cut[]) => void;
  /** Told when a cut, or what else is sent here, is refused or can't be sent. Default: nothing happens. */
  readonly onError?: (error: unknown) => void;
}

/** What is needed of a session. */
export type DrivenSession = Pick<RealtimeSession, 'on' | 'send' | 'truncate' | 'deleteItem' | 'config'>;

/** What keeps a playhead up to date with a session, and cuts what was not heard. */
export interface PlayheadDriver {
  /** The listener interrupts, whatever the server heard: a button, a key, a rule of the app. Says what was cut. */
  interrupt(): readonly Cut[];
  /** Lets go of the session. */
  close(): void;
}

/**
 * Ties a playhead to a session and a speaker: plays what comes, and on speech stops the speaker, truncates or deletes what
 * was not heard, and cancels the running response where the server does not (`interrupt_response: false`, or no turn
 * detection at all).
 */
export function drivePlayhead(session: DrivenSession, playhead: Playhead, options: DriveOptions = {}): PlayheadDriver {
  const { speaker, onSpeech = true, onInterrupted, onError = () => {} } = options;

  const stop = session.on('*', (event) => {
    const { play, cuts } = playhead.read(event);
    if (play && event.type === 'response.output_audio.delta') speaker?.play?.(soundOf(event));
    send(cuts);
    if (onSpeech && event.type === 'input_audio_buffer.speech_started') interrupt(!serverCancels(session));
  });

  function interrupt(cancels: boolean): readonly Cut[] {
    const { running } = playhead;
    speaker?.stop();
    const cuts = playhead.interrupt();
    if (cancels) for (const response_id of running) attempt({ type: 'response.cancel', response_id });
    if (cancels && playhead.isMedia) attempt({ type: 'output_audio_buffer.clear' });
    send(cuts);
    onInterrupted?.(cuts);
    return cuts;
  }

  function attempt(event: Parameters<DrivenSession['send']>[0]): void {
    try {
      session.send(event);
    } catch (error) {
      onError(error);
    }
  }

  function send(cuts: readonly Cut[]): void {
    for (const cut of cuts) {
      const answer: Promise<unknown> =
        cut.kind === 'delete'
          ? session.deleteItem(cut.item_id)
          : session.truncate(cut.item_id, cut.audio_end_ms, { contentIndex: cut.content_index });
      answer.catch(onError);
    }
  }

  return { interrupt: () => interrupt(true), close: stop };
}

/** Whether speech makes the server cancel its response. A server that shows no setting is taken to have the default. */
function serverCancels({ config }: DrivenSession): boolean {
  const detection = config?.audio?.input?.turn_detection;
  if (detection === null) return false;
  return detection === undefined || !('interrupt_response' in detection) || detection.interrupt_response !== false;
}

type SoundEvent = ServerEventMap['response.output_audio.delta'];

function soundOf(event: Extract<AnyServerEvent, { type: SoundEvent['type'] }>): SoundToPlay {
  const { response_id, item_id, content_index, delta } = event;
  return { responseId: response_id, itemId: item_id, contentIndex: content_index, audio: delta };
}
