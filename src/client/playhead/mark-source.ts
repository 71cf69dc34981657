import { nowhere, type PlayheadSource, type PlayPosition } from './source.ts';

/** A speaker that sends a mark back when it has played everything before it, as a Twilio media stream does. */
export interface MarkSource extends PlayheadSource {
  /** A name for the end of what was queued so far: send it to the speaker as a mark, behind the sound. */
  mark(): string;
  /**
   * The speaker has sent a mark back. True if that means that sound was played; false for a mark that is unknown, or
   * that a clear has sent back unplayed.
   */
  reached(name: string): boolean;
}

/** Sound between two marks counts as unheard until the second comes back: send a mark with every piece. */
export function markSource(): MarkSource {
  let position: PlayPosition = nowhere;
  let marks: { readonly name: string; readonly atMs: number }[] = [];
  let minted = 0;
  return {
    isMedia: false,
    attach(given) {
      position = given;
    },
    queued() {},
    settle() {},
    cleared() {
      marks = [];
    },
    mark() {
      minted += 1;
      const name = `played_${minted}`;
      marks.push({ name, atMs: position.queuedMs });
      return name;
    },
    reached(name) {
      const index = marks.findIndex((mark) => mark.name === name);
      const mark = marks[index];
      if (mark === undefined) return false;
      marks = marks.slice(index + 1);
      position.advanceTo(mark.atMs);
      return true;
    },
  };
}
