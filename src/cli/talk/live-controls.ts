import type { Levels } from './screen.ts';

/** What a display and its keys ask of a conversation. */
export interface LiveControls {
  levels(): Levels;
  /** A line was typed. */
  line(text: string): void;
  interrupt(): void;
  end(): void;
}
