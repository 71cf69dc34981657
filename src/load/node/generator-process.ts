/** A process of the generator: holds the share that it is sent, and tells what has come of it. */
import { holdShare, type Share } from './generate.ts';

process.once('message', async (share: Share) => {
  const result = await holdShare(share);
  process.send?.(result, () => process.disconnect());
});

// Whoever asked for it is gone, or has been told.
process.once('disconnect', () => process.exit());
