"""The whole of Lasso on one machine, operated from outside: what bin/serve, the demo, the benchmarks and the end-to-end
tests share. Nothing of the application imports it.
"""
