"""openai-agents holds its turns with a running server, in sessions of its own. Exits 1 on any failure."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner, RealtimeSession
from turn import QUESTION, STORY, WORDS, frames, hold

detection = {"type": "server_vad", "silence_duration_ms": 500, "interrupt_response": True}
audio = {"input": {"turn_detection": detection, "transcription": {"model": "whisper-1"}}}


@function_tool
def get_weather(city: str) -> str:
    """How the weather is in a city."""
    return f"sunny in {city}"


class Conversation:
    """A session, what it has told, and its own history of the conversation."""

    def __init__(self, session: RealtimeSession) -> None:
        self.session = session
        self.history: list = []
        self.events: list = []

    async def until(self, holds: Callable[[], bool]) -> None:
        """Takes in events until it holds; an error event fails the run."""
        async for event in self.session:
            self.events.append(event)
            if event.type == "error":
                raise AssertionError(f"error event: {event.error}")
            if event.type == "history_updated":
                self.history = event.history
            if event.type == "history_added":
                self.history = [item for item in self.history if item.item_id != event.item.item_id] + [event.item]
            if holds():
                return
        raise AssertionError("the session ended first")

    def ends(self) -> int:
        return sum(event.type == "agent_end" for event in self.events)

    def said(self, role: str) -> list[str]:
        messages = [item for item in self.history if item.type == "message" and item.role == role]
        return ["".join(words_of(part) for part in item.content) for item in messages]

    async def speak(self, speech: bytes) -> None:
        for frame in frames(speech):
            await self.session.send_audio(frame)


def words_of(part) -> str:
    return getattr(part, "transcript", None) or getattr(part, "text", None) or ""


def turns(url: str, speech: bytes) -> dict:
    address = f"{url.replace('http', 'ws', 1)}/v1/realtime?model=gpt-realtime"

    @asynccontextmanager
    async def conversation(**settings) -> AsyncIterator[Conversation]:
        agent = RealtimeAgent(name="helper", instructions="Be brief.", tools=[get_weather])
        settings = {"model_name": "gpt-realtime", "audio": audio, **settings}
        model = {"api_key": "any", "url": address, "initial_model_settings": settings}
        async with await RealtimeRunner(agent).run(model_config=model) as session:
            yield Conversation(session)

    async def text_turn() -> None:
        async with conversation(output_modalities=["text"]) as talk:
            await talk.session.send_message("Good morning")
            answer = "You said: Good morning"
            await talk.until(lambda: talk.ends() == 1 and talk.said("assistant") == [answer])

    async def spoken_turn() -> None:
        async with conversation() as talk:
            await talk.speak(speech)
            await talk.until(lambda: talk.ends() == 1 and talk.said("assistant") == [f"You said: {WORDS}"])
            assert talk.said("user") == [WORDS], talk.history
            sound = b"".join(event.audio.data for event in talk.events if event.type == "audio")
            assert len(sound) > 24_000, len(sound)

    async def tool_turn() -> None:
        async with conversation() as talk:
            await talk.session.send_message(QUESTION)
            await talk.until(lambda: talk.said("assistant") == ["It is sunny in Paris."])
            ran = [(event.tool.name, event.output) for event in talk.events if event.type == "tool_end"]
            assert ran == [("get_weather", "sunny in Paris")], ran

    async def interrupted_turn() -> None:
        async with conversation() as talk:
            await talk.session.send_message(STORY)
            await talk.until(lambda: any(event.type == "audio" for event in talk.events))
            await talk.speak(speech)
            await talk.until(lambda: f"You said: {WORDS}" in talk.said("assistant") and talk.ends() == 2)
            assert [event.type for event in talk.events].count("audio_interrupted") == 1
            story = talk.said("assistant")[0]
            assert len(story) < 1000, story

    return {
        "text turn": text_turn,
        "spoken turn": spoken_turn,
        "tool turn": tool_turn,
        "interrupted turn": interrupted_turn,
    }


hold("openai-agents", turns)
