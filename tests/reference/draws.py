#!/usr/bin/python3
"""What test_draws.c expects: digests of many draws, by programs that share nothing with sim/core but the papers it
names. Elementary functions are those of Python's decimal module, to 60 digits, rounded once."""

import math
import struct
from decimal import Decimal, getcontext

getcontext().prec = 60
ALL = (1 << 64) - 1


def exp(x):
    return float(Decimal(x).exp())


def log(x):
    return float(Decimal(x).ln())


def power(x, y):
    return float((Decimal(y) * Decimal(x).ln()).exp())


PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640629")


def sine(x):
    """Of a Decimal, by Taylor's series."""
    x = x % (2 * PI)
    term = total = x
    for k in range(1, 60):
        term *= -x * x / (2 * k * (2 * k + 1))
        total += term
    return total


def philox(counter, key):
    """Philox4x32-10, Salmon et al. 2011, section 4."""
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


class Stream:
    def __init__(self, seed, replica, purpose, agent):
        self.key = seed & 0xFFFFFFFF, seed >> 32
        self.where, self.block, self.left = (replica, purpose, agent), 0, []

    def word(self):
        if not self.left:
            replica, purpose, agent = self.where
            counter = self.block & 0xFFFFFFFF, replica, purpose | self.block >> 32 << 8, agent
            w = philox(counter, self.key)
            self.left = [w[0] | w[1] << 32, w[2] | w[3] << 32]
            self.block += 1
        return self.left.pop(0)

    def uniform(self):
        return (self.word() >> 11) * 2.0**-53

    def open(self):
        return ((self.word() >> 12) + 0.5) * 2.0**-52

    def positive(self):
        while True:
            u = self.uniform()
            if u:
                return u


# ---- exponentials: Marsaglia and Tsang 2000, 256 strips ----

EDGE, AREA = 7.69711747013104972, 3.949659822581572e-3


def exponential_tables():
    x = {0: AREA / exp(-EDGE), 255: EDGE}
    for i in range(254, 0, -1):
        x[i] = -log(AREA / x[i + 1] + exp(-x[i + 1]))
    sure = {i + 1: int(x[i] / x[i + 1] * 2.0**53) for i in range(1, 255)}
    sure[0], sure[1] = int(EDGE / x[0] * 2.0**53), 0
    return {i: v / 2.0**53 for i, v in x.items()}, sure, {i: exp(-v) if i else 1.0 for i, v in x.items()}


WIDTH, SURE, HEIGHT = exponential_tables()


def exponential(s):
    while True:
        word = s.word()
        strip, place = word & 255, word >> 11 | 1
        x = place * WIDTH[strip]
        if place < SURE[strip]:
            return x
        if strip == 0:
            return EDGE - log(s.open())
        low, high = HEIGHT[strip], HEIGHT[strip - 1]
        if low + s.uniform() * (high - low) < exp(-x):
            return x


# ---- normals: the same with 128 strips, Voss 2005 ----

START = 3.4442864767612839


def density(x):
    return exp(-0.5 * x * x)


def normal_tables():
    base = START + 1 / START
    area = density(START) * base
    right, width, sure, height = START, {127: base / 2**24}, {127: int(START / base * 2**24)}, {127: density(START)}
    for i in range(126, 0, -1):
        height[i] = height[i + 1] + area / right
        left = math.sqrt(-2 * log(height[i]))
        width[i], sure[i] = right / 2**24, int(left / right * 2**24)
        right = left
    width[0], sure[0], height[0] = right / 2**24, 0, 1.0
    return width, sure, height


N_WIDTH, N_SURE, N_HEIGHT = normal_tables()


def normal(s):
    while True:
        word = s.word()
        strip, place = word & 127, word >> 8 & 0xFFFFFF
        x = place * N_WIDTH[strip]
        if place >= N_SURE[strip]:
            u = s.uniform()
            if strip < 127:
                y = N_HEIGHT[strip + 1] + (N_HEIGHT[strip] - N_HEIGHT[strip + 1]) * u
            else:
                x = START - log(1 - u) / START
                y = exp(-START * (x - 0.5 * START)) * s.uniform()
            if not y < density(x):
                continue
        return x if word & 128 else -x


def two_normals(s):
    """Box and Muller 1958."""
    radius = math.sqrt(-2 * log(s.open()))
    angle = 2 * math.pi * s.uniform()
    return radius * float(sine(Decimal(angle) + PI / 2)), radius * float(sine(Decimal(angle)))


# ---- gammas: Marsaglia and Tsang 2000 ----


def gamma(s, shape):
    if shape < 1:
        u = s.positive()
        return gamma(s, 1 + shape) * power(u, 1 / shape)
    d = shape - 1.0 / 3
    c = 1 / (3 * math.sqrt(d))
    while True:
        z = normal(s)
        root = 1 + c * z
        if root <= 0:
            continue
        v = root * root * root
        u = s.positive()
        if u < 1 - 0.0331 * z * z * z * z or log(u) < 0.5 * z * z + d * (1 - v + log(v)):
            return d * v


# ---- by name, as test_draws.c has them ----


def one_of(s, upto):
    u = s.uniform()
    return next(i for i, p in enumerate(upto) if u < p or i == len(upto) - 1)


def hyper(s):
    return (1 / 0.4, 1 / 2.0)[one_of(s, (0.25, 1))] * exponential(s)


def mixture(s):
    i = one_of(s, (0.3, 1))
    return (1 * 1.0, 4 * 0.25)[i] * gamma(s, (1 / 1.0, 1 / 0.25)[i])


def lognormal(s):
    variance = float((1 + Decimal(4)).ln())
    return exp(log(1.5) - variance / 2 + math.sqrt(variance) * normal(s))


DRAWS = [
    ("exponential", lambda s: 2 * exponential(s)),
    ("erlang", lambda s: 2 * (1 / 4.0) * gamma(s, 1 / (1 / 4.0))),
    ("gamma", lambda s: 2 * 4.0 * gamma(s, 1 / 4.0)),
    ("hyperexponential", hyper),
    ("lognormal", lognormal),
    ("uniform", lambda s: 2 + 3 * s.uniform()),
    ("pareto", lambda s: 1.5 * power(s.open(), -1 / 0.8)),
    ("mixture", mixture),
]
COUNT = 20000


# ---- scrambled Sobol' points, of the first three dimensions: Owen 1995, by a bit a node of the tree of digits ----


def direction(dimension, i):
    """Bratley and Fox 1988: the recurrences of 1, x + 1 and x^2 + x + 1."""
    if dimension == 0 or i < dimension:
        return 1
    if dimension == 1:
        return direction(1, i - 1) << 1 ^ direction(1, i - 1)
    return direction(2, i - 1) << 1 ^ direction(2, i - 2) << 2 ^ direction(2, i - 2)


def random_bits(seed, scramble, dimension, group, prefix):
    w = philox((prefix, scramble, 253 | group << 8, dimension), (seed & 0xFFFFFFFF, seed >> 32))
    return w[0] | w[1] << 32 | w[2] << 64 | w[3] << 96


def scrambled(seed, scramble, point, dimension):
    gray, x = point ^ point >> 1, 0
    for i in range(20):
        if gray >> i & 1:
            x ^= direction(dimension, i) << (31 - i)
    digits = f"{x:032b}"
    result = ""
    for place in range(21):
        group, node = place // 7, "1" + digits[place // 7 * 7 : place]
        bits = random_bits(seed, scramble, dimension, group, int(digits[: 7 * group] or "0", 2))
        result += str(int(digits[place]) ^ bits >> int(node, 2) & 1)
    rest = random_bits(seed, scramble, dimension, 3, int(digits[:21], 2)) & ALL
    return int(result, 2) << 43 | rest >> 21


# ---- arrivals, as test_arrivals.c has them ----


class Process:
    """Candidates come after unit exponentials of hazard; `hazard` is a stream of them and `rest` all else. Times are
    exact in principle, so the test allows for rounding."""

    def __init__(self, kind):
        self.kind = kind
        self.hazard, self.rest = Stream(7, 3, 1, 2), Stream(7, 3, 1, ~2 & 0xFFFFFFFF)
        self.now, self.phase, self.excitation = 0.0, 0, 0.0
        self.leave, self.rates = (0.5, 1, 0.7), (1, 0, 5)
        if kind == "mmpp":
            u = self.rest.uniform() * sum(1 / x for x in self.leave)
            while self.phase < 2 and u >= 1 / self.leave[self.phase]:
                u -= 1 / self.leave[self.phase]
                self.phase += 1
            self.change = exponential(self.rest) / self.leave[self.phase]
        if kind == "renewal":  # a clock's first two draws, which a renewal process does not use
            exponential(self.hazard), exponential(self.hazard)

    def next(self):
        if self.kind == "renewal":
            self.now += 1.0 * self.hazard.uniform()
        elif self.kind == "poisson":
            self.now += exponential(self.hazard) / 2
        elif self.kind == "mmpp":
            self.next_of_phases(exponential(self.hazard))
        else:
            while not self.candidate():
                pass
        return self.now

    def next_of_phases(self, left):
        while True:
            rate = self.rates[self.phase]
            if rate and self.now + left / rate <= self.change:
                self.now += left / rate
                return
            left -= (self.change - self.now) * rate
            self.now, self.phase = self.change, (self.phase + 1) % 3
            self.change += exponential(self.rest) / self.leave[self.phase]

    def candidate(self):
        """mu 1, alpha 1, beta 2; Ogata 1981."""
        ceiling = 1 + self.excitation
        wait = exponential(self.hazard) / ceiling
        self.now += wait
        self.excitation *= exp(-2 * wait)
        arrives = self.rest.uniform() * ceiling < 1 + self.excitation
        self.excitation += arrives
        return arrives


def digest(values):
    """FNV-1a (Fowler, Noll and Vo) of the bits, 64 at a time."""
    h = 0xCBF29CE484222325
    for v in values:
        h = (h ^ struct.unpack("<Q", struct.pack("<d", v))[0]) * 0x100000001B3 & ALL
    return h


def show(name, values):
    print(f"{name:16} {values[0].hex():24} {digest(values):016x}")


def main():
    assert philox((2499, 0, 0, 0), (20111115, 0))[3] == 1955073260  # C++26, [rand.predef]
    for i, (name, draw) in enumerate(DRAWS):
        s = Stream(0x123456789ABCDEF, 77, 200, i)
        show(name, [draw(s) for _ in range(COUNT)])
    s = Stream(0x123456789ABCDEF, 77, 200, 100)
    show("normal", [normal(s) for _ in range(COUNT)])
    s = Stream(0x123456789ABCDEF, 77, 200, 101)
    show("two normals", [z for _ in range(COUNT // 10) for z in two_normals(s)])
    for point, dimension in ((0, 0), (1, 1), (1000, 2), (1048575, 2)):
        print(f"point {point} of {dimension}: {scrambled(0x123456789ABCDEF, 0x45000000, point, dimension):016x}")
    for kind in ("poisson", "renewal", "mmpp", "hawkes"):
        process = Process(kind)
        times = [process.next() for _ in range(200)]
        print(f"{kind:16} " + " ".join(f"{times[i - 1]:.12g}" for i in (1, 2, 10, 100, 200)))


if __name__ == "__main__":
    main()
