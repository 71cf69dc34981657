export { type MemoryPairOptions, type MemoryWire, memoryPair } from '../wire/memory.ts';
export { type VirtualClock, virtualClock } from './virtual-clock.ts';
