"""The words by which a reply names, denies or withholds a choice, in the languages that models answer in. Pure.

Every pattern is linear in a reply's length: the text that it may skip is bounded.
"""

from __future__ import annotations

import re

_BEFORE, _AFTER = r"(?<![A-Za-zÀ-ɏ0-9_/#'’&.-])", r"(?![A-Za-zÀ-ɏ0-9_/&-]|\.\w)"
LETTER = rf"{_BEFORE}[A-Z]{_AFTER}(?!['’][a-z])"
"""A capital that stands alone, not in "T-shirt", "N/A", "#C" or "I'm"; other scripts may touch it ("答案是B。")."""
_SUFFIXED = rf"{_BEFORE}[A-Z]{_AFTER}"  # Turkish: "cevap B'dir"


def _words(text: str) -> str:
    """Return the words of a text as alternatives of a pattern; "_" is a space in one of them."""
    return "|".join(re.escape(word).replace("_", r"\s").replace("'", "['’]?") for word in text.split())


def _whole(text: str) -> str:
    return rf"(?<![^\W_])(?i:{_words(text)})(?![^\W\d_])"


_ANSWER = _whole(
    """answer answers conclusion verdict correct_option right_option best_option correct_choice right_choice best_choice
    correct_letter likely_option likely_choice plausible_option my_choice my_guess best_guess my_pick
    i_choose i_pick i_select i_say i_would_choose i_would_pick i_would_select i_would_go_with i_would_say i'd_choose
    i'd_pick i'd_go_with i'd_say i'll_go_with i_go_with going_with choosing settle_on opt_for go_for
    antwort lösung richtig_ist richtig_wäre korrekt_ist réponse reponse bonne_option respuesta opción_correcta resposta
    alternativa opção_correta risposta opzione_corretta antwoord odpowiedź odpowiedz svar svaret vastaus cevap yanıt
    jawaban jawabannya đáp_án ответ вариант відповідь απάντηση الإجابة الجواب תשובה उत्तर जवाब विकल्प উত্তর คำตอบ"""
)
_ANSWER_CJK = "答案|应该是|應該是|正解|答え|解答|回答|应选|應選|我选|我選|选择|選擇|选项是|选|選|정답|답변|답은"
CLAIM = re.compile(
    rf"(?:{_ANSWER}|{_ANSWER_CJK})(?P<between>(?:(?!{_SUFFIXED})(?![.!?](?:\s|$))[^\n。！？]){{0,40}}?(?:[:：]\s{{1,4}}\(?)?)"
    rf"(?P<letter>{_SUFFIXED})"
)
"""A word for "answer", at most forty characters of its sentence (after a colon also the next line), then a capital."""
SMALL_CLAIM = re.compile(
    r"(?<![^\W_])(?i:answer|option|choice)(?:\sis)?\s{0,3}[:=-]?\s{0,3}\(?(?P<letter>[a-z])\)?\.?[ \t]{0,9}(?:\n|\Z)"
)
_ENDS = r"(?=\)?[\"'”]?\s{0,3}(?:[.!,;:。]|\n|\Z|because|since))"
THEREFORE = re.compile(
    _whole(
        "so therefore thus hence consequently it's it_is must_be has_to_be would_be leaves leaves_only also daher donc"
    )
    + r"[,:]?(?:\s(?i:it['’]?s|it is|it must be|only|option|choice|the answer is)){0,2}\s?"
    + rf"\(?(?P<letter>{LETTER}){_ENDS}"
)
"""A conclusion: "so B.", "it must be D"."""
CORRECTION = re.compile(
    _whole("wait actually no correction scratch_that rather i_mean i_meant sorry hold_on")
    + r"(?:[\s,:;.!…—-]|(?i:wait|no|actually|it['’]?s|it is|the answer is|should be|rather|make that)(?![^\W\d_]))"
    + "{1,12}?"
    + rf"\(?(?P<letter>{LETTER}){_ENDS}"
)
"""A change of mind: "A... wait, no, B."."""
_RIGHT = (
    _whole(
        """best_matches best_fits best_describes fits_best matches_best correct right the_answer the_best most_likely
        most_plausible most_accurate richtig korrekt correcte bonne correcta correcto correta correto corretta corretto
        juist doğru prawidłowa верно правильно правильный"""
    )
    + "|正确|正確|正解|正しい|맞|सही"
)
CORRECT = re.compile(rf"(?P<letter>{LETTER})(?P<between>(?:(?!{LETTER})[^.!?\n。]){{0,60}}?)(?:{_RIGHT})")
"""A letter that is called right: "B is correct", "选项B是正确的"."""
TICKED = re.compile(rf"(?m)^[ \t|*(-]{{0,6}}(?P<letter>{LETTER})(?P<between>[^\n❌✗✘]{{0,200}}?)[✅✓✔☑]")
GUESS = re.compile(
    "(?:"
    + _whole(
        """most_likely most_probably probably had_to_guess have_to_guess had_to_choose have_to_choose had_to_pick
        have_to_pick forced_to_guess forced_to_choose forced_to_pick forced_to_answer guessing"""
    )
    + r"[,:]?(?:\s(?i:it['’]?s|it is|it would be|option|choice|i['’]?d say|i would say)){0,2}\s?\(?"
    + rf"(?P<letter>{LETTER}){_ENDS})"
)
"""A guess: "if I had to guess, B", "most likely B"."""
IT_IS = re.compile(rf"(?P<letter>{LETTER})\)?\s(?i:it is|it must be|it has to be)(?=[.!,;:]|\s{{0,3}}(?:\n|\Z))")
"""A decision: "B it is."."""
CLAIMS = (CLAIM, SMALL_CLAIM, THEREFORE, CORRECTION, CORRECT, TICKED, GUESS, IT_IS)
NAMES_LETTER = re.compile(r"(?<![^\W_])(?i:is|be|option|choice|letter)\s[(\[\"']?\Z")
"""Before a letter that is not an article, whatever follows: "the answer is B red"."""
NO_NOUN = re.compile(
    r"[^\S\n](?:is|because|since|as|for|or|and|best|fits|matches|it is|it must|it has to|then|on|in|at|under|into|onto"
    r"|inside|behind|beside|near|next to|above|below|between|by|from|with|to|the|a|an)(?!\w)"
)
"""Behind a letter that is therefore not an article."""
NOTHING_BETWEEN = re.compile(r"[\W_]*(?:(?i:and|or|</?answer>|n|text|choice|option)[\W_]*){0,2}")
"""Between two places made for an answer that stand side by side."""
NO_ELIMINATION = re.compile(
    r"\?|(?<![^\W_])(?i:except|if|unless|whether|may|might|maybe|perhaps|possibly|instead of|rather than)(?![^\W_])"
    r"|(?i:(?<![^\W_])(?:not|cannot|never|hard to|no reason to|without|nor)|n['’]t)\s(?:\w{1,12}\s){0,3}?"
    r"(?i:rul(?:e|ed|ing)\b|exclu|eliminat|impossible|wrong|incorrect|false|unlikely|dismiss)"
)
"""Denied letters leave none over after these: a condition, a doubt, "A, B and D cannot be ruled out"."""
_MORE = rf"(?:\)?(?:,|,?\s(?:and|or|nor|und|oder))\s(?:option\s|choice\s|not\s)?\(?{LETTER}){{0,8}}"
DENIED = re.compile(
    "(?:"
    + _whole(
        """not isn't wasn't can't_be cannot_be neither nor never
        rule_out rules_out ruled_out ruling_out eliminate
        eliminates eliminated eliminating exclude excludes excluding except instead_of rather_than nicht weder kein pas
        ni não nem no_es niet geen не нет"""
    )
    + "|不是|不选|不選)"
    + rf"\s?(?i:be\s|option\s|choice\s|answer\s|la\s|the\s)?\(?(?P<letters>{LETTER}{_MORE})"
)
"""Letters that are denied: "not A", "neither A nor B"."""
WRONG = re.compile(
    rf"(?P<letters>{LETTER}{_MORE})\)?(?:\s?[:=–-]\s?|\s)(?:[^\W\d_]{{1,12}}['’]?[^\W\d_]{{0,2}}\s){{0,4}}?"
    + _whole(
        """not isn't aren't can't cannot wrong incorrect false ruled excluded eliminated impossible unlikely never
        doesn't nicht falsch fausse faux incorrecta incorrecto incorreta errada errado sbagliata onjuist"""
    )
)
"""The same with the verdict behind: "A is wrong", "C and D are never visible"."""
NEGATION = re.compile(
    _whole(
        """not no never neither nor none isn't wasn't aren't weren't doesn't didn't don't can't cannot couldn't won't
        wouldn't without wrong incorrect false unlikely instead_of rather_than except excluded eliminated ruled_out
        nicht kein keine falsch weder pas non ni jamais aucun aucune faux fausse não nem nunca errado errada sin ningún
        incorrecta geen niet nie fel ikke inte değil yanlış не нет ни неверно không bukan tidak नहीं गलत ليس ليست خطأ"""
    )
    + "|不|没|沒|非|错|錯|無|ない|ません|아니|않|없|틀"
)
REFUSAL = re.compile(
    r"(?i:\bcan(?:not|['’]?t|\snot)\s(?:\w{1,15}\s)?(?:be\s)?(?:determin|tell|see|answer|help|identif|say|provid|assist"
    r"|watch|view|access|giv|know|infer|make out)|\b(?:unable|not able|impossible|not possible|hard) to\b"
    r"|\b(?:not|n['’]t)\s(?:\w{1,12}\s)?(?:enough|sufficient|sure|certain|clear|know|show|shown|provide|contain|specify"
    r"|specified|mention|give|indicate|visible|seen|possible)\b"
    r"|\b(?:insufficient|unknown|unclear|uncertain|unsure|as an ai|n/a|sorry)\b"
    r"|\bno (?:idea|information|way to|evidence|correct|answer|option)|\bnone of (?:the|these|them)\b"
    r"|\b(?:need|provide)\s(?:\w{1,9}\s)?more\b|\bplease (?:provide|upload|share)\b)"
    "|无法|無法|不知道|不确定|不確定|わかりません|できません|알 수 없|모르"
)
HEDGED = re.compile(_whole("could might may maybe perhaps possibly either possible can_be both"))
OTHER_TOO = re.compile(
    r"\)?[\"'”]?(?:,?\s?(?<![^\W_])(?i:or|and|oder|und|ou|et|o|y|e|или|и)(?![^\W_])\s?|\s?(?:或者?|和|または|또는)\s?"
    r"|\s?[/&+|]\s?|,\s?)(?:(?i:also|maybe|perhaps|option|choice|even|it could be|it may be)\s){0,3}"
    rf"[(\"']?(?![AI]\s[a-z])[A-Z]{_AFTER}(?!['’][a-z])"
)
"""Behind a letter: another one is named with it."""
BESIDE = re.compile(r"\s?;\s?[(\[]?[A-Z](?!\w|[.)]?\s[a-z])|[)\]]\s?[(\[][A-Z][)\]]")
"""Behind a letter: another one side by side with it, "(B)(C)"."""
NAMED_THING = re.compile(
    _whole("person man woman boy girl vitamin plan room type grade gate team player figure frame") + r"\s\Z"
)
"""Before a letter that is a name and not an answer."""
NUMBERS = frozenset(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
_JOINS = _whole("but and or the a an in on at of to with is are was because then that which so if as for from")
UNFINISHED = re.compile(rf"(?:,|{_JOINS})\s{{0,3}}\Z")
"""The end of a reply that stops in the middle of a sentence, whatever the server reports."""
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


def is_article(text: str, place: int) -> bool:
    """Return True for "A mug", "I think", "C picks up": a word of the sentence, by the small letter behind it."""
    behind = text[place + 1 : place + 12]
    return bool(re.match(r"[^\S\n][a-zà-ÿ]", behind)) and not NO_NOUN.match(behind)


def is_asked(text: str, place: int) -> bool:
    """Return True for "is it B?"."""
    return re.match(r"[^.!\n]{0,20}\?", text[place + 1 : place + 25]) is not None


def is_second(text: str, place: int) -> bool:
    """Return True if another letter stands right before: "B or C", "B/C"."""
    before = text[max(0, place - 8) : place]
    return bool(re.search(r"(?<![\w'])[A-Z]\)?(?:\s(?:or|and)|[,/&])\s?\(?\Z|[A-Z][)\]]\s?[(\[]\Z", before))
