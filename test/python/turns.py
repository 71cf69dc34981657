"""The openai Python package's realtime client holds a text turn and a spoken turn with a running server.

Usage: turns.py URL SPEECH_FILE. SPEECH_FILE holds 24 kHz PCM16 with silence around the words. Exits 1 on any failure.
"""

import asyncio
import base64
import sys

from openai import AsyncOpenAI

FRAME_BYTES = 960  # 20 ms


async def collect(connection, last: str) -> list:
    """Every event up to the first of type `last`; an error event fails the run."""
    events = []
    async for event in connection:
        events.append(event)
        if event.type == "error":
            raise AssertionError(f"error event: {event.error}")
        if event.type == last:
            return events
    raise AssertionError(f"the connection closed before {last}")


async def text_turn(client: AsyncOpenAI) -> None:
    async with client.realtime.connect(model="gpt-realtime") as connection:
        await connection.session.update(session={"type": "realtime", "output_modalities": ["text"]})
        content = [{"type": "input_text", "text": "Good morning"}]
        await connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        await connection.response.create()
        events = await collect(connection, "response.done")
    text = "".join(event.delta for event in events if event.type == "response.output_text.delta")
    assert text == "You said: Good morning", text
    assert events[-1].response.status == "completed"


async def spoken_turn(client: AsyncOpenAI, speech: bytes) -> None:
    async with client.realtime.connect(model="gpt-realtime") as connection:
        detection = {"type": "server_vad", "silence_duration_ms": 500}
        audio = {"input": {"turn_detection": detection, "transcription": {"model": "whisper-1"}}}
        await connection.session.update(session={"type": "realtime", "audio": audio})
        for at in range(0, len(speech), FRAME_BYTES):
            frame = base64.b64encode(speech[at : at + FRAME_BYTES]).decode()
            await connection.input_audio_buffer.append(audio=frame)
        events = await collect(connection, "response.done")
    types = [event.type for event in events]
    assert types.count("input_audio_buffer.speech_started") == 1, types
    assert types.count("input_audio_buffer.speech_stopped") == 1, types
    heard = [e for e in events if e.type == "conversation.item.input_audio_transcription.completed"]
    assert [event.transcript for event in heard] == ["good morning to you"], heard
    sound = b"".join(base64.b64decode(e.delta) for e in events if e.type == "response.output_audio.delta")
    assert len(sound) > 24_000, len(sound)


async def main(url: str, speech_file: str) -> None:
    client = AsyncOpenAI(api_key="any", base_url=f"{url}/v1")
    with open(speech_file, "rb") as file:
        speech = file.read()
    await asyncio.wait_for(text_turn(client), 30)
    print("python: text turn held")
    await asyncio.wait_for(spoken_turn(client, speech), 30)
    print("python: spoken turn held")


asyncio.run(main(sys.argv[1], sys.argv[2]))
