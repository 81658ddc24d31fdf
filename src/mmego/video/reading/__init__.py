"""Readers of frames; each takes target times in ticks and gives one `exact.ReadResult` for each.

- `exact`: the picture on screen at each target.
- `keyframes`: the last keyframe before each target, about ten times faster.
- `ordered`: files that do not say when a picture is shown.
- `packets`: packets of one stream from any time on, with what was lost between them.
- `heap`: gives freed memory back to the system during long reads.
"""
