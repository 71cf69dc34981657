/** Four random 32-bit words: the seed of ids that nobody shall guess or repeat. */
export function randomWords(): [number, number, number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = crypto.getRandomValues(new Uint32Array(4));
  return [a, b, c, d];
}
