#!/bin/bash -eu
# Builds every target into $OUT, with the compiler, flags and engine that OSS-Fuzz gives. Out of its image it runs as well:
#
#   CC=clang-19 CXX=clang++-19 CXXFLAGS='-fsanitize=address,fuzzer-no-link' LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
#     SRC=.. WORK=/tmp/build OUT=/tmp/out fuzz/oss-fuzz/build.sh [TARGET...]
cd "$(dirname "$0")/../.." 2>/dev/null && [[ -f fuzz/fuzz.py ]] || cd "$SRC/stt"
targets=${*:-$(python3 fuzz/fuzz.py targets)}
cmake -S . -B "$WORK/stt" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_COMPILER="$CXX" \
  -DCMAKE_CXX_FLAGS="${CXXFLAGS:-}" -DSTT_TESTS=OFF -DSTT_FUZZ=ON
for target in $targets; do
  cmake --build "$WORK/stt" --target "${target}_fuzz"
  cp "$WORK/stt/fuzz/${target}_fuzz" "$OUT/"
  (cd "$(python3 fuzz/fuzz.py corpus "$target")" && zip -q "$OUT/${target}_fuzz_seed_corpus.zip" ./*)
  cp "$(python3 fuzz/fuzz.py dictionary "$target")" "$OUT/${target}_fuzz.dict"
done
