#!/bin/sh
# What pages say of queues and economies whose answers are known: sh pages.sh PROGRAM SOURCE_DIR
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
mkdir nothing # without gnuplot, pictures are tables

# page NAME [RESULT...]: NAME.md of these results, or of NAME.yaml
page() {
    name=$1
    shift
    if [ $# -eq 0 ]; then
        "$program" run "$name.yaml" --quiet -o "$name.h5"
        set -- "$name.h5"
    fi
    PATH="$work/nothing" "$program" report "$@" -o "$name.md" 2>told || {
        cat told
        exit 1
    }
    page=$name.md
}

# says TEXT...: lines that the page has, whole
says() {
    for text in "$@"; do
        grep -qxF -e "$text" "$page" || {
            echo "$page has no line '$text'; the nearest:"
            grep -F -e "$(printf '%s' "$text" | cut -c 1-12)" "$page" || :
            exit 1
        }
    done
}

# finds PATTERN: a line that fits
finds() {
    grep -q -e "$1" "$page" || {
        echo "$page has no line like '$1'"
        exit 1
    }
}

says_not() {
    ! grep -nF -e "$1" "$page" || {
        echo "$page says '$1'"
        exit 1
    }
}

cp "$2/tests/system/clock.yaml" .
cat >>clock.yaml <<'YAML'
thresholds:
  calm: {of: utilization, at_most: 0.6, in: 50 %}
YAML

# ---- one case ----
page clock
says '40 replicas of the model queue, from 10 to 110. Each is one course that events may take: all follow the same rules, and chance differs. All ran to the end.' \
    '- number_in_system (customers waiting or in service) stays at 0.5 in the median; nine of ten replicas end between 0.5 and 0.5.' \
    'What must hold is shown to hold: utilization at most 0.6.' \
    '| calm | busy servers over servers that are up | utilization at most 0.6 | 50 % | 100 % (91.2 to 100) | pass |' \
    "Of 8 numbers and words that the model takes, 0 have a source and 8 are assumptions of the model's author; 1 differs from its default:" \
    '| events | 1 | events handled, warm-up included | 219 | 0 | 219 | 219 | 219 |' \
    '| customers | 1 | customers served after the warm-up | 100 | 0 | 100 | 100 | 100 |'

# Of 40 replicas all: at least 0.025^(1/40) = 91.2 %; of 40 none: at most 8.81 % (Clopper & Pearson 1934).
cat >judged.yaml <<'YAML'
include: clock.yaml
thresholds:
  idle: {of: utilization, at_most: 0.4, in: 50 %}
  quick: {of: wait_mean, at_most: 1}
  steady: {of: number_in_system, at_most: 1, in: 99 %}
YAML
page judged
says 'Of 4 thresholds, 1 is shown to hold. The others:' \
    '- idle (busy servers over servers that are up): it holds only in 0 % (0 to 8.81) of replicas, asked in 50 %.' \
    '- So few replicas do not decide: quick (held in 100 %), steady (held in 100 %).' \
    '| idle | busy servers over servers that are up | utilization at most 0.4 | 50 % | 0 % (0 to 8.81) | FAIL |'
finds '| wait_mean at most 1 | 95 % | 100 % (91.2 to 100) | undecided |$'

# ---- points ----
cat >held.yaml <<'YAML'
include: clock.yaml
sweep: {service.mean: [0.25, 0.5]}
YAML
page held
says 'What must hold is shown to hold: utilization at most 0.6.' \
    '| service.mean | 0.25 | 0.5 | mean |' \
    '- service.mean=0.5: raises number_in_system by 100 %. No difference is shown in number_in_queue, wait_mean, lost_share.'
says_not 'Where a threshold fails'

cat >broken.yaml <<'YAML'
include: clock.yaml
sweep: {service.mean: [0.25, 0.5, 0.75]}
thresholds:
  quick: {of: wait_mean, at_most: 1}
YAML
page broken
says 'Of 3 cases, 1 is shown to break what must hold: service.mean=0.75 (calm). 2 are undecided: so few replicas do not tell.' \
    '|  | calm | quick |' \
    '| service.mean=0.5 | 0 | 0 |' \
    '| service.mean=0.75 | 100 | 0 |' \
    'Where a threshold fails, or where more replicas may show that it does:'
finds '^| service.mean=0.75 | calm | 50 % | 0 % | 0 to 8.81 % | FAIL |'
says_not '| quick | 95 %' # more replicas of the same kind would show that it holds

# Over two parameters: a map, whose cells are of the weakest threshold. Service times of 1/4, 1/2, 3/4 every 1 or 2:
# of the variance of their ratio, service explains 9/16 alone and 10/16 with the other, arrivals 6/16 and 7/16.
cat >map.yaml <<'YAML'
include: clock.yaml
sweep: {service.mean: [0.25, 0.5, 0.75], arrivals.mean: [1, 2]}
thresholds: {never: {of: utilization, at_most: 0.8, in: 10 %}}
YAML
page map
says '**What breaks** in so many of a hundred replicas the weakest threshold does not hold; down: arrivals.mean' \
    '|  | 0.25 | 0.5 | 0.75 |' \
    '| 1 | 0 | 0 | 100 |' \
    '| 2 | 0 | 0 | 0 |' \
    '| service.mean | 0.625 | – | – | 0.5625 | – | – |' \
    '| arrivals.mean | 0.4375 | – | – | 0.375 | – | – |' \
    'wait_mean: it is the same at every point.'

# ---- variants against what is sought ----
cat >sought.yaml <<'YAML'
include: clock.yaml
objective:
  custom: {maximise: utilization}
  short: {minimise: number_in_system}
variants:
  today: {}
  fast: {service: {mean: 0.25}}
  slow: {service: {mean: 0.75}}
  eighth: {service: {mean: 0.125}}
  two: {servers: 2}
YAML
page sought
says 'What is sought: minimise mean of number_in_system (short); maximise mean of utilization (custom).' \
    '- fast: short – better (lowers it by 50 %); custom – worse (lowers it by 50 %).' \
    '- slow: short – worse (raises it by 50 %); custom – better (raises it by 50 %).' \
    '- two: short – the same in every replica; custom – worse (lowers it by 50 %).' \
    '± is a 95 % interval that allows for all 7 questions asked at once; what is not shown may still exist, smaller than these replicas can tell.' \
    '| service.mean | 0.5 | 0.25 | 0.75 | 0.125 | 0.5 | mean |' \
    '| custom | maximise mean of utilization | slow | better | raises by 50 % | 100 % (91 to 100) | &lt; 0.001 |'
# Two servers are beaten by one: as many customers, and the servers half as busy. The others are the front.
sed -n '/^\*\*custom against short\*\*/,/^## /{/^| 0/p;}' sought.md >front
printf '| %s | %s |\n' 0.125 0.125 0.25 0.25 0.5 0.5 0.75 0.75 | cmp - front || {
    cat front
    exit 1
}

cat >few.yaml <<'YAML'
include: clock.yaml
objective:
  custom: {maximise: utilization}
variants:
  today: {}
  slow: {service: {mean: 0.75}}
  same: {capacity: 5}
YAML
page few
says '- slow, custom (maximise mean of utilization): better; raises it by 50 %.' \
    '- same, custom (maximise mean of utilization): the same in every replica.' \
    '- same: no difference is shown in number_in_system, number_in_queue, wait_mean, lost_share.' \
    '| capacity | unlimited | unlimited | 5 | customers in the system, in service or waiting; who finds it full is lost |'
"$program" report few.h5 -o few.html
page=few.html
finds '<span><strong>0.5</strong>  today</span><span><strong>0.75</strong>  slow: raises by 50 %</span>'

# ---- of many, the first are told and the others counted ----
cat >ten.yaml <<'YAML'
include: clock.yaml
sweep: {service.mean: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9]}
YAML
page ten
says '- 1 more is compared below.' \
    'Of 10 cases, 4 are shown to break what must hold: service.mean=0.7 (calm); service.mean=0.8 (calm); service.mean=0.85 (calm); service.mean=0.9 (calm).' \
    '| case | service.mean |' \
    '| service.mean=0.85 | 0.85 |' \
    '- service.mean: mean.' \
    '**What changes in number_in_system** difference to service.mean=0.1' \
    '| service.mean=0.9 | 800 | 800 | 800 |'

cat >words.yaml <<'YAML'
include: clock.yaml
replicas: 2
service: {mean: 0.5}
sweep: {service.distribution: [deterministic, exponential, uniform], servers: [1, 2, 3, 4, 5]}
YAML
page words
says '15 cases of the model queue side by side, 30 replicas in all, from 10 to 110. A replica is one course that events may take. All ran to the end.' \
    '| servers | 1 to 5 | number of servers |'
finds '^| service.distribution | deterministic, exponential, uniform |'

# ---- something rare, and what cannot be compared with it ----
cat >rare.yaml <<'YAML'
model: queue
title: Six at once
horizon: 10000
replicas: 40
seed: 1
arrivals: {process: poisson, rate: 1}
service: {distribution: exponential, mean: 0.5}
initial: 1
splitting: {metric: number_in_system, target: 6, stop: 0, effort: 50}
YAML
page rare
says 'How likely is it that number_in_system reaches 6? Such a thing is too rare to be waited for: 40 replicas by splitting, each an estimate of its own, of which the mean is the answer.' \
    'Estimates of something rare are skewed: with 40 of them the interval is somewhat short.'
# (1/rho - 1) / (rho^-6 - 1) = 1/63 = 0.0159 at rho = 0.5 (Feller 1968, XIV.2)
finds '^- probability (.*) is 0.01[4-7][0-9]* ± 0.00[0-9]* (95 % sure).$'
page mixed rare.h5 clock.h5
says 'The cases are not compared: the results have no metric in common.' \
    '| splitting.target | 6 | – |  |' \
    '| arrivals.rate | 1 | – | arrivals a unit of time |' \
    '| service.distribution | exponential | deterministic | time a server needs for a customer |'

# ---- an economy whose price falls to a twentieth on its third day ----
cat >small.yaml <<'YAML'
include: quickstart
title: Small
horizon: 20 d
replicas: 20
seed: 1
demand: {jobs_per_day: 50}
holders: {scale: 0.05}
consumers: {scale: 0.05}
thresholds:
  solvent: {}
  falls: {of: vvv_drawdown, at_most: 0.8, in: 50 %}
YAML
printf 'presets: {crash: {shocks: {down: {kind: price, at: 3 d, depth: 0.95}}}}\n' >fall.yaml
"$program" stress small.yaml --suite fall --quiet -o crash.h5 >/dev/null
page crash crash.h5
says 'Of 2 cases, 1 is shown to break what must hold: crash (falls). 1 is undecided: so few replicas do not tell.' \
    'With 20 replicas the intervals of means cover less than they say where figures are skewed.'
finds '^| crash | falls | 50 % | 0 % | 0 to 16.8 % | FAIL |' # 1 - 0.025^(1/20)
finds '^- crash: .*; lowers vvv_price by 9[45].*%;'
finds '^crash shows first, by when half of its replicas have left what nine of ten of calm do: .*(2026-09-22)'

# Thirteen settings are too many to be compared; of events and rules the first are told.
cat >targets.yaml <<'YAML'
include: small.yaml
replicas: 2
horizon: 4 d
sweep: {policies.mint.target: {from: 38000 DIEM, to: 50000 DIEM, steps: 13}}
YAML
page targets
says '| policies.mint.target | 38000 to 50000 DIEM | target supply |' \
    'Of the first 4 of 13 cases.' 'Of the first 6 of 13 cases.'
finds '^| policies.mint.target=38000 DIEM | '
cat >seven.yaml <<'YAML'
include: targets.yaml
sweep: {policies.mint.target: {from: 38000 DIEM, to: 44000 DIEM, steps: 7}}
YAML
page seven
says '| policies.mint.target=44000 DIEM | 44000 DIEM |' '- policies.mint.target: target supply.'

# What votes and shocks of a variant say is told as other parameters are.
cat >votes.yaml <<'YAML'
include: small.yaml
replicas: 2
horizon: 4 d
variants:
  as-is: {}
  vote: {governance: {raise: {at: 2026-09-21, set: {policies.mint.target: 45000}}}}
  soon: {governance: {raise: {at: 2 d, lead: 1 d, set: {policies.mint.target: 45000}}}}
  dark: {shocks: {out: {kind: outage, at: 1, depth: 0.5, duration: 6 h}}}
YAML
page votes
says '| governance.raise.at | – | 2026-09-21 | 2 d | – | from when on it holds: a date, or time from the start |' \
    '| governance.raise.lead | – | 0 d | 1 d | – | how long before that it is announced |' \
    '| governance.raise.set.policies.mint.target | – | 45000 DIEM | 45000 DIEM | – | target supply |' \
    "As they are at the start; 'governance' or 'branch' of the scenario changes them on the way."
finds '^| shocks.out.at | – | – | – | 1 d | when it strikes'

# Two results of one title are told apart by their files.
"$program" run small.yaml --replicas 2 --set 'horizon=4 d' --set demand.scale=1.3 --quiet -o more.h5
"$program" run small.yaml --replicas 2 --set 'horizon=4 d' --quiet -o less.h5
page both less.h5 more.h5
says '| parameter | current: less | proposed: more | meaning |' '| demand.scale | 1 | 1.3 | multiplies all demand |' \
    'Against less, at the end:'

# Two goals make a front, whose members are named.
cat >front.yaml <<'YAML'
include: clock.yaml
sweep: {service.mean: [0.25, 0.5, 0.75], arrivals.mean: [1, 2]}
objective: {many: {maximise: served}, idle: {minimise: utilization}}
YAML
page front
says 'The front, from left to right: service.mean=0.25, arrivals.mean=2; service.mean=0.25, arrivals.mean=1.'
