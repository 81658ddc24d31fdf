"""Containers of video: open a file safely, work out its times, and see damage that FFmpeg hides.

- `opening`: open a file and choose its video stream.
- `limits`: how large a picture may be.
- `first_packets`: what the first packets say: start, keyframe distance, steady rate.
- `picture_times`: when each picture is shown in a file that does not say.
- `stream_clock`: transport streams whose clock restarts.
- `decoders`: a decoder that reports damaged packets.
- `checksums`, `jpeg`, `avi_chunks`: damage in Matroska and HEVC, in JPEG pictures, in AVI files.
"""
