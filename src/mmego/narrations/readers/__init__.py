"""Readers of narration files: each recognises its format and yields videos with narrations (see `narrations.formats`).

ego4d, epic, hd_epic: the published data sets
table: your own CSV or JSON Lines
subtitles: SRT and WebVTT, with rolling_captions for repeated lines
video_list: durations and splits of videos
lines: what all readers do with their lines
rows, number_marks: rows of tables, and what commas mean in their numbers
json_stream, pickled_frame: large JSON files, and pandas pickles without running them
"""
