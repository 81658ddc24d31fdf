"""The memory of a video: what one model keeps of it, in memory and on disk.

- `memory`: the class `Memory`: frame times, tokens E and V, prefix; save and load.
- `encode`: a video file to a memory with all its frames.
- `on_demand`: a memory without E, whose frames are encoded when a question reads them.
- `prefix`: the key/value prefix of the frames, shared by all questions.
- `frame_tokens`: tokens V of single frames, bounded in size.
- `folder`, `manifest`: the files of a saved memory.
- `fingerprint`, `weight_hashes`: the identity of the model that made it.
- `video_file`: whether the video file is still the same.
"""
