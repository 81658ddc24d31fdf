"""Other benchmarks' files, one module each; `mmego.bench.importers.registry` lists them."""
