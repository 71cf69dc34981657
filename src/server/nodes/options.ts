import { nodeShape } from './name.ts';
import { isNodeUrl } from './reach.ts';

/** A server as one node of several, which share its `state`. */
export interface NodeOptions {
  /** Its name, which the ids of its sessions and calls begin with: six hexadecimal digits. Default: random ones. */
  readonly id?: string;
  /**
   * Where the other nodes reach it: `http://host:port`, `https://host:port`, or `unix:` and the path of a socket. Default: the
   * address that it serves at.
   */
  readonly url?: string;
  /**
   * Whether the server listens at `url` as well, for other nodes alone, in plain HTTP. Default: only if it is a Unix socket;
   * any other `url` is taken to lead to `host` and `port`.
   */
  readonly listens?: boolean;
  /** The version that it announces. Default `unknown`. */
  readonly version?: string;
}

/** The same with its defaults. */
export interface NodeSettings {
  /** Null: a random one. */
  readonly id: string | null;
  /** Null: the server's own. */
  readonly url: string | null;
  readonly listens: boolean;
  readonly version: string;
  /** There are no others. */
  readonly isAlone: boolean;
}

export function settleNode({ id, url, listens, version = 'unknown' }: NodeOptions, isAlone: boolean): NodeSettings {
  return {
    id: id ?? null,
    url: url ?? null,
    listens: url !== undefined && (listens ?? url.startsWith('unix:')),
    version,
    isAlone,
  };
}

/** What is wrong with them; null where nothing is. */
export function nodeMistake({ id, url, listens }: NodeSettings): string | null {
  if (id !== null && !nodeShape.test(id))
    return `The id of a node is six hexadecimal digits such as 0a1b2c, not "${id}".`;
  if (url !== null && !isNodeUrl(url)) {
    return `The URL of a node must be such as http://10.0.0.5:8080, without a path, not "${url}".`;
  }
  return listens && url?.startsWith('https:') === true
    ? 'Where a node listens for the others alone, its URL begins with http: or unix:.'
    : null;
}
