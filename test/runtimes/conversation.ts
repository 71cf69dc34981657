import { ClientError, connect, runTools, tool } from 'antiphon/client';

export interface Place {
  readonly url: string;
  readonly key: string;
  /** Where nobody listens. */
  readonly nowhere: string;
  /** Where connections are refused before they are WebSockets. */
  readonly refusing: string;
  /** Where a ping is sent first, and its pong answered by closing. */
  readonly pinging: string;
}

/** What every runtime must be able to do, and what came of it. Knows no platform. */
export async function converse({ url, key, ...places }: Place) {
  const session = await connect({ url, key, session: { type: 'realtime', output_modalities: ['text'] } });

  await session.createItem(typed('What is an antiphon?'));
  const first = session.respond();
  let written = '';
  for await (const piece of first.text) written += piece;

  const calls: string[] = [];
  const named = (name: string, field: string, output: string) =>
    tool({
      name,
      parameters: { type: 'object', properties: { [field]: { type: 'string' } }, required: [field] },
      run: (args) => {
        calls.push(`${name} ${JSON.stringify(args)}`);
        return output;
      },
    });
  const tools = [named('get_weather', 'city', 'clear'), named('next_train', 'to', 'At 18:04.')];
  const runner = runTools(session, tools);
  await runner.registered;
  await session.createItem(typed('What about Lyon?'));
  await session.respond().done;
  const [{ text: answered }] = await Promise.all([
    session.next('response.output_text.done'),
    session.next('response.done'),
  ]);

  session.appendAudio(new Int16Array(24_000));
  await session.commitInput();
  const spoken = session.respond({ output_modalities: ['audio'] });
  let soundBytes = 0;
  const [, transcript] = await Promise.all([
    each(spoken.audio, (piece) => (soundBytes += piece.byteLength)),
    each(spoken.transcript, () => {}),
  ]);

  const missing = await session.retrieveItem('item_none').catch(String);
  session.close(1000, 'done');
  const { code } = await session.closed;
  return {
    written,
    calls,
    answered,
    soundBytes,
    transcript,
    missing,
    closed: code,
    wrongKey: await failure({ url, key: 'sk-wrong' }),
    nobody: await failure({ url: places.nowhere, key }),
    refused: await failure({ url: places.refusing, key }),
    pinged: await failure({ url: places.pinging, key }),
  };
}

function typed(words: string) {
  return { type: 'message' as const, role: 'user' as const, content: [{ type: 'input_text' as const, text: words }] };
}

/** Calls for each piece; gives the strings among them, joined. */
async function each<T>(pieces: AsyncIterable<T>, take: (piece: T) => unknown): Promise<string> {
  let words = '';
  for await (const piece of pieces) {
    take(piece);
    if (typeof piece === 'string') words += piece;
  }
  return words;
}

async function failure(options: { readonly url: string; readonly key: string }): Promise<string> {
  const error: unknown = await connect(options).catch((reason: unknown) => reason);
  if (!(error instanceof ClientError)) return String(error);
  return `${error.code} ${error.server?.code ?? error.close?.code ?? ''}`.trim();
}
