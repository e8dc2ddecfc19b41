#!/bin/sh
# A short run of every kind, for comparing builds and processors byte by byte:
# sh every_kind.sh PROGRAM FOLDER
# Results, and what is printed of them with all digits, into FOLDER. A few seconds.
set -eu
program=$1
shipped=$(cd "$(dirname "$0")/../scenarios" && pwd)
mkdir -p "$2"
cd "$2"

# simulate NAME SCENARIO ARGUMENT...
simulate() {
    name=$1
    shift
    "$program" run "$@" --quiet --force -o "$name.h5" || { echo "$program run $*"; exit 1; }
}

# economy NAME SCENARIO ARGUMENT...
economy() {
    name=$1
    file=$2
    shift 2
    simulate "$name" "$file" --set holders.scale=0.03 --set consumers.scale=0.05 --replicas 2 "$@"
}

# ---- the economy ----

cat >rules.yaml <<'Y'
include: quickstart
horizon: 12 d
variants:
  a: {policies: {mint: {use: exponential_cubic}, fee_split: {use: utilization_sloped}, emission: {use: halving},
       buyback: {use: none}, pricing: {use: utilization_adjusted}}}
  b: {policies: {mint: {use: constant}, fee_split: {use: solvency_first}, emission: {use: target_bonding},
       buyback: {use: per_subscription}, pricing: {use: cost_plus}}}
  c: {policies: {mint: {use: linear}, fee_split: {use: burn_most}, emission: {use: target_ratio},
       buyback: {use: price_triggered}, pricing: {use: fixed}}}
  d: {policies: {mint: {use: logistic}, fee_split: {use: tiered}, emission: {use: inverse_sqrt},
       buyback: {use: revenue_share}}}
  e: {policies: {mint: {use: pi_controller}, emission: {use: net_emissions}}}
  f: {policies: {mint: {use: capacity_linked}, emission: {use: utilization_split}}}
  g: {policies: {mint: {use: collateral_ratio}}}
  h: {policies: {mint: {use: formula, rate: 'base * exp(power * (supply / target)^3.1)', base: 90, power: 2, target: 40000},
       fee_split: {use: formula, providers: '0.8', burn: '0.2 * utilization', treasury: '0.2 * (1 - utilization)'},
       pricing: {use: lua, file: powers.lua}, buyback: {use: lua, file: policies/cautious_buyback.lua},
       emission: {use: lua, file: policies/halving_emission.lua}}}
Y
# The last bits of hundreds of values a day decide on the price.
cat >powers.lua <<'L'
return {price = function(p, now)
  local last = 0
  for i = 1, 100 do
    local x = now.utilization + i / 100
    last = (last + 1e14 * (exp(x) + log(x) + x^1.7 + math.sin(x) + math.atan(x) + math.tan(x / 2))) % 1
  end
  return 1 + last
end}
L
simulate quickstart "$shipped/quickstart.yaml" --set "horizon=6 d" --replicas 2
economy rules rules.yaml
for name in lending newcomers; do
    economy $name "$shipped/compare/$name.yaml" --set "horizon=12 d"
done
economy governance "$shipped/quickstart.yaml" --set "horizon=12 d" \
    --set 'governance={raise: {at: 5 d, lead: 2 d, set: {policies.mint.target: 45000 DIEM}}}'
economy shocks "$shipped/stress/all-at-once.yaml" --set "horizon=100 d"
economy history "$shipped/venice-history.yaml" --set "horizon=20 d"
economy redeemable "$shipped/control/redeemable.yaml" --set "horizon=20 d"
economy morris "$shipped/sweeps/morris.yaml" --set "horizon=5 d" --set sweep.trajectories=2
economy lhs "$shipped/sweeps/lhs.yaml" --set "horizon=5 d" --set sweep.samples=4
economy antithetic "$shipped/quickstart.yaml" --set "horizon=8 d" --set sampling=antithetic
economy sobol "$shipped/quickstart.yaml" --set "horizon=8 d" --replicas 16 --set sampling=sobol
economy reduced "$shipped/quickstart.yaml" --set "horizon=8 d" --replicas 20 --set "output={paths: false}"
economy branch "$shipped/quickstart.yaml" --set "horizon=12 d" \
    --set 'branch={at: 6 d, variants: {as_is: {}, voted: {policies.mint.target: 45000 DIEM}}}'
cat >choice.yaml <<'Y'
include: quickstart
horizon: 15 d
variants: {now: {}, voted: {policies.mint.target: 45000 DIEM}, crash: {shocks: {down: {kind: price, at: 3 d, depth: 0.6}}}}
thresholds: {solvent: {}, calm: {of: vvv_drawdown, at_most: 0.4}, dear: {of: vvv_price, at_least: 12 USD, in: 70 %}}
objective: {use: {maximise: utilization}, worth: {maximise: vvv_price}}
Y
economy choice choice.yaml --replicas 30
economy rare "$shipped/stress/rare-diem.yaml" --set splitting.effort=4 --set "horizon=10 d" --set splitting.target=1900

cat >calm.yaml <<'Y'
include: quickstart
horizon: 12 d
replicas: 12
holders: {scale: 0.03}
consumers: {scale: 0.05}
demand: {jobs_per_day: 50}
thresholds: {solvent: {}, falls: {of: vvv_drawdown, at_most: 0.6, in: 50 %}}
Y
cat >blows.yaml <<'Y'
presets:
  crash: {shocks: {down: {kind: price, at: 3 d, depth: 0.9, duration: 4 d}}}
  slump: {shocks: {less: {kind: demand, at: 2 d, depth: 0.7}}}
Y
# stress NAME ARGUMENT...
stress() {
    name=$1
    shift
    "$program" stress calm.yaml --suite blows.yaml --csv --quiet "$@" >"$name.csv" ||
        { echo "$program stress $*"; exit 1; }
}
stress stress -o stress.h5 --force
stress map --map crash --threshold falls --depths 0.3,0.8 --durations '2 d, 5 d' -o map.h5 --force
stress break --break crash --threshold falls --replicas 48

# ---- queues ----

cat >queues.yaml <<'Y'
model: queue
horizon: 2000
observe: 100
replicas: 4
seed: 1
arrivals: {process: hawkes, mu: 0.4, alpha: 0.5, beta: 1}
patience: {distribution: lognormal, mean: 20, scv: 3}
servers: 2
failures: {mttf: 50, mttr: 1}
variants:
  exponential: {service: {distribution: exponential, mean: 0.8}}
  deterministic: {service: {distribution: deterministic, mean: 0.8}, arrivals: {process: renewal, distribution: gamma, mean: 1, scv: 3}}
  erlang: {service: {distribution: erlang, mean: 0.8, shape: 3}, arrivals: {process: mmpp, rates: [0.2, 1.5], switch: [0.1, 0.3]}}
  hyperexponential: {service: {distribution: hyperexponential, p: [0.3, 0.7], rates: [0.7, 2]}}
  lognormal: {service: {distribution: lognormal, mean: 0.8, scv: 2}}
  uniform: {service: {distribution: uniform, min: 0.1, max: 1.5}}
  gamma: {service: {distribution: gamma, mean: 0.8, scv: 3}}
  few: {service: {distribution: gamma, mean: 0.8, scv: 0.3}}
  pareto: {service: {distribution: pareto, min: 0.5, alpha: 2.5}}
  mixture: {service: {distribution: mixture, p: [0.3, 0.7], means: [0.3, 1], scv: [2, 0.2]}}
Y
cat >until.yaml <<'Y'
model: queue
horizon: 500
observe: 100
seed: 2
replicas: 32
arrivals: {process: poisson, rate: 0.7}
service: {distribution: exponential, mean: 1}
Y
simulate queues queues.yaml
for rule in 'metric: utilization' 'metric: wait_mean, statistic: median' \
    'metric: wait_mean, statistic: probability, above: 4'; do
    simulate "until$(echo "$rule" | tr -dc a-z | tail -c 6)" until.yaml \
        --set "until={$rule, half_width: 0.1, max_replicas: 512}"
done
simulate saltelli until.yaml --set 'sweep={design: saltelli, samples: 8, arrivals.rate: {from: 0.1, to: 0.9, scale: log},
    service.mean: {from: 0.5, to: 1.2}}' --replicas 4
simulate points until.yaml --set 'sweep={design: sobol, samples: 8, arrivals.rate: {from: 0.1, to: 0.9, scale: log}}'
simulate overflow "$shipped/queue/mm1-overflow.yaml" --replicas 4 --set splitting.effort=200

# ---- what is made of them ----

"$program" compare rules.h5 --csv >compare.csv
"$program" compare choice.h5 --csv >choice.csv
"$program" risk shocks.h5 --csv >risk.csv
"$program" risk choice.h5 --csv >chances.csv
"$program" sensitivity saltelli.h5 --csv >sensitivity.csv
"$program" sensitivity points.h5 --csv >regression.csv
"$program" report rules.h5 -o report.html --force >/dev/null 2>&1
mkdir -p nothing # without gnuplot, pictures are tables
for name in branch choice history lhs map morris points rare redeemable rules saltelli shocks stress untilmedian; do
    PATH="$PWD/nothing" "$program" report $name.h5 -o $name.md --force >/dev/null 2>&1
done
"$program" optimise "$shipped/search/queue-load.yaml" --set horizon=1500 --replicas 20 --evaluations 12 --csv \
    --quiet >optimise.csv || [ $? -eq 65 ]
for method in moments abc; do
    "$program" calibrate "$shipped/search/queue-rate.yaml" --replicas 10 --method $method --csv --quiet \
        --set calibrate.particles=20 --set calibrate.simulations=200 >$method.csv
done
"$program" trace "$shipped/quickstart.yaml" --until '0.05 d' >trace.jsonl
"$program" version --selftest >said || [ $? -eq 1 ]
grep '^selftest' said >selftest.txt
rm said
