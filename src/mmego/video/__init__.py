"""Video files: which times to sample, frames at those times, and writing MP4.

- `decode`: the frames of a video at given times.
- `probe`: what a video file is: length, size, rate, codec.
- `sampling`: which times to look at; pure arithmetic.
- `files`, `folders`: find a video by its name in a folder.
- `picture`: one decoded frame as an RGB array.
- `write`: write pictures as an MP4.
- `reading/`: the readers behind `decode`: exact frames, keyframes, files without times.
- `container/`: open a file safely, know its times and see its damage.
"""
