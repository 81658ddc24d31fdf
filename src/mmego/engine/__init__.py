"""Index a video, then ask it questions.

- `engine`: the class `Engine`: index, find, ask.
- `glimpse`: one look at all frames for each question, and the frames it keeps.
- `answer_step`: a question and the kept frames to an answer; the class `Question`.
- `loading`, `load_options`, `device_choice`: load a checkpoint, on which device and in which precision.
- `model_location`, `hub`: where a model's files are: this package, a folder, the hub.
- `familiarity_check`: warnings about videos unlike the training videos.
- `report`, `pictures`: the HTML report and its pictures.
- `benchmark_model`: the engine as a model for `mmego.bench`.
"""
