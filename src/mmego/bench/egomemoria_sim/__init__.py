"""EgoMemoria-Sim, the benchmark that ships with this package.

- `questions`: its houses, videos and questions, and the shipped files
- `videos`: makes and checks its videos
"""
