#!/bin/sh
# commands.sh BUILD_DIR SOURCE_DIR
#
# Every command that a document of this tree names is tested: commands.txt says how, and it is done
# here. A command that commands.txt does not have is an error, and so is one that no document has,
# and a link or a benchmark that leads nowhere.
set -eu
build=$(cd "$1" && pwd)
source=$(cd "$2" && pwd)
here=$source/tests/readme
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir build
ln -s "$build" build/release
ln -s "$build/cimdse" cimdse
for folder in hwmodels plugins tests; do ln -s "$source/$folder" "$folder"; done
cp -r "$source/configs" configs # results go beside it
PATH=$work:$PATH

failed=0
passed=0
complain() {
    echo "$1"
    failed=$((failed + 1))
}

find "$source" \( -name build -o -name runs -o -name '.git' \) -prune -o -name '*.md' -print >documents
while read -r file; do
    { grep -oE '\]\([^)#: ]+[)#]' "$file" || true; } | sed "s|^](|$(dirname "$file")/|; s|.$||"
    { grep -oE 'bench/bench_[a-z_]+' "$file" || true; } | sed "s|.*|$source/tests/&.c|"
done <documents | sort -u >targets
while read -r target; do [ -e "$target" ] || complain "named, and not there: $target"; done <targets

while read -r file; do
    awk -f "$here/commands.awk" "$file" >found
    [ "$file" = "$source/README.md" ] && grep '^\$ ' "$file" | sed 's/^\$ //' >by_run &&
        grep -vxF -f by_run found >rest && mv rest found
    cat found
done <documents | sort -u >named
grep -v '^#\|^$' "$here/commands.txt" >listed
grep -v '^first' listed | sed 's/^[^|]* | //' | sort >tested
comm -23 named tested | sed 's/^/in no line of commands.txt: /' >missing
comm -13 named tested | sed 's/^/in no document: /' >>missing
while read -r line; do complain "$line"; done <missing

block() { # of FILE, the one that LINE begins
    awk -v line="$2" '/^```/ { inside = 0 } $0 == line { inside = 1 } inside' "$source/$1"
}
try() {
    if sh -euc "$1" >printed 2>&1 </dev/null; then passed=$((passed + 1)); else
        complain "exit status $?: $1"
        tail -n 5 printed
    fi
}
while IFS= read -r line <&3; do
    how=${line%% | *}
    command=${line#* | }
    more=${how#* }
    [ "$more" = "$how" ] && more=
    case $how in
    long*) [ -n "${CIMDSE_LONG:-}" ] && try "$command $more" ;;
    run*) try "$command $more" ;;
    first*) try "$command" ;;
    block*) try "$(block "$more" "$command")" ;;
    in*) [ -f "$source/$more" ] && passed=$((passed + 1)) || complain "no file $more: $command" ;;
    *) complain "how? $line" ;;
    esac
done 3<listed

echo "commands of the documents: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
