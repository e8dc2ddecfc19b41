#!/usr/bin/python3
"""What test_walks.c expects: repetitions of multilevel splitting of a walk, by a program that knows the definitions in
sim/core/splitting.h and the numbers of draws.py."""

import math

from draws import Stream, philox

SEED, PLAIN, ALWAYS = 20240229, 1 << 29, 10**9
FOR_SPLITTING, FOR_PILOT = 254, 255


def words(repetition, purpose, stage, trial):
    w = philox((trial, repetition, purpose, stage), (SEED & 0xFFFFFFFF, SEED >> 32))
    return w[0] | w[1] << 32, w[2] | w[3] << 32


def share_of(word, count):
    return int((word >> 11) * 2.0**-53 * count)


class Pool:
    """States of which `most` are kept, each subset as likely: algorithm R (Vitter 1985)."""

    def __init__(self, most):
        self.most, self.kept, self.seen = most, [], 0

    def take(self, state, word):
        self.seen += 1
        if len(self.kept) < self.most:
            self.kept.append(state)
        else:
            at = share_of(word, self.seen)
            if at < self.most:
                self.kept[at] = state


class Splitting:
    def __init__(self, up, target, stop=-math.inf, levels=(), stages=0, effort=100, states=ALWAYS, warmup=0, horizon=40,
                 below=False, repetition=3):  # fmt: skip
        self.up, self.stop, self.levels, self.stages, self.effort = up, stop, list(levels), stages, effort
        self.target, self.states, self.warmup, self.horizon, self.repetition = target, states, warmup, horizon, repetition
        self.sign = -1 if below else 1
        if below:
            self.target, self.stop, self.levels = -target, -stop, [-x for x in levels]
        self.events = 0

    def step(self, walk):
        walk["time"] += 1
        walk["at"] += 1 if walk["stream"].uniform() < self.up else -1
        self.events += 1

    def trial(self, purpose, stage, trial, trials, aim, pool):
        """The state where it passed, or None; the highest level; where it began."""
        word, _ = words(self.repetition, purpose, stage, trial)
        if stage == 0:
            number = (self.repetition * trials + trial) % PLAIN
            replica = PLAIN - 1 - number if purpose == FOR_PILOT else number
            walk = {"at": 1, "time": 0, "replica": replica, "stream": Stream(word, replica, 0, 0)}
            while walk["time"] + 1 <= self.warmup:
                self.step(walk)
        else:
            shift = share_of(words(self.repetition, purpose, stage, 0xFFFFFFFF)[0], len(pool.kept))
            walk = dict(pool.kept[(trial + shift) % len(pool.kept)])
            walk["stream"] = Stream(word, walk["replica"], 0, 0)
        begun = highest = self.sign * walk["at"]
        armed = False
        while True:
            level = self.sign * walk["at"]
            highest, armed = max(highest, level), armed or level > self.stop
            if level >= aim:
                return walk, highest, begun
            if armed and level <= self.stop or walk["time"] + 1 > self.horizon:
                return None, highest, begun
            self.step(walk)

    def pilot(self):
        """Of a tenth of the effort, at least 100 and at most 1000, but never more than the effort."""
        count = min(max(100, self.effort // 10), min(self.effort, 1000))
        floor, pool, thresholds = None, Pool(0), []
        while not thresholds or thresholds[-1] < self.target:
            stage = len(thresholds)
            runs = [self.trial(FOR_PILOT, stage, t, count, self.target, pool) for t in range(count)]
            floor = runs[0][2] if stage == 0 else floor
            highest = sorted((r[1] for r in runs), reverse=True)
            pick = math.ceil(0.2 * count) - 1
            better = [h for h in highest[: pick + 1] if h > floor]
            floor = min(better[-1], self.target) if better else self.target
            thresholds.append(floor)
            next_pool = Pool(min(self.effort, self.states))
            if floor < self.target:
                for t, run in enumerate(runs):
                    if run[1] >= floor:
                        state, _, _ = self.trial(FOR_PILOT, stage, t, count, floor, pool)
                        next_pool.take(state, words(self.repetition, FOR_PILOT, stage, t)[1])
            pool = next_pool
        return thresholds

    def thresholds(self):
        if self.stages:
            begun = self.trial_start()
            step = self.target - begun
            return [begun + step * (i + 1) / self.stages for i in range(self.stages - 1)] + [self.target]
        return self.levels + [self.target] if self.levels else self.pilot()

    def trial_start(self):
        """The first trial of the pilot, under seed 0, up to the warm-up's end; these events are not counted."""
        count = min(max(100, self.effort // 10), min(self.effort, 1000))
        replica = PLAIN - 1 - self.repetition * count
        walk = {"at": 1, "time": 0, "stream": Stream(0, replica, 0, 0)}
        kept = self.events
        while walk["time"] + 1 <= self.warmup:
            self.step(walk)
        self.events = kept
        return self.sign * walk["at"]

    def run(self):
        thresholds = self.thresholds()
        product, least, stage, trials, pool = 1.0, 1.0, 0, 0, Pool(0)
        for stage, aim in enumerate(thresholds):
            next_pool, passed = Pool(min(self.effort, self.states)), 0
            for t in range(self.effort):
                state, _, _ = self.trial(FOR_SPLITTING, stage, t, self.effort, aim, pool)
                if state:
                    passed += 1
                    next_pool.take(state, words(self.repetition, FOR_SPLITTING, stage, t)[1])
            share = passed / self.effort
            product, least, pool, trials = product * share, min(least, share), next_pool, trials + self.effort
            if not passed:
                return product, len(thresholds), stage, least, trials, self.events
        return product, len(thresholds), len(thresholds), least, trials, self.events


CASES = [
    dict(up=0.4, target=6, stop=0, levels=(2, 3, 5), effort=100),
    dict(up=0.4, target=9, stop=0, effort=60),
    dict(up=0.4, target=9, stop=0, effort=1500),
    dict(up=0.4, target=5, stop=0, effort=12000, horizon=12),
    dict(up=0.4, target=7, levels=(3, 5), effort=200, states=7, horizon=30),
    dict(up=0.45, target=7, stages=3, effort=80, warmup=5),
    dict(up=0.6, target=-6, stop=2, levels=(-1, -3), effort=150, below=True),
    dict(up=0.6, target=-9, stop=2, effort=90, below=True, repetition=11),
    dict(up=0.1, target=30, levels=(3, 20), effort=30),
    dict(up=0.5, target=1, stop=0, effort=20),
    dict(up=0.05, target=12, stop=0, effort=12),
]


def main():
    for case in CASES:
        p, stages, passed, least, trials, events = Splitting(**case).run()
        print(f"    {{{p.hex()}, {stages}, {passed}, {least.hex()}, {trials}, {events}}},")


if __name__ == "__main__":
    main()
