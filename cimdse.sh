#!/bin/sh
# cimdse.sh: all the set-up there is.
#
#   ./cimdse.sh demo          install what is missing (Debian packages), build, explore VGG8 on RRAM,
#                             and compare it with SRAM, then a small VGG8 on both with accuracy
#   ./cimdse.sh build         the same without the studies; ./cimdse is then the program
#   ./cimdse.sh published SYSTEM
#                             run what a published system searched (bo, cimnas, monas) and print its figures
#                             beside ours: configs/README.md
#   ./cimdse.sh test          build with warnings as errors and run all tests, then again under the
#                             address and undefined-behaviour sanitizers
#   ./cimdse.sh test --long   also a million random designs of each hardware model, stored weights on all
#                             test images, a stored training repeated, the documents' long commands,
#                             and the benchmarks, whose last result is in tests/bench/RESULTS.md
set -eu
cd "$(dirname "$0")"

build_packages="gcc libc6-dev make cmake pkg-config libconfig-dev libsqlite3-dev libgmp-dev zlib1g-dev libjansson-dev libopenblas-dev libpng-dev libjpeg62-turbo-dev dataset-fashion-mnist"
test_packages="g++ libcmocka-dev python3"
jobs=$(nproc 2>/dev/null || echo 2)

# Installs those of the named packages that are not there.
install_packages() {
    missing=""
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q "install ok installed" || missing="$missing $package"
    done
    [ -z "$missing" ] && return
    echo "Installing$missing"
    as_root=""
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "cimdse.sh: as root: apt-get install$missing" >&2; exit 1; }
        as_root=sudo
    fi
    $as_root apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends $missing >/dev/null
}

# Quiet while all goes well.
quietly() {
    log=$(mktemp)
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
}

build() {
    install_packages $build_packages
    echo "Building"
    quietly cmake --preset release -DCIMDSE_TESTS=OFF
    quietly cmake --build --preset release -j "$jobs"
    ln -sf build/release/cimdse cimdse
}

demo() {
    build
    rm -rf runs/demo
    echo "Exploring VGG8 on an RRAM chip: ./cimdse run configs/vgg8_rram.cfg --out runs/demo/rram"
    echo
    ./cimdse run configs/vgg8_rram.cfg --out runs/demo/rram
    echo
    echo "RRAM against SRAM: ./cimdse run configs/vgg8_rram_sram.cfg --out runs/demo/compare"
    echo
    ./cimdse run configs/vgg8_rram_sram.cfg --out runs/demo/compare
    echo
    echo "With accuracy, a small VGG8: ./cimdse run configs/accuracy_rram_sram.cfg --out runs/demo/accuracy"
    echo
    ./cimdse run configs/accuracy_rram_sram.cfg --out runs/demo/accuracy
}

# One preset: build, run all its tests, add their numbers up.
passed=0
failed=0
test_preset() {
    echo "Testing: preset $1"
    quietly cmake --preset "$1"
    quietly cmake --build --preset "$1" -j "$jobs"
    status=0
    ctest --test-dir "build/$1" -j "$jobs" --output-on-failure --no-tests=error || status=1
    log=build/$1/Testing/Temporary/LastTest.log
    programs=$(grep -c '^Test Passed\.' "$log" || true)
    cmocka=$(grep -c '^\[==========\] [0-9]* test(s) run' "$log" || true)
    ok=$(grep -c '^\[       OK \]' "$log" || true)
    bad=$(grep -c '^Test Failed\.\|^Test timed out\|^Test not run' "$log" || true)
    [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] && bad=1
    [ "$programs" -gt "$cmocka" ] && ok=$((ok + programs - cmocka))
    passed=$((passed + ok))
    failed=$((failed + bad))
}

run_tests() {
    install_packages $build_packages $test_packages
    test_preset dev
    test_preset asan
    if [ "${1:-}" = "--long" ]; then
        quietly cmake --preset release -DCIMDSE_TESTS=ON
        quietly cmake --build --preset release -j "$jobs"
        printf '\nA million random designs of each hardware model\n\n'
        for model in neurosim_chip mnsim_model cimloop rram_crossbar sram_cim; do
            CIMDSE_LONG=1 "build/release/tests/unit/test_$model" || failed=$((failed + 1))
        done
        printf '\nStored weights on all test images\n\n'
        CIMDSE_LONG=1 build/release/tests/unit/test_crossbar_weights || failed=$((failed + 1))
        printf '\nA stored training, repeated\n\n'
        CIMDSE_LONG=1 build/release/tests/cli/cli_train_weights || failed=$((failed + 1))
        printf '\nThe documents, with the commands that take long\n\n'
        CIMDSE_LONG=1 tests/readme/run.sh build/release . || failed=$((failed + 1))
        CIMDSE_LONG=1 tests/readme/commands.sh build/release . || failed=$((failed + 1))
        for bench in build/release/tests/bench/bench_*; do
            printf '\nMeasuring: %s\n\n' "$bench"
            "$bench" || failed=$((failed + 1))
        done
    fi
    echo "$passed passed, $failed failed"
    [ "$failed" -eq 0 ]
}

published() {
    install_packages $build_packages $test_packages
    quietly cmake --preset release -DCIMDSE_TESTS=ON
    program=bench_published # but for a system whose findings are no figures
    if [ "${1:-}" = monas ]; then program=bench_monas && shift; fi
    quietly cmake --build --preset release -j "$jobs" --target "$program"
    "build/release/tests/bench/$program" "$@"
}

case "${1:-}" in
demo) demo ;;
published) shift && published "$@" ;;
build) build ;;
test) run_tests "${2:-}" ;;
*)
    sed -n '2,14s/^# \{0,1\}//p' "$0" >&2
    exit 2
    ;;
esac
