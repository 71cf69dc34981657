import type { LanguageOutput } from '../parts.ts';

/** The last piece of an answer. */
export type Ending = Extract<LanguageOutput, { readonly type: 'end' | 'incomplete' | 'failed' }>;

export function isEnding<T extends { readonly type: string }>(piece: T | Ending): piece is Ending {
  return piece.type === 'end' || piece.type === 'incomplete' || piece.type === 'failed';
}
