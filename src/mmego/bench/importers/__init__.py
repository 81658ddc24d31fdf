"""Other benchmarks' files, one module each; `mmego.bench.datasets` lists them."""
