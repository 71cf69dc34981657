/** What can be wrong before the server runs. */
export type SetupProblem =
  /** A flag, an environment variable, the configuration file or an option of `listen` makes no sense. */
  | 'invalid_configuration'
  /** A file that was named can't be read. */
  | 'unreadable_file'
  /** The address can't be bound: the port is taken, or the host is not of this machine. */
  | 'address_unavailable'
  /** The certificate and key can't be used. */
  | 'invalid_certificate'
  /** A setting is understood, but what it asks for is not built yet. */
  | 'not_available';

/** Why the server can't start. The message is one line and says what to do; the program prints it and exits 1. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
  readonly code: SetupProblem;

  constructor(code: SetupProblem, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
