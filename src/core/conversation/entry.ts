import type { AudioFormatName } from '../../audio/format.ts';
import type { SpeechMark } from '../../audio/heard-words.ts';
import type { Item } from '../../protocol/types.ts';

/** Audio that an item holds; its bytes live outside the core. */
export interface ItemAudio {
  readonly contentIndex: number;
  readonly format: AudioFormatName;
  readonly ticks: number;
  /** How an assistant's words go with it; empty for a user's. */
  readonly marks: readonly SpeechMark[];
}

/** An item of the conversation. */
export interface Entry {
  /** As the wire shows it, without audio bytes. */
  readonly item: Item & { id: string };
  /** What was said in it, as far as anyone knows (see `ContextItem`). */
  readonly words: string | null;
  readonly audio: readonly ItemAudio[];
  /** Set once truncated: nothing that streams in later belongs to it. */
  readonly truncated: boolean;
  /** The id of the response that is still saying it, or of the tool listing that fills it; null once it is done. */
  readonly saidBy: string | null;
  /** Set once it no longer fits the model's context (behaviour §3.3); clients still see it. */
  readonly dropped: boolean;
}
