"""Benchmarks: everything that is compared runs side by side in one run (`make bench`)."""
