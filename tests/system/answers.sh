#!/bin/sh
# What commands answer about a queue by the clock, whose every number is known: sh answers.sh PROGRAM SOURCE_DIR
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

fail() {
    echo "$@"
    cat said wrong
    exit 1
}

# answers CODE COMMAND...: what it says is in said, what it complains of in wrong.
answers() {
    code=$1
    shift
    got=0
    "$program" "$@" >said 2>wrong || got=$?
    [ "$got" -eq "$code" ] || fail "exit $got, must be $code: $*"
    asked=$*
}

# says LINE...: whole lines of the answer; complains TEXT: all of what is on stderr
says() {
    for line in "$@"; do
        grep -qxF -e "$line" said || fail "no line '$line' in the answer to: $asked"
    done
}
complains() {
    [ "$(cat wrong)" = "diemsim: $1" ] || fail "must complain '$1': $asked"
}
made() {
    answers 0 run "$1.yaml" --quiet --threads 1 -o "$1.h5"
}

cp "$2/tests/system/clock.yaml" .

# ---- a run that ends by a rule: 64 replicas, all equal, are more than enough; 50 that differ are too few ----
cat >ruled.yaml <<'YAML'
include: clock.yaml
until: {metric: utilization, half_width: 0.01, max_replicas: 400}
thresholds: {calm: {of: utilization, at_most: 0.6}, quick: {of: wait_mean, at_most: 1}}
YAML
answers 0 validate ruled.yaml
says 'replicas  at most 400 of each' \
    'until     the mean of utilization is known to +- 0.01 at 95 %, from 40 replicas on' \
    'holds     calm, quick: what stress tests look at'
made ruled
grep -q "^warning: the metric of 'until' has the same value in all replicas of some point, which does not show" wrong || fail 'no warning'
answers 0 info ruled.h5
says 'model queue, 10 to 110, 10 intervals, 1 point, 64 replicas' \
    'until: mean of utilization is 0.5, 95 % interval 0.5 to 0.5' \
    'note: no two values differ, which does not show that none ever would' \
    'utilization      1          0.5         0       0.5       0.5       0.5   ▄▄▄▄▄▄▄▄▄▄'
cat >wide.yaml <<'YAML'
include: clock.yaml
service: {distribution: exponential, mean: 0.5}
until: {metric: utilization, relative_half_width: 1e-6, max_replicas: 50}
YAML
answers 0 validate wide.yaml
says 'until     the mean of utilization is known to +- 1e-06 of itself at 95 %, from 40 replicas on'
made wide
grep -qxF "warning: 'until' asks for a narrower interval than 'max_replicas' give" wrong || fail 'no warning'
answers 0 info wide.h5
grep -q '^until: mean of utilization is .*; wider than asked for, the most replicas were run$' said || fail 'no word of it'

for side in above below; do
    printf 'include: clock.yaml\nuntil: {metric: utilization, statistic: probability, %s: 0.75, half_width: 0.1}\n' \
        "$side" >chance.yaml
    made chance
    answers 0 info chance.h5
    grep -q "^until: probability of utilization $side 0.75 is [01], 95 % interval" said || fail "not what it is of"
    rm chance.h5
done

# ---- a terminal has its width, and may want no colour ----
/usr/bin/python3 - "$program" <<'PYTHON'
import fcntl
import os
import pty
import struct
import sys
import termios


def shown(columns, **environment):
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execve(sys.argv[1], [sys.argv[1], "info", "ruled.h5"], {**os.environ, **environment})
    text = b""
    try:
        while True:
            text += os.read(terminal, 4096)
    except OSError:
        pass
    assert os.waitpid(child, 0)[1] == 0
    return text.decode()


def width(text):
    return max(len(line) for line in text.replace("\033[1m", "").replace("\033[0m", "").splitlines())


os.environ.pop("NO_COLOR", None)
for columns, words in ((72, None), (84, "over time"), (120, "mean over time"), (40, "mean over time")):
    text = shown(columns)
    assert "\033[1mA clockwork\033[0m" in text, text
    head = [line for line in text.splitlines() if "metric at 110" in line][0].replace("\033[0m", "")
    assert head.endswith("95 %" if words is None else words), (columns, head)
    assert width(text) <= (columns if columns >= 60 else 100), (columns, text)
assert "▄▄" not in shown(72) and "▄" * 10 in shown(84)
assert "\033" not in shown(100, NO_COLOR="1") and "\033" in shown(100, NO_COLOR="")
PYTHON

# ---- several points ----
cat >nine.yaml <<'YAML'
include: clock.yaml
replicas: 2
sweep: {service.mean: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]}
YAML
answers 0 validate nine.yaml
says 'design    grid, 1 axis' 'points    9'
made nine
answers 0 info nine.h5
says 'the first 8 of 9 points; --all or --point N shows others' 'point 7: service.mean=0.8'
! grep -q 'service.mean=0.9' said || fail 'the ninth is shown'
answers 0 info nine.h5 --all
says 'point 8: service.mean=0.9'
answers 0 info nine.h5 --point 8
says 'number_in_system 1          0.9         0       0.9       0.9       0.9   ▄▄▄▄▄▄▄▄▄▄'
answers 64 info nine.h5 --point 9
complains "'--point' is 9, the result has 9 points, counted from 0"
answers 64 info ruled.h5 --point 1
complains "'--point' is 1, the result has 1 point, counted from 0"
answers 0 risk nine.h5
says 'the first 8 of 9 points; --all or --point N shows others'

# ---- several scenarios: each is told, and the first that is wrong is the code ----
cat >both.yaml <<'YAML'
include: clock.yaml
variants: {one: {}, two: {servers: 2}}
sweep: {service.mean: [0.25, 0.5, 0.75], arrivals.mean: [1, 2]}
YAML
cat >futures.yaml <<'YAML'
include: quickstart
horizon: 3 d
replicas: 2
branch: {at: 1 d, variants: {now: {}, more: {policies: {mint: {target: 45000 DIEM}}}}}
YAML
answers 66 validate both.yaml nowhere.yaml futures.yaml gone.yaml
says 'design    grid, 2 axes, under each of 2 variants' 'branch    2 futures part at 1' 'points    2'
! grep -q '^design .*variant$' said || fail 'futures are no variants'
grep -qxF 'diemsim: 2 of 4 scenarios are wrong' wrong || fail 'no sum'
echo 'horizn: 3' >misspelt.yaml
answers 65 validate misspelt.yaml nowhere.yaml
answers 66 validate nowhere.yaml misspelt.yaml
printf 'include: clock.yaml\nvariants: {one: {}, two: {servers: 2}}\n' >two.yaml
answers 0 validate two.yaml
says 'design    2 variants'

# ---- what it depends on: utilization is service over arrivals and servers. Of the variance of that ratio over
# 1/4, 1/2, 3/4 and 1, 2, service explains 9/16 alone and 10/16 with the other, arrivals 6/16 and 7/16. ----
made both
answers 0 sensitivity both.h5 --of utilization
says 'one      utilization  service.mean    0.56   0.63' 'one      utilization  arrivals.mean   0.38   0.44' \
    'two      utilization  service.mean    0.56   0.63' 'two      utilization  arrivals.mean   0.38   0.44'
sed '/^variants/d' both.yaml >sums.yaml
echo 'output: {paths: false}' >>sums.yaml
made sums
answers 0 sensitivity sums.h5 --of number_in_system
says 'number_in_system  service.mean    0.56   0.63' 'number_in_system  arrivals.mean   0.38   0.44' \
    "note: summaries only: how much of a metric's variance over points is chance is not known (output.paths true)"
answers 0 sensitivity sums.h5
says 'customers         arrivals.mean   1.00   1.00' 'customers         service.mean    0.00   0.00' \
    'note: nothing of number_in_queue, wait_mean, lost_share: it is the same at every point'
answers 64 sensitivity sums.h5 --of utilisation
complains "the result has no metric or outcome 'utilisation', did you mean 'utilization'?"

# ---- words that are wrong ----
answers 64 schema --model queue
complains "'--model' goes with '--markdown'"
answers 64 schema --markdown --model quue
complains "unknown model 'quue', did you mean 'queue'?"
answers 64 metrics --model quue
complains "unknown model 'quue', did you mean 'queue'?"
answers 64 metrics --model something
complains "unknown model 'something'; 'diemsim metrics' lists them"
answers 64 schema --markdown --model something
complains "unknown model 'something', must be a model or 'common'"
answers 64 policies min.exponential_cubic
complains "unknown policy 'min.exponential_cubic'; 'diemsim policies' lists them"
answers 64 policies mint.exponential_cubc
complains "unknown policy 'mint.exponential_cubc', did you mean 'exponential_cubic'?"
answers 0 policies mint
says 'mint: sVVV to lock for one more DIEM'
answers 0 policies mint.exponential_cubic
says 'exponential_cubic, a policy of the slot mint' '      default 2, from 0 to 50'
answers 64 help --completion zsh
complains "'--completion' is 'zsh', must be bash"
answers 64 trace clock.yaml --until 111
complains "'--until' is 111, must lie above 0 and up to the horizon, 110"
# The customer of 109 leaves at 109.5, the next one comes at the very end.
answers 0 trace clock.yaml --until 110
tail -n 2 said >last
printf '%s\n' '{"time":109.5,"event":"completion","subject":0}' '{"time":110,"event":"arrival","subject":0}' | cmp - last ||
    fail 'other last events'

# ---- what is in the way of an output ----
cp ruled.h5 ruled.md
printf 'date,quantity,value\n2026-09-25,utilization,0.5\n' >seen.md
answers 73 report ruled.md -o ruled.md --force
complains "'ruled.md' is one of the results, must be another file"
answers 73 report ruled.h5 --observed seen.md -o seen.md --force
complains "'seen.md' is what was observed, must be another file"
answers 64 report ruled.h5 -o ruled.pdf
complains "'--output' is 'ruled.pdf', must end in .html or .md"
mkdir a.md
answers 73 report ruled.h5 -o a.md --force
complains "'a.md' exists and is not a regular file"
ln -s nowhere/at/all page_files
answers 73 report ruled.h5 -o page.md
test ! -e page.md || fail 'half of a page is left'
long=$(printf '%0300d' 0)
answers 73 run clock.yaml -o "$long.h5" --quiet
grep -q 'name' wrong || fail 'no word of the name'
answers 73 run clock.yaml -o clock.yaml --force --quiet
complains "'clock.yaml' is the scenario itself, must be another file"
answers 73 run nine.yaml -o clock.yaml --force --quiet
complains "'clock.yaml' is read by the scenario, must be another file"
answers 64 run clock.yaml -o - --quiet
complains "'-o' is '-', must be a file: a result is not written to a stream"
answers 66 run quickstrat --quiet
complains "cannot read 'quickstrat': No such file or directory; did you mean 'quickstart', which ships?"

# ---- gnuplot that fails, dies, or draws nothing, is said, and no page is left ----
mkdir tools
for how in 'exit 1' 'kill -9 $$'; do
    printf '#!/bin/sh\n%s\n' "$how" >tools/gnuplot
    chmod +x tools/gnuplot
    got=0
    PATH="$work/tools:$PATH" "$program" report ruled.h5 -o drawn.md >said 2>wrong || got=$?
    [ "$got" -eq 74 ] || fail "exit $got, must be 74: gnuplot does '$how'"
    grep -q "^diemsim: gnuplot could not draw 'drawn_files/01-[a-z_]*.png'$" wrong || fail "no word of gnuplot's '$how'"
    test ! -e drawn.md || fail 'a page without its pictures is left'
    [ -z "$(ls drawn_files)" ] || fail "half of a picture is left: $(ls drawn_files)"
done

# ---- something so rare that no trial saw it ----
cat >never.yaml <<'YAML'
model: queue
horizon: 100
replicas: 2
seed: 1
arrivals: {process: poisson, rate: 1}
service: {distribution: deterministic, mean: 0.001}
initial: 1
splitting: {metric: number_in_system, target: 9, stop: 0, effort: 2, levels: [5]}
YAML
answers 0 run never.yaml -o never.h5
grep -q '^warning: at some point no trial reached the target; that estimate, 0 ± 0, ' wrong || fail 'no warning of a zero'
answers 0 validate never.yaml
says 'splitting number_in_system to 9, 2 trials a stage; a replica is a repetition of it all'
answers 0 info never.h5
grep -q '^probability  *1  *0  *0 ' said || fail 'the estimate is no zero'
answers 0 risk never.h5
grep -q "^'probability' is of something rare, by splitting: each replica is an estimate" said || fail 'no word of splitting'
