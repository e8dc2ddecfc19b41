#!/bin/sh
# The report in a real browser, in the dark, on a phone and on paper: sh report.sh PROGRAM SOURCE_DIR
set -eu
program=$1
source=$2
for tool in chromium pdftoppm; do
    command -v "$tool" >/dev/null || {
        echo "skipped: $tool is not installed"
        exit 77
    }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat >evil.yaml <<END
include: $source/scenarios/quickstart.yaml
title: "</script><script>window.broken = 1</script> \`it\` & \"so\" <b>'on'</b>"
description: "<img src=x onerror='window.broken = 2'>"
horizon: 40 d
replicas: 40
variants:
  "as it is": {policies: {mint: {target: 40000 DIEM}}}
  "</script><script>window.broken = 3</script>": {policies: {mint: {target: 45000 DIEM}}}
END
cat >sweep.yaml <<END
model: queue
title: Two hundred loads
horizon: 20
observe: 1
replicas: 3
seed: 3
sweep:
  arrivals.rate: {from: 0.1, to: 0.9, steps: 200}
END
"$program" run "$source/scenarios/quickstart.yaml" --replicas 40 --set 'horizon=40 d' --quiet -o quick.h5
"$program" run evil.yaml --quiet -o evil.h5
"$program" run sweep.yaml --quiet -o sweep.h5
for name in quick evil sweep; do
    "$program" report "$name.h5" -o "$name.html" --question 'Does it <hold>?'
done

/usr/bin/python3 "$source/tests/system/report_page.py" .

# A report gives way to a newer one, another file only to --force; what makes it again is said whole.
refused() {
    got=0
    "$program" report "$@" >/dev/null 2>told || got=$?
    test "$got" -eq "$code" || { echo "exit $got, must be $code: report $*"; cat told; exit 1; }
}
echo 'my notes, with diemsim report quick.h5 in them' >notes.md
code=73 refused quick.h5 -o notes.md
grep -q 'is no report' told && grep -q 'my notes' notes.md
mkdir a.html
code=73 refused quick.h5 -o a.html
code=64 refused quick.h5
code=64 refused quick.h5 -o quick.html --metrics diem_supply,,utilization
"$program" report quick.h5 -o notes.md --force 2>told
printf 'date,quantity,value\n2026-09-25,diem_supply,38000\n' >seen.csv
"$program" report quick.h5 -o notes.md --observed seen.csv 2>told
grep -q '^diemsim report quick.h5 --observed seen.csv -o notes.md$' notes.md

# Beside a result that keeps every replica, one that keeps summaries.
"$program" run "$source/scenarios/quickstart.yaml" --replicas 40 --set 'horizon=40 d' \
    --set output.paths=false --quiet -o summed.h5
"$program" report quick.h5 summed.h5 -o both.html

# Markdown has its pictures beside it, or tables where nobody draws them.
"$program" report evil.h5 -o 'a report.md' 2>told
if command -v gnuplot >/dev/null && [ -s told ]; then
    cat told
    exit 1
fi
if command -v gnuplot >/dev/null; then
    grep -q '^!\[diem_supply: .*](<a%20report_files/01-diem_supply.png>)$' 'a report.md'
    test "$(grep -c '^!\[' 'a report.md')" -eq "$(ls 'a report_files' | wc -l)"
    cp -r 'a report_files' before
    "$program" report evil.h5 -o 'a report.md'
    diff -r before 'a report_files'
fi
PATH=/nowhere "$program" report quick.h5 -o plain.md 2>told
/bin/grep -q 'gnuplot is not installed' told
/bin/grep -q '^| date | median |' plain.md
test ! -e plain_files
if grep -q '<script' 'a report.md' plain.md; then
    echo "a script is in a Markdown file"
    exit 1
fi
