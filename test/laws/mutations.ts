import { conversationMutations } from './conversation-mutations.ts';
import type { Mutation } from './mutation.ts';
import { playbackMutations } from './playback-mutations.ts';
import { responseMutations } from './response-mutations.ts';
import { speechMutations } from './speech-mutations.ts';

/** Deliberate bugs of every region, each of which the laws or the unit tests must notice. */
export const mutations: readonly Mutation[] = [
  ...conversationMutations,
  ...responseMutations,
  ...speechMutations,
  ...playbackMutations,
];
