#!/bin/sh
# run.sh BUILD_DIR SOURCE_DIR CONFIGURATION: installs the build, moves the installed tree, builds the
# plug-in beside this file against it in two ways, and runs a study with each; then takes the
# shortest path of plugins/README.md with each template; then builds the memory cells beside this
# file, checks them and compares them with the tree's own.
set -eu
build=$1 source=$2/tests/outside/plugin templates=$2/plugins/template configuration=$3
cells=$2/tests/outside/cells

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "outside: $*" >&2; exit 1; }

cmake --install "$build" --config "$configuration" --prefix "$work/first" > "$work/install.log"
mv "$work/first" "$work/prefix"
prefix=$work/prefix
unset CIMDSE_PLUGIN_PATH

cmake -S "$source" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$prefix" \
      -DCMAKE_BUILD_TYPE="$configuration" > "$work/configure.log"
cmake --build "$work/cmake" > "$work/build.log"

cp -R "$source" "$work/make"
pc=$(find "$prefix" -name cimdse.pc) && PKG_CONFIG_PATH=${pc%/*} && export PKG_CONFIG_PATH
make -C "$work/make" > "$work/make.log"

# A package of another minor version is another interface, and is refused.
mkdir "$work/other"
sed 's/find_package(cimdse 0.1/find_package(cimdse 0.2/' "$source/CMakeLists.txt" \
    > "$work/other/CMakeLists.txt"
if cmake -S "$work/other" -B "$work/other/build" -DCMAKE_PREFIX_PATH="$prefix" \
         > "$work/other.log" 2>&1; then
    fail "version 0.1 was accepted as 0.2"
fi
grep -q 'version: 0.1' "$work/other.log" || fail "$(cat "$work/other.log")"

for way in cmake make; do
    plugin=$work/$way/built/hwmodel.outside.so
    exported=$(nm -D --defined-only "$plugin" | awk '{ print $3 }')
    [ "$exported" = cim_plugins ] || fail "$way: exports $exported"

    export CIMDSE_PLUGIN_PATH="$work/$way/built"
    "$prefix/bin/cimdse" plugins inspect hwmodel.outside > "$work/$way.inspect"
    for word in adc_bits energy_j buffer_capacity; do
        grep -q "$word" "$work/$way.inspect" || fail "$way: inspect does not show $word"
    done

    "$prefix/bin/cimdse" run "$source/study.cfg" --out "$work/$way.run" > "$work/$way.log"
    "$prefix/bin/cimdse" export "$work/$way.run" --format csv > "$work/$way.csv"
    [ "$(wc -l < "$work/$way.csv")" -eq 6 ] || fail "$way: $(cat "$work/$way.csv")"
    for column in hwmodel.rows 'workload.weight_bits\[7\]' energy_j area_mm2; do
        head -n 1 "$work/$way.csv" | grep -q "$column" || fail "$way: no column $column"
    done
    [ "$(grep -c ',feasible' "$work/$way.csv")" -eq 5 ] || fail "$way: $(cat "$work/$way.csv")"
done
cmp "$work/cmake.csv" "$work/make.csv" || fail "the two builds give different figures"

mkdir "$work/mine"
for kind in workload hwmodel searcher accuracy; do
    sed "s/$kind\.template/$kind.mine/" "$templates/$kind.c" > "$work/mine/$kind.c"
    # shellcheck disable=SC2046  # pkg-config gives several words
    ${CC:-cc} -std=c11 -O2 -ffp-contract=off -fPIC -shared -fvisibility=hidden \
        $(pkg-config --cflags cimdse) "$work/mine/$kind.c" -o "$work/mine/$kind.mine.so" \
        $(pkg-config --libs cimdse)
done
export CIMDSE_PLUGIN_PATH="$work/mine"
"$prefix/bin/cimdse" plugins inspect accuracy.mine > "$work/mine.inspect"
"$prefix/bin/cimdse" run "$source/mine.cfg" --out "$work/mine.run" > "$work/mine.log"
"$prefix/bin/cimdse" export "$work/mine.run" --format csv > "$work/mine.csv"
[ "$(grep -c 'feasible,' "$work/mine.csv")" -eq 4 ] || fail "templates: $(cat "$work/mine.csv")"

cmake -S "$cells" -B "$work/cells" -DCMAKE_PREFIX_PATH="$prefix" \
      -DCMAKE_BUILD_TYPE="$configuration" > "$work/cells.configure.log"
cmake --build "$work/cells" > "$work/cells.build.log"
export CIMDSE_PLUGIN_PATH="$work/cells/built"
for cell in fefet pcm c2c; do
    "$prefix/bin/cimdse" plugins check "$work/cells/built/hwmodel.$cell.so" > "$work/$cell.check" ||
        fail "$cell: $(grep -v '^passed' "$work/$cell.check")"
done
"$prefix/bin/cimdse" run "$cells/study.cfg" --out "$work/cells.run" > "$work/cells.log"
"$prefix/bin/cimdse" compare "$work/cells.run" > "$work/cells.compare"
for target in fefet pcm c2c rram sram; do
    "$prefix/bin/cimdse" export "$work/cells.run/$target" --format csv > "$work/$target.csv"
    [ "$(grep -c ',feasible' "$work/$target.csv")" -ge 10 ] || fail "$target: few feasible designs"
    grep -q "^  $target " "$work/cells.compare" || fail "compare leaves out $target"
done
