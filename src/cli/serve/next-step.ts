import { anyName } from '../../server/models.ts';

export interface Served {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly needsKey: boolean;
  /** Whether its page is the console. */
  readonly hasConsole: boolean;
  /** The names of the models, `*` for any. */
  readonly models: readonly string[];
}

/** What `antiphon talk` asks for where nobody names a model. */
const usualModel = 'gpt-realtime';

/** What to do with a server that listens, in one line: its page, and the command that talks. */
export function nextStep({ url, needsKey, hasConsole, models }: Served): string {
  const page = new URL('/', url).href;
  const socket = new URL('/v1/realtime', url.replace(/^http/, 'ws')).href;
  const [first] = models;
  const isNamed = first === undefined || models.includes(anyName) || models.includes(usualModel);
  const talk = ['npx antiphon talk', socket, isNamed ? '' : `--model ${first}`, needsKey ? '--key KEY' : ''];
  const use = hasConsole ? 'talk to it and see what happens' : 'see how to connect';
  return `open ${page} to ${use}, or in a terminal: ${talk.filter((part) => part !== '').join(' ')}`;
}
