"""Other people's benchmarks as ours.

One module reads one benchmark, with a function `read_NAME(files, settings) -> Imported`: `egolife`, `egoschema`,
`hd_epic`, `plain` (JSON Lines of your own), `qaego4d`, `video_mme`. To add one, write such a module and add a line to
`registry.FORMATS`.

- `registry`: all formats by name, and `import_questions`, which reads one
- `rows`: what every importer needs: `Row` (values with checks), `Imported` (the result), `multiple_choice`
- `entries`: the rows of a JSON, JSON Lines or Parquet file
- `parquet`: Parquet files, with a bound on their size
- `egolife_week`: the clips of a week that `egolife` shows
"""
