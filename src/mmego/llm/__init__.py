"""Calls to language models behind any OpenAI-compatible server.

- `client`: asks a model, with journal, retries, rate limits and counts (`Caller`, `Tally`).
- `options`: the flags of such calls, and the key (`CallOptions`, `read_key`).
- `server_parameters`: the request, and the parameters that a server refuses (`ChatRequest`, `Dialect`).
- `prompts`: the versioned prompt files.
- `response_body`, `reply`, `reasoning`, `json_in_text`: from a response to its text and its JSON.
- `failure`: why a call gave no result.
- `response_cache`, `shared_answers`: paid answers on disk, of one task and of all tasks.
- `retry`: when to retry, how long to wait, when to stop.
- `concurrency`: many calls at once behind a plain iterator.
- `redaction`: removes the key from a server's words.

`client` and `concurrency` load asyncio, so import them where you need them.
"""

from mmego.llm.failure import Failure
from mmego.llm.options import CallOptions, read_key
from mmego.llm.prompts import Prompt, read_prompt
from mmego.llm.reply import Reply
from mmego.llm.response_cache import Journal
from mmego.llm.server_parameters import ChatRequest

__all__ = [
    "CallOptions",
    "ChatRequest",
    "Failure",
    "Journal",
    "Prompt",
    "Reply",
    "read_key",
    "read_prompt",
]
