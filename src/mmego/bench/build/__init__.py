"""From conversations to a benchmark, step by step; each step is recorded in the benchmark.

- `source`: the conversations of a data set
- `quotas`: which questions to take
- `build`: writes the choices and saves the benchmark
- `blind_screening`: leaves out what models answer right without the video
- `review`: people judge a sample
- `history`: the folder while it is made, and the steps that made it
"""
