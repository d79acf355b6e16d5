#!/bin/sh
# stt-conformance.sh: judges an implementation of STT/1, in any continuous integration that can run a shell script.
#
#   ADAPTER='python3 my_adapter.py' sh stt-conformance.sh [OPTIONS of `stt conform run`]
#
#   ADAPTER  the command that starts the adapter (docs/adapter-protocol.md)
#   WAIVERS  a file of results that are put up with for now; none by default
#   RESULTS  the folder for what is written; conformance-results by default
#
# Needs `stt` in the PATH. Writes junit.xml, results.jsonl, summary.md and report.html. The exit code is that of
# `stt conform run`: 0 all as expected, 1 something unexpected, others mean that the run itself went wrong.
set -eu

: "${ADAPTER:?the command that starts your adapter, as in ADAPTER='python3 my_adapter.py'}"
results=${RESULTS:-conformance-results}
mkdir -p "$results"

code=0
stt conform run --adapter "$ADAPTER" --jobs 0 ${WAIVERS:+--waivers "$WAIVERS"} \
  --jsonl "$results/results.jsonl" --junit "$results/junit.xml" \
  --markdown "$results/summary.md" --html "$results/report.html" "$@" || code=$?

# Where GitHub Actions runs this, the summary appears on the page of the run.
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$results/summary.md" ]; then
  cat "$results/summary.md" >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
