"""The `openai` package's realtime client holds its turns with a running server. Exits 1 on any failure."""

import base64
import json

from openai import AsyncOpenAI
from turn import QUESTION, STORY, WORDS, frames, hold


async def collect(connection, last: str, count: int = 1) -> list:
    """Every event up to the `count`th of type `last`; an error event fails the run."""
    events = []
    async for event in connection:
        events.append(event)
        if event.type == "error":
            raise AssertionError(f"error event: {event.error}")
        count -= event.type == last
        if count == 0:
            return events
    raise AssertionError(f"the connection closed before {last}")


async def ask(connection, text: str) -> None:
    content = [{"type": "input_text", "text": text}]
    await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
    await connection.response.create()


async def listen_for_turns(connection) -> None:
    detection = {"type": "server_vad", "silence_duration_ms": 500}
    audio = {"input": {"turn_detection": detection, "transcription": {"model": "whisper-1"}}}
    await connection.session.update(session={"type": "realtime", "audio": audio})


async def speak(connection, speech: bytes) -> None:
    for frame in frames(speech):
        await connection.input_audio_buffer.append(audio=base64.b64encode(frame).decode())


def words(events: list) -> str:
    return "".join(event.delta for event in events if event.type == "response.output_audio_transcript.delta")


def turns(url: str, speech: bytes) -> dict:
    client = AsyncOpenAI(api_key="any", base_url=f"{url}/v1")

    def connect():
        return client.realtime.connect(model="gpt-realtime")

    async def text_turn() -> None:
        async with connect() as connection:
            await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            await ask(connection, "Good morning")
            events = await collect(connection, "response.done")
        text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        assert text == "You said: Good morning", text
        assert events[-1].response.status == "completed"

    async def spoken_turn() -> None:
        async with connect() as connection:
            await listen_for_turns(connection)
            await speak(connection, speech)
            events = await collect(connection, "response.done")
        types = [event.type for event in events]
        assert types.count("input_audio_buffer.speech_started") == 1, types
        assert types.count("input_audio_buffer.speech_stopped") == 1, types
        heard = [e for e in events if e.type == "conversation.item.input_audio_transcription.completed"]
        assert [event.transcript for event in heard] == [WORDS], heard
        assert words(events) == f"You said: {WORDS}", words(events)
        sound = b"".join(base64.b64decode(e.delta) for e in events if e.type == "response.output_audio.delta")
        assert len(sound) > 24_000, len(sound)

    async def tool_turn() -> None:
        async with connect() as connection:
            tool = {"type": "function", "name": "get_weather", "parameters": {"type": "object"}}
            await connection.session.update(session={"type": "realtime", "tools": [tool]})
            await ask(connection, QUESTION)
            (call,) = (await collect(connection, "response.done"))[-1].response.output
            assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Paris"}), call
            output = {"type": "function_call_output", "call_id": call.call_id, "output": "sunny"}
            await connection.conversation.item.create(item=output)
            await connection.response.create()
            events = await collect(connection, "response.done")
        assert words(events) == "It is sunny.", words(events)

    async def interrupted_turn() -> None:
        async with connect() as connection:
            await listen_for_turns(connection)
            await ask(connection, STORY)
            story = (await collect(connection, "response.output_audio.delta"))[-1]
            await speak(connection, speech)
            events = await collect(connection, "response.done", 2)
            cut, answer = [event.response for event in events if event.type == "response.done"]
            assert (cut.status, cut.status_details.reason) == ("cancelled", "turn_detected"), cut
            assert answer.status == "completed", answer
            await connection.conversation.item.truncate(item_id=story.item_id, content_index=0, audio_end_ms=60)
            await collect(connection, "conversation.item.truncated")
            await connection.conversation.item.retrieve(item_id=story.item_id)
            item = (await collect(connection, "conversation.item.retrieved"))[-1].item
        assert item.status == "incomplete", item
        assert answer.output[0].content[0].transcript == f"You said: {WORDS}", answer

    return {
        "text turn": text_turn,
        "spoken turn": spoken_turn,
        "tool turn": tool_turn,
        "interrupted turn": interrupted_turn,
    }


hold("openai", turns)
