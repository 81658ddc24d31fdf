"""``mmego qa VERB``: the data engine, each verb in its own module; `make_flags` and `summary` belong to `make`."""

VERBS = {
    "inspect": "read narrations; print what there is, what would be dropped and why",
    "make": "cut clips, write questions, filter and balance them; go on where a run stopped",
    "filter": "filter and balance a data set again, without asking a model",
    "prompt": "print the prompts that language models are given",
    "export": "write a data set in another format",
    "review": "have people judge a sample, and read their verdicts back",
}
ABOUT = "From human narrations of first-person video to question-answer pairs with the moments that prove them."
