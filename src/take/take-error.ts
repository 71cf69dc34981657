/** What is wrong with a take, or with what it is asked for. The message names the file, and the line if there is one. */
export class TakeError extends Error {
  override readonly name = 'TakeError';
}
