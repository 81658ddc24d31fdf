"""English text of narrations, questions and answers. Pure functions of text: no model, no files.

- `verbs`: verbs of narrations and their families of similar meaning.
- `lexicon`: verb forms, colours, people, containers, numbers.
- `phrases`: things, places and actions, the results of the parser.
- `nouns`: synonyms, plurals and articles.
- `parser`: a narration -> its actions.
- `content_words`: a text -> the stems of its content words.
- `question_parser`: a question -> what it asks for.
- `timeline`: the actions of a video in order, with indexes.
- `answer_matching`: whether two short answers agree.
"""

from mmego.language.answer_matching import answers_agree
from mmego.language.content_words import content, content_set
from mmego.language.parser import parse
from mmego.language.phrases import Action, Place, Thing
from mmego.language.question_parser import ParsedQuestion, QuestionAction, read_question
from mmego.language.timeline import Timeline, TimelineEntry

__all__ = [
    "Action",
    "ParsedQuestion",
    "Place",
    "QuestionAction",
    "Thing",
    "Timeline",
    "TimelineEntry",
    "answers_agree",
    "content",
    "content_set",
    "parse",
    "read_question",
]
