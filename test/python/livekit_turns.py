"""LiveKit Agents' OpenAI plugin holds its turns with a running server: realtime sessions and streams of its STT."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from livekit import rtc
from livekit.agents import function_tool, llm, stt, utils
from livekit.plugins import openai
from openai.types.beta.realtime.session import InputAudioTranscription, TurnDetection
from turn import QUESTION, STORY, WORDS, frames, hold


@function_tool
async def get_weather(city: str) -> str:
    """How the weather is in a city."""
    return "sunny"


def audio_frames(speech: bytes) -> list[rtc.AudioFrame]:
    return [rtc.AudioFrame(frame, 24_000, 1, len(frame) // 2) for frame in frames(speech)]


async def ask(session: llm.RealtimeSession, text: str) -> llm.GenerationCreatedEvent:
    context = session.chat_ctx.copy()
    context.add_message(role="user", content=text)
    await session.update_chat_ctx(context)
    return await session.generate_reply()


async def told(generation: llm.GenerationCreatedEvent) -> tuple[str, float]:
    """What an answer says, and how many seconds of sound it has."""
    text, seconds = "", 0.0
    async for message in generation.message_stream:
        text += "".join([part async for part in message.text_stream])
        seconds += sum([frame.duration async for frame in message.audio_stream])
    return text, seconds


def turns(url: str, speech: bytes) -> dict:
    base_url = f"{url}/v1"

    @asynccontextmanager
    async def realtime() -> AsyncIterator[llm.RealtimeSession]:
        model = openai.realtime.RealtimeModel(
            base_url=base_url,
            api_key="any",
            model="gpt-realtime",
            turn_detection=TurnDetection(type="server_vad", silence_duration_ms=500),
            input_audio_transcription=InputAudioTranscription(model="whisper-1"),
        )
        session = model.session()
        errors: list = []
        session.on("error", lambda event: errors.append(event.error))
        try:
            yield session
            assert errors == [], errors
        finally:
            await session.aclose()
            await model.aclose()

    async def text_turn() -> None:
        async with realtime() as session:
            text, seconds = await told(await ask(session, "Good morning"))
            assert text == "You said: Good morning", text
            assert seconds > 0.5, seconds

    async def spoken_turn() -> None:
        async with realtime() as session:
            answers: asyncio.Queue = asyncio.Queue()
            heard: list = []
            session.on("generation_created", answers.put_nowait)
            session.on("input_audio_transcription_completed", heard.append)
            for frame in audio_frames(speech):
                session.push_audio(frame)
            text, seconds = await told(await answers.get())
            assert text == f"You said: {WORDS}", text
            assert seconds > 0.5, seconds
            assert [event.transcript for event in heard if event.is_final] == [WORDS], heard

    async def tool_turn() -> None:
        async with realtime() as session:
            await session.update_instructions("Be brief.")
            await session.update_tools([get_weather])
            (call,) = [call async for call in (await ask(session, QUESTION)).function_stream]
            assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Paris"}), call
            context = session.chat_ctx.copy()
            output = llm.FunctionCallOutput(call_id=call.call_id, name=call.name, output="sunny", is_error=False)
            context.items.append(output)
            await session.update_chat_ctx(context)
            text, _ = await told(await session.generate_reply())
            assert text == "It is sunny.", text

    async def interrupted_turn() -> None:
        async with realtime() as session:
            started = asyncio.Event()
            session.on("input_speech_started", lambda _: started.set())
            generation = await ask(session, STORY)
            story = await anext(aiter(generation.message_stream))
            await anext(aiter(story.audio_stream))
            answers: asyncio.Queue = asyncio.Queue()
            session.on("generation_created", answers.put_nowait)
            for frame in audio_frames(speech):
                session.push_audio(frame)
            await started.wait()
            # What an AgentSession does: it stops the answer and keeps of it what was heard.
            session.truncate(message_id=story.message_id, modalities=["audio", "text"], audio_end_ms=60)
            said = "".join([part async for part in story.text_stream])
            assert said.startswith("Once ") and len(said) < 1000, said
            text, _ = await told(await answers.get())
            assert text == f"You said: {WORDS}", text

    async def transcribe(speaker: stt.STT) -> None:
        stream = speaker.stream()
        for frame in audio_frames(speech):
            stream.push_frame(frame)
        kinds: list = []
        async for event in stream:
            kinds.append(event.type)
            if event.type == stt.SpeechEventType.FINAL_TRANSCRIPT:
                assert event.alternatives[0].text == WORDS, event
                break
        assert kinds[0] == stt.SpeechEventType.START_OF_SPEECH, kinds
        await stream.aclose()
        await speaker.aclose()

    async def stt_turn() -> None:
        model = "gpt-4o-mini-transcribe"
        await transcribe(openai.STT(model=model, use_realtime=True, base_url=base_url, api_key="any"))

    async def committed_stt_turn() -> None:
        # Leaves turn_detection out, and commits where its own voice activity detection says so.
        await transcribe(openai.STT(model="gpt-realtime-whisper", base_url=base_url, api_key="any"))

    def within_job(turn):
        async def run() -> None:
            async with utils.http_context.open():
                await turn()

        return run

    each = {
        "text turn": text_turn,
        "spoken turn": spoken_turn,
        "tool turn": tool_turn,
        "interrupted turn": interrupted_turn,
        "STT turn": stt_turn,
        "STT turn that it commits itself": committed_stt_turn,
    }
    return {name: within_job(turn) for name, turn in each.items()}


hold("livekit-agents", turns)
