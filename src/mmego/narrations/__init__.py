"""Human narrations: files of any known format in, clean narrations out.

sources: `open_source`, files of one format as videos with narrations
formats: the table of formats; add a format here
detection: which format a file has
readers/: one module for each format, and what they share
clean: clean sentences, spans, and the count of drops
split: the videos of an official split, without excluded ones
inspection: counts for ``mmego qa inspect``
"""
