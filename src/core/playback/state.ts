/** One part of an assistant's message as it goes to the loudspeaker, in ticks of the audio clock. */
export interface PlayedPart {
  readonly itemId: string;
  readonly contentIndex: number;
  /** What the model has said of it so far. */
  readonly saidTicks: number;
  /** What has been played of it, never more than that. */
  readonly playedTicks: number;
  /** It stands in the conversation, so that it is truncated where it is cut; not so out of band, or once deleted. */
  readonly inConversation: boolean;
}

/** The sound of one response, from its first until all of it was played or it was cleared. */
export interface PlayedResponse {
  readonly responseId: string;
  /**
   * `queued`: sound of another is played first. `started`: its own is next or plays, and clients were told so.
   * `cleared`: what it still says is not played; it stays here until the response is over.
   */
  readonly phase: 'queued' | 'started' | 'cleared';
  /** `response.done` was sent: no more will come. */
  readonly isOver: boolean;
  /** In the order of their first sound; those that were played to their end leave once another has begun. */
  readonly parts: readonly PlayedPart[];
}

/** The output audio buffer of a session whose sound the server plays (behaviour §7.3). Plain data. */
export interface Playback {
  /** In the order of their first sound. */
  readonly responses: readonly PlayedResponse[];
  /** The idle timeout begins to count once all has been played. */
  readonly thenIdle: boolean;
}

/** Nothing has been played yet. */
export const nothingPlayed: Playback = { responses: [], thenIdle: false };

/** Whether sound waits, plays or may still come of a response that has begun to sound. */
export function isPlaying({ responses }: Playback): boolean {
  return responses.some(({ phase }) => phase !== 'cleared');
}

/** Whether sound of this response would be played next: no other's waits. */
export function isNext({ responses }: Playback, responseId: string): boolean {
  return responses.every((each) => each.responseId === responseId || each.parts.every(isHeard));
}

/** All that was said of the part has been played. */
export function isHeard({ saidTicks, playedTicks }: PlayedPart): boolean {
  return playedTicks >= saidTicks;
}
