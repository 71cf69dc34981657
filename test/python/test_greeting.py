import os
import shlex
import subprocess
from pathlib import Path

import pytest
from openai import OpenAI

TAKE = Path(__file__).parent / "../take/app/greeting.take.jsonl"


@pytest.fixture
def realtime_url():
    """The server's part of the take, on a free port."""
    antiphon = shlex.split(os.environ.get("ANTIPHON", "npx antiphon"))
    command = [*antiphon, "serve", "--port", "0", "--replay", str(TAKE), "--speed", "max"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield server.stdout.readline().split()[-1].replace("http", "ws") + "/v1"
    server.terminate()
    server.wait()


def greeting(url: str, name: str) -> str:
    """The app: asks a Realtime endpoint for a greeting."""
    client = OpenAI(api_key="any", websocket_base_url=url)
    with client.realtime.connect(model="gpt-realtime") as connection:
        content = [{"type": "input_text", "text": f"Greet {name} in one sentence."}]
        connection.conversation.item.create(item={"type": "message", "role": "user", "content": content})
        connection.response.create(response={"output_modalities": ["text"]})
        for event in connection:
            if event.type == "response.output_text.done":
                return event.text


def test_greets_as_the_real_model_once_did(realtime_url):
    assert greeting(realtime_url, "Ada") == "Good morning, dear Ada!"
