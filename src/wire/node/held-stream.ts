import type { Duplex } from 'node:stream';

/**
 * Watches a stream whose upgrade is answered later, since one that nobody reads does not tell that its peer has left.
 * What the peer sends meanwhile stays unread. `gone` is called at most once. The function returned lets go of the stream
 * and calls back as soon as another may read it.
 */
export function heldStream(stream: Duplex, gone: () => void): (free: () => void) => void {
  const look = (): void => {
    // Reading nothing brings the end to light, where nothing stands before it.
    if (stream.readableLength === 0) stream.read(0);
  };
  let isHeld = true;
  const left = (): void => {
    if (!isHeld) return;
    isHeld = false;
    stop();
    gone();
  };
  const stop = (): void => {
    stream.off('readable', look).off('end', left).off('close', left);
  };
  stream.on('readable', look).on('end', left).on('close', left);
  return (free) => {
    if (!isHeld) return;
    isHeld = false;
    stop();
    // The stream takes note of its lost reader in a turn of its own.
    setImmediate(free);
  };
}
