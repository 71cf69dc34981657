"""What the turns of every client share."""

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable, Iterator

FRAME_BYTES = 960  # 20 ms of 24 kHz PCM16
HANG_SECONDS = 120  # ends a turn that would never end; no turn is judged by its speed

WORDS = "good morning to you"  # what the scenario hears in any speech
STORY = "Tell me a story"  # is answered for a minute ("Once upon a time …"), unless somebody interrupts
QUESTION = "How is the weather?"  # is answered with a call of get_weather(city="Paris")


def frames(speech: bytes) -> Iterator[bytes]:
    """The speech as a microphone delivers it."""
    for at in range(0, len(speech), FRAME_BYTES):
        yield speech[at : at + FRAME_BYTES]


def hold(client: str, turns: Callable[[str, bytes], dict[str, Callable[[], Awaitable[None]]]]) -> None:
    """Holds every turn with the server at URL and says so, and exits 1 if any fails; it is called as `FILE URL SPEECH_FILE`."""
    url, speech_file = sys.argv[1:]
    with open(speech_file, "rb") as file:
        speech = file.read()

    async def is_held(name: str, turn: Callable[[], Awaitable[None]]) -> bool:
        try:
            await asyncio.wait_for(turn(), HANG_SECONDS)
        except Exception:
            traceback.print_exc()
            print(f"{client}: {name} FAILED", flush=True)
            return False
        print(f"{client}: {name} held", flush=True)
        return True

    async def all_turns() -> bool:
        return all([await is_held(name, turn) for name, turn in turns(url, speech).items()])

    sys.exit(0 if asyncio.run(all_turns()) else 1)
