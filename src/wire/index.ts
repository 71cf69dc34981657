export { type MemoryPairOptions, type MemoryWire, memoryPair } from './memory.ts';
export type { Wire, WireClosed, WireListener } from './wire.ts';
