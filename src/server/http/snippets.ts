/** Where a client connects, as the visitor of the page reached the server. */
export interface Place {
  /** `http://host:port` or `https:`. */
  readonly httpUrl: string;
  /** `ws://host:port` or `wss:`. */
  readonly wsUrl: string;
  /** A model to ask for. */
  readonly model: string;
  readonly needsKey: boolean;
}

/** A way to connect, with a program that shows it. */
export interface Snippet {
  readonly id: string;
  readonly title: string;
  /** What to install first, or that nothing is needed. */
  readonly note: string;
  readonly code: string;
}

/** A text turn in each of the usual ways. Values go in as quoted JSON, which both languages read. */
export function snippets(place: Place): readonly Snippet[] {
  return [javascript(place), python(place), agents(place), shell(place)];
}

function javascript({ wsUrl, model, needsKey }: Place): Snippet {
  const url = quoted(`${wsUrl}/v1/realtime?model=${encodeURIComponent(model)}`);
  const protocols = needsKey ? ', ["realtime", "openai-insecure-api-key.YOUR_KEY"]' : '';
  const code = `const socket = new WebSocket(${url}${protocols});
const send = (event) => socket.send(JSON.stringify(event));

socket.onopen = () => {
  const content = [{ type: "input_text", text: "Hello there" }];
  send({ type: "conversation.item.create", item: { type: "message", role: "user", content } });
  send({ type: "response.create", response: { output_modalities: ["text"] } });
};

socket.onmessage = ({ data }) => {
  const event = JSON.parse(data);
  if (event.type === "response.output_text.done") console.log(event.text);
  if (event.type === "response.done") socket.close();
};`;
  return {
    id: 'javascript',
    title: 'JavaScript',
    note: 'Runs in a browser and in Node 22 or newer; nothing to install.',
    code,
  };
}

function python({ wsUrl, model, needsKey }: Place): Snippet {
  const code = `import asyncio
from openai import AsyncOpenAI

client = AsyncOpenAI(api_key=${keyText(needsKey)}, websocket_base_url=${quoted(`${wsUrl}/v1`)})

async def main():
    async with client.realtime.connect(model=${quoted(model)}) as connection:
        await connection.conversation.item.create(item={
            "type": "message",
            "role": "user",
            "content": [{"type": "input_text", "text": "Hello there"}],
        })
        await connection.response.create(response={"output_modalities": ["text"]})
        async for event in connection:
            if event.type == "response.output_text.done":
                print(event.text)
            if event.type == "response.done":
                break

asyncio.run(main())`;
  return { id: 'python', title: 'Python', note: 'pip install "openai[realtime]"', code };
}

function agents({ wsUrl, model, needsKey }: Place): Snippet {
  const code = `import { RealtimeAgent, RealtimeSession } from "@openai/agents-realtime";

const agent = new RealtimeAgent({ name: "Assistant", instructions: "Be brief." });
const session = new RealtimeSession(agent, { transport: "websocket", model: ${quoted(model)} });
session.transport.on("audio_transcript_delta", ({ delta }) => console.log(delta));

await session.connect({
  apiKey: ${keyText(needsKey)},
  url: ${quoted(`${wsUrl}/v1/realtime?model=${encodeURIComponent(model)}`)},
});
session.sendMessage("Hello there");`;
  return { id: 'agents', title: 'Agents SDK', note: 'npm install @openai/agents-realtime', code };
}

function shell({ httpUrl, wsUrl, model, needsKey }: Place): Snippet {
  const header = needsKey ? ' -H "Authorization: Bearer $KEY"' : '';
  const code = `# Is it up, and does it take sessions?
curl ${httpUrl}/readyz

# Which models are there?
curl${header} ${httpUrl}/v1/models

# Speak the protocol by hand, one JSON event a line:
npx wscat${header} -c "${wsUrl}/v1/realtime?model=${encodeURIComponent(model)}"`;
  return { id: 'shell', title: 'Shell', note: 'curl, and wscat to type events by hand.', code };
}

function keyText(needsKey: boolean): string {
  return needsKey ? '"YOUR_KEY"' : '"any"';
}

/** A string literal of JavaScript and of Python. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
