#!/bin/sh
# run.sh BUILD_DIR SOURCE_DIR [--update]
#
# Runs every command of the README ("$ ..." in ```console blocks) in a folder of its own and compares
# what it prints on standard output with what stands below it. Files shown in the README, with
# "<!-- file: NAME -->" above their block, are written there first. A line "..." stands for any
# lines. A block with "<!-- long -->" above is run with CIMDSE_LONG=1 only. --update writes what was
# printed into the README.
set -eu
build=$(cd "$1" && pwd)
source=$(cd "$2" && pwd)
update=${3:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/new"
cd "$work"
ln -s "$build/cimdse" cimdse
ln -s "$source/configs" configs
ln -s "$source/plugins" plugins

awk -v folder="$work" '
    /^<!-- file: / { name = $3 }
    /^```/ && name != "" && inside == 0 { inside = 1; next }
    /^```/ && inside == 1 { inside = 0; close(folder "/" name); name = "" }
    inside == 1 { print > (folder "/" name) }
' "$source/README.md"

passed=0
failed=0
: >new/README.md
state=text
shorten=no
compare() {
    if [ "$shorten" = yes ]; then
        head -n "$(grep -n '^\.\.\.$' expected | head -n 1 | cut -d: -f1)" expected | sed '$d' >start
        head -n "$(wc -l <start)" printed | cmp -s - start
    else
        cmp -s printed expected
    fi
}
finish() { # the command before is complete: what it should have printed is in `expected`
    [ -s command ] || return 0
    shorten=no
    grep -q '^\.\.\.$' expected && shorten=yes
    status=0
    sh -c "$(cat command)" >printed 2>errors </dev/null || status=$?
    if [ "$status" -eq 0 ] && { [ "$update" = --update ] || compare; }; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        echo "README: $(cat command): exit status $status"
        cat errors
        diff expected printed || true
    fi
    if [ "$shorten" = yes ]; then
        head -n "$(grep -n '^\.\.\.$' expected | head -n 1 | cut -d: -f1)" expected | sed '$d' | wc -l >lines
        head -n "$(cat lines)" printed >>new/README.md
        echo "..." >>new/README.md
    else
        cat printed >>new/README.md
    fi
    : >command
    : >expected
}
: >command
: >expected
while IFS= read -r line || [ -n "$line" ]; do
    case "$state$line" in
    'text<!-- long -->') [ -n "${CIMDSE_LONG:-}" ] || state=left_out ;;
    'left_out```') state=text ;;
    'text```console') state=console ;;
    'console```') finish; state=text ;;
    console'$ '*) finish; printf '%s\n' "${line#??}" >command ;;
    console*) printf '%s\n' "$line" >>expected; continue ;;
    esac
    printf '%s\n' "$line" >>new/README.md
done <"$source/README.md"

[ "$update" = --update ] && cp new/README.md "$source/README.md"
echo "README: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
