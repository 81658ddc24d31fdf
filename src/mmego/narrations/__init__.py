"""Human narrations: readers and cleaning."""
