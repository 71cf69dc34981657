"""pipecat's OpenAI realtime service holds its turns with a running server, in pipelines. Exits 1 on any failure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from pipecat.adapters.llm.schemas.function_schema import FunctionSchema
from pipecat.adapters.llm.schemas.tools_schema import ToolsSchema
from pipecat.frames.frames import (
    ErrorFrame,
    Frame,
    InputAudioRawFrame,
    LLMFullResponseEndFrame,
    LLMRunFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
)
from pipecat.observers.base_observer import BaseObserver, FramePushed
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.services.openai.realtime import events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService
from pipecat.workers.runner import WorkerRunner
from turn import QUESTION, STORY, WORDS, frames, hold

weather = FunctionSchema(
    name="get_weather",
    description="How the weather is in a city.",
    properties={"city": {"type": "string"}},
    required=["city"],
)


class Witness(BaseObserver):
    """Every frame that the service pushes, in order; an error frame fails the run."""

    def __init__(self, service: OpenAIRealtimeLLMService) -> None:
        super().__init__()
        self.frames: list[Frame] = []
        self._service = service
        self._news = asyncio.Condition()

    async def on_push_frame(self, data: FramePushed) -> None:
        if data.source is not self._service:
            return
        async with self._news:
            self.frames.append(data.frame)
            self._news.notify_all()

    def of(self, kind: type[Frame]) -> list:
        return [frame for frame in self.frames if isinstance(frame, kind)]

    def text(self) -> str:
        return "".join(frame.text for frame in self.of(LLMTextFrame))

    async def until(self, holds: Callable[[], object]) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self.of(ErrorFrame) or holds())
        errors = self.of(ErrorFrame)
        assert errors == [], errors


class Conversation:
    """A running pipeline: the user's context, the service, the assistant's context."""

    def __init__(self, service: OpenAIRealtimeLLMService, context: LLMContext) -> None:
        pair = LLMContextAggregatorPair(context)
        self.context = context
        self.seen = Witness(service)
        pipeline = Pipeline([pair.user(), service, pair.assistant()])
        self.worker = PipelineWorker(pipeline, observers=[self.seen], idle_timeout_secs=None)

    async def speak(self, speech: bytes) -> None:
        for frame in frames(speech):
            await self.worker.queue_frame(InputAudioRawFrame(audio=frame, sample_rate=24_000, num_channels=1))


def turns(url: str, speech: bytes) -> dict:
    base_url = f"{url.replace('http', 'ws', 1)}/v1/realtime"

    @asynccontextmanager
    async def conversation(*messages: str, modality: str = "audio") -> AsyncIterator[Conversation]:
        listening = events.AudioInput(
            transcription=events.InputAudioTranscription(model="whisper-1"),
            turn_detection=events.TurnDetection(type="server_vad", silence_duration_ms=500),
        )
        properties = events.SessionProperties(
            output_modalities=[modality], audio=events.AudioConfiguration(input=listening)
        )
        settings = OpenAIRealtimeLLMService.Settings(model="gpt-realtime", session_properties=properties)
        service = OpenAIRealtimeLLMService(api_key="any", base_url=base_url, settings=settings)

        async def get_weather(params) -> None:
            await params.result_callback(f"sunny in {params.arguments['city']}")

        service.register_function("get_weather", get_weather)
        context = LLMContext(
            [{"role": "user", "content": text} for text in messages], ToolsSchema(standard_tools=[weather])
        )
        talk = Conversation(service, context)
        runner = WorkerRunner(handle_sigint=False)
        await runner.add_workers(talk.worker)
        running = asyncio.create_task(runner.run())
        try:
            if messages:
                await talk.worker.queue_frame(LLMRunFrame())
            yield talk
        finally:
            await talk.worker.cancel()
            await running

    async def text_turn() -> None:
        async with conversation("Good morning", modality="text") as talk:
            await talk.seen.until(lambda: talk.seen.of(LLMFullResponseEndFrame))
            assert talk.seen.text() == "You said: Good morning", talk.seen.text()

    async def spoken_turn() -> None:
        # The service sends sound as soon as it is connected, before its session.update has been taken; a typed turn
        # shows that it has.
        async with conversation("Good morning") as talk:
            await talk.seen.until(lambda: talk.seen.of(LLMFullResponseEndFrame))
            talk.seen.frames.clear()
            await talk.speak(speech)
            await talk.seen.until(lambda: talk.seen.of(LLMFullResponseEndFrame))
            assert talk.seen.text() == f"You said: {WORDS}", talk.seen.text()
            sound = b"".join(frame.audio for frame in talk.seen.of(TTSAudioRawFrame))
            assert len(sound) > 24_000, len(sound)

    async def tool_turn() -> None:
        async with conversation(QUESTION) as talk:
            await talk.seen.until(lambda: talk.seen.text().endswith("."))
            assert "sunny in Paris" in talk.seen.text(), talk.seen.text()

    async def interrupted_turn() -> None:
        async with conversation(STORY) as talk:
            await talk.seen.until(lambda: talk.seen.of(TTSAudioRawFrame))
            await talk.speak(speech)
            await talk.seen.until(lambda: talk.seen.text().endswith(f"You said: {WORDS}"))
            await talk.seen.until(lambda: len(talk.seen.of(LLMFullResponseEndFrame)) >= 2)
            assert len(talk.seen.text()) < 1000, talk.seen.text()

    return {
        "text turn": text_turn,
        "spoken turn": spoken_turn,
        "tool turn": tool_turn,
        "interrupted turn": interrupted_turn,
    }


hold("pipecat", turns)
