import { answerMutants } from './answers.ts';
import { boundMutants } from './bounds.ts';
import { callMutants } from './calls.ts';
import { controlMutants } from './control.ts';
import { hearingMutants } from './hearing.ts';
import { itemMutants } from './items.ts';
import { mediaMutants } from './media.ts';
import type { Mutant } from './mutant.ts';
import { openingMutants } from './opening.ts';
import { secretMutants } from './secrets.ts';
import { speakingMutants } from './speaking.ts';

/** Every way in which our server is broken, one at a time. */
export const mutants: readonly Mutant[] = [
  ...openingMutants,
  ...itemMutants,
  ...answerMutants,
  ...speakingMutants,
  ...hearingMutants,
  ...boundMutants,
  ...secretMutants,
  ...callMutants,
  ...mediaMutants,
  ...controlMutants,
];
