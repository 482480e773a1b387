"""What the dashboard promises, measured: each module is one command, `python -m benchmarks.<name>`.

Every command starts a server of its own on a free port of 127.0.0.1, prints a Markdown table with
target and measured value side by side, and fails only where it could not measure.
"""
