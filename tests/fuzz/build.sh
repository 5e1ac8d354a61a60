#!/bin/sh
# build.sh ROOT: brings the fuzzers in ROOT/build/fuzz up to date.
set -eu
cd "$1"
[ -e build/fuzz/build.ninja ] || cmake --preset fuzz
exec ninja -C build/fuzz -j "${MINIPY_JOBS:-$(nproc)}" minipy_fuzz
