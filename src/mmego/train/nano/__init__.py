"""The recipe of mmego-nano, the small model that this package ships, from simulated houses to a checkpoint.

recipe: `train_nano`, all stages in order
model: tokenizer, configuration and processor
episodes, questions, engine_clips: simulated frames with labels, and the questions on them
vision_stage, pointer_stage, answer_stage: the three stages
features: the vision stage's output, stored
shown_frames, retelling: what stage 3 shows, and what it asks besides questions
evaluation, selection_tuning: measurements, and the settings that follow from them
warm_start: start from an earlier checkpoint
"""
