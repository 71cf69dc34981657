/** Calls something of the app's; what it throws, or rejects with, goes to `onError`. */
export function guarded(call: () => unknown, onError: (error: unknown) => void): void {
  try {
    const result = call();
    if (result instanceof Promise) result.catch(onError);
  } catch (error) {
    onError(error);
  }
}

/** Where mistakes go when the app names no place: to the page's handler of errors. Elsewhere such a handler may end the process. */
export function reportHandlerError(error: unknown): void {
  if (typeof document === 'undefined') logError(error);
  else reportError(error);
}

/** The one place that is left to tell of an error. */
export function logError(error: unknown): void {
  // oxlint-disable-next-line no-console -- nobody else listens
  console.error(error);
}
