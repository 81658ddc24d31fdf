"""Run models on a benchmark, and read their choices.

- `run`: asks a model every question under several settings; a stopped run continues
- `models`: what a run needs of a model: `BenchModel`, or `PlainModel` around any `Answerer`
- `endpoint`: a model behind an OpenAI-compatible server
- `baselines`: models that never see the video; `bag_of_words` is the classifier of one of them
- `pictures`: frames as JPEG pictures for `endpoint`
- `folder`: writes a run's folder
- `choice_parser`: the choice that a reply names; `choice_texts` and `choice_words` are its parts
"""
