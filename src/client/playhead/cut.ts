import { heardMs, isHeard, type SpokenPart } from './spoken-part.ts';

/** What to tell the server of an item that was not heard to its end. */
export type Cut =
  /** Something of it was heard: `conversation.item.truncate`. */
  | {
      readonly kind: 'truncate';
      readonly item_id: string;
      readonly content_index: number;
      /** Whole milliseconds, at most what has come. */
      readonly audio_end_ms: number;
    }
  /** Nothing of it was heard: `conversation.item.delete`. */
  | { readonly kind: 'delete'; readonly item_id: string };

interface CutRules {
  readonly toleranceMs: number;
  readonly cutsMedia: boolean;
}

/** What to cut of an item, given all of its spoken parts that are known. */
export function cutsOf(item: readonly SpokenPart[], { toleranceMs, cutsMedia }: CutRules): readonly Cut[] {
  const open = item.filter(({ state }) => state === 'open');
  const unheard = open.filter((part) => !isHeard(part, toleranceMs));
  const [first] = unheard;
  if (first === undefined || first.isHidden || (first.isMedia && !cutsMedia)) return [];
  if (item.every((part) => heardMs(part) === 0)) return [{ kind: 'delete', item_id: first.itemId }];
  return unheard.flatMap((part): Cut[] => {
    // Of a part without sound there is nothing to truncate, and servers refuse it.
    if (part.receivedBytes === 0 && !part.isMedia) return [];
    return [{ kind: 'truncate', item_id: part.itemId, content_index: part.contentIndex, audio_end_ms: heardMs(part) }];
  });
}
