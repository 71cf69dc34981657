import { describe } from 'vitest';
import { memoryState, systemClock } from '../../src/server/index.ts';
import { stateContract } from './state-contract.ts';

describe('state in the memory of one process', () => {
  stateContract(async () => {
    const state = memoryState(systemClock());
    return [state, state];
  });
});
