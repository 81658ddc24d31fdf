"""``mmego bench VERB``: build, run and score a benchmark; a module for each verb; `models` opens ``--model``."""

VERBS = {
    "build": "make a benchmark of multiple-choice questions from question-answer pairs",
    "review": "have people judge a benchmark's questions, and read their verdicts back",
    "import": "read another benchmark's files",
    "simulate": "make the videos of the benchmark that ships with this package",
    "run": "ask a model every question; go on where a run stopped",
    "score": "print accuracy, MDA, recall and their intervals for finished runs",
    "report": "write the tables, plots and a page to browse the questions",
}
ABOUT = "A memory benchmark whose score is corrected for questions that need no video."
