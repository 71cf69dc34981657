import { isLoopbackHost } from '../../server/admission/origin.ts';
import { isNodeUrl } from '../../server/nodes/reach.ts';
import type { WhenStateIsDown } from '../../server/options.ts';
import { SetupError } from '../../server/setup-error.ts';
import { redisUrlShape } from '../../state/redis/url.ts';
import type { ConfigFile } from '../config/schema.ts';
import type { Environment } from '../config/variables.ts';

/** The flags that say what nodes share. */
export interface StateFlags {
  readonly state?: string;
  readonly nodeUrl?: string;
}

/** What nodes share, and how. */
export interface StateSettings {
  readonly url: string;
  readonly secret: string;
  readonly prefix?: string;
  readonly whenDown: WhenStateIsDown;
  /** Where the other nodes reach this one; absent: where it serves, which is this machine. */
  readonly nodeUrl?: string;
}

/**
 * The state that is shared; null where none is.
 *
 * @throws {SetupError} for what makes no sense, naming the flag or variable it came from, and for what is missing.
 */
export function stateOf(
  flags: StateFlags,
  environment: Environment,
  config: Pick<ConfigFile, 'state' | 'node' | 'host'>,
  host: string | undefined,
): StateSettings | null {
  const nodeUrl = nodeUrlOf(flags, environment, config);
  const url = urlOf(flags, environment, config);
  if (url === undefined) return null;
  const secret = environment['ANTIPHON_STATE_SECRET'] || config.state?.secret;
  if (secret === undefined) {
    throw invalid(
      'Shared state needs a secret that all nodes have: state.secret in the file, or ANTIPHON_STATE_SECRET.',
    );
  }
  if (nodeUrl === undefined && host !== undefined && !isLoopbackHost(host)) {
    throw invalid(
      `With shared state the other nodes must know where they reach this one. Give --node-url (ANTIPHON_NODE_URL, node.url), such as http://10.0.0.5:8080, or a loopback --host.`,
    );
  }
  const { prefix, when_down: whenDown = 'local' } = config.state ?? {};
  return {
    url,
    secret,
    whenDown,
    ...(prefix === undefined ? {} : { prefix }),
    ...(nodeUrl === undefined ? {} : { nodeUrl }),
  };
}

/** Never told as it is: a password may stand in it. */
function urlOf(flags: StateFlags, environment: Environment, { state }: Pick<ConfigFile, 'state'>): string | undefined {
  const given = flags.state ?? (environment['ANTIPHON_STATE'] || undefined);
  if (given === undefined) return state?.redis;
  if (redisUrlShape.test(given)) return given;
  const source = flags.state === undefined ? 'ANTIPHON_STATE' : '--state';
  throw invalid(`${source} must be an address such as redis://127.0.0.1:6379, or rediss:// with TLS.`);
}

function nodeUrlOf(
  flags: StateFlags,
  environment: Environment,
  { node }: Pick<ConfigFile, 'node'>,
): string | undefined {
  const given = flags.nodeUrl ?? (environment['ANTIPHON_NODE_URL'] || undefined);
  if (given === undefined) return node?.url;
  if (isNodeUrl(given)) return given;
  const source = flags.nodeUrl === undefined ? 'ANTIPHON_NODE_URL' : '--node-url';
  throw invalid(`${source} must be a URL such as http://10.0.0.5:8080, without a path, not "${given}".`);
}

function invalid(message: string): SetupError {
  return new SetupError('invalid_configuration', message);
}
