"""What can be wrong with a C source in one place: the list of its mutants, the same every time.

The source is read as tokens and statements, not compiled, so that macros' arguments are read like all else. What the
compiler then refuses is no mutant; mutation.py counts it apart.
"""

import hashlib
import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""(?P<blank>\s+|/\*.*?\*/|//[^\n]*)
    |(?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    |(?P<number>(?:\d|\.\d)(?:[eEpP][+-]|[\w.])*)
    |(?P<word>[A-Za-z_]\w*)
    |(?P<sign><<=|>>=|\.\.\.|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|.)""",
    re.S | re.X,
)
DIRECTIVE = re.compile(r"^[ \t]*#(?:\\\n|[^\n])*", re.M)

# Of a sign between two values.
SWAPS = {
    "<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="], ">=": [">", "<"], "==": ["!="], "!=": ["=="],
    "&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "*": ["/"], "/": ["*"], "%": ["*"],
    "<<": [">>"], ">>": ["<<"], "&": ["|"], "|": ["&"], "^": ["&"],
    "+=": ["-="], "-=": ["+="], "*=": ["/="], "/=": ["*="], "%=": ["*="], "<<=": [">>="], ">>=": ["<<="],
    "&=": ["|="], "|=": ["&="], "^=": ["&="],
}  # fmt: skip
STEPS = {"++": "--", "--": "++"}
TRUTHS = {"true": "false", "false": "true"}
COMPARISONS = {"<", "<=", ">", ">=", "==", "!="}
JUMPS = {"return", "break", "continue", "goto"}
# What is left alone: tests do not reach an assertion that holds.
SPARED = {"assert", "static_assert", "_Static_assert", "__attribute__", "_Alignas", "alignas"}
OPENING, CLOSING = {"(": ")", "[": "]", "{": "}"}, {")", "]", "}"}


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    start: int
    end: int
    line: int


@dataclass(frozen=True)
class Mutant:
    path: str
    id: str
    function: str
    line: int
    lines: tuple  # first and last of the statement: who reaches one of them reaches it
    what: str
    start: int
    end: int
    put: str

    def apply(self, source):
        """The mutated source; all other lines keep their numbers."""
        lost = source.count("\n", self.start, self.end) - self.put.count("\n")
        return source[: self.start] + self.put + "\n" * lost + source[self.end :]


def tokens_of(source):
    source = DIRECTIVE.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), source)
    tokens, line = [], 1
    for m in TOKEN.finditer(source):
        if m.lastgroup != "blank":
            tokens.append(Token(m.lastgroup, m.group(), m.start(), m.end(), line))
        line += m.group().count("\n")
    return tokens


class Reader:
    """Walks a file's functions and their statements, and gathers mutants."""

    def __init__(self, path, source):
        self.path, self.source, self.tokens = path, source, tokens_of(source)
        self.function, self.found, self.seen = "", [], {}
        self.match = self.pairs()

    def pairs(self):
        match, open_ = {}, []
        for i, t in enumerate(self.tokens):
            if t.text in OPENING:
                open_.append(i)
            elif t.text in CLOSING and open_:
                match[open_[-1]] = i
                match[i] = open_.pop()
        return match

    def text(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) else ""

    # ---- mutants ----

    def add(self, extent, first, last, what, put):
        """Tokens first to last of the statement of tokens `extent`, replaced."""
        tokens = self.tokens
        words = " ".join(t.text for t in tokens[extent[0] : extent[1] + 1])
        key = "|".join([self.path, self.function, words, what, str(first - extent[0])])
        again = self.seen[key] = self.seen.get(key, -1) + 1
        name = hashlib.sha1(f"{key}|{again}".encode()).hexdigest()[:10]
        lines = tokens[extent[0]].line, tokens[extent[1]].line
        self.found.append(
            Mutant(self.path, name, self.function, tokens[first].line, lines, what, tokens[first].start,
                   tokens[last].end, put)
        )  # fmt: skip

    def ends_a_value(self, i):
        t = self.tokens[i]
        if t.kind == "word":
            return t.text not in {"return", "case", "else", "do", "sizeof"}
        return t.kind in {"number", "text"} or t.text in {")", "]", "++", "--"}

    def change(self, extent, i):
        """Changes of one token."""
        t = self.tokens[i]
        value_before = i > extent[0] and self.ends_a_value(i - 1)
        if t.kind == "number":
            self.constant(extent, i)
        elif t.text in TRUTHS:
            self.add(extent, i, i, f"{t.text} -> {TRUTHS[t.text]}", TRUTHS[t.text])
        elif t.text in STEPS:
            self.add(extent, i, i, f"{t.text} -> {STEPS[t.text]}", STEPS[t.text])
        elif t.text in SWAPS and value_before:
            for put in SWAPS[t.text]:
                self.add(extent, i, i, f"{t.text} -> {put}", put)
        elif t.text in {"-", "!", "~"} and not value_before:
            self.add(extent, i, i, f"{t.text} dropped", " ")

    def constant(self, extent, i):
        text = self.text(i)
        self.add(extent, i, i, f"{text} + 1", f"({text} + 1)")
        if not re.fullmatch(r"[0.]+[uUlLfF]*", text):
            self.add(extent, i, i, f"{text} - 1", f"({text} - 1)")

    def negate(self, extent, first, last):
        """A condition as a whole; where it is one comparison or negation, changes of its sign say the same."""
        depth, signs = 0, []
        for i in range(first, last + 1):
            depth += (self.text(i) in OPENING) - (self.text(i) in CLOSING)
            if depth == 0 and self.tokens[i].kind == "sign":
                signs.append(self.text(i))
        joined = any(s in {"&&", "||"} for s in signs)
        if not joined and (self.text(first) == "!" or COMPARISONS & set(signs)):
            return
        if last == first and self.text(first) in TRUTHS:
            return
        old = self.source[self.tokens[first].start : self.tokens[last].end]
        self.add(extent, first, last, "condition negated", f"!({old})")

    def changes(self, extent):
        i = extent[0]
        named = self.name_declared(extent)
        while i <= extent[1]:
            if i < named and self.text(i) == "*":
                pass
            elif self.text(i) in SPARED and self.text(i + 1) == "(":
                i = self.match[i + 1]
            elif self.text(i) == "?":
                self.negate(extent, self.start_of_condition(extent[0], i), i - 1)
            else:
                self.change(extent, i)
            i += 1

    def start_of_condition(self, least, at):
        i = at - 1
        while i >= least:
            if self.text(i) in CLOSING:
                i = self.match[i]
            elif self.text(i) in OPENING or self.text(i) in {"=", "return", ",", "?", ":", ";"}:
                break
            elif self.text(i).endswith("=") and self.text(i) not in COMPARISONS:
                break
            i -= 1
        return i + 1

    # ---- statements ----

    def end_of_simple(self, i):
        while self.text(i) != ";":
            i = self.match[i] if self.text(i) in OPENING else i
            i += 1
        return i

    def is_declaration(self, i):
        if self.text(i) in {"const", "static", "struct", "enum", "union", "unsigned", "__extension__", "typedef"}:
            return True
        j = i + 1
        while self.text(j) in {"*", "const", "restrict"}:
            j += 1
        return (
            self.tokens[i].kind == "word"
            and self.text(i) not in JUMPS
            and self.tokens[j].kind == "word"
            and (j > i + 1 or self.tokens[i + 1].kind == "word")
            and self.text(j + 1) in {"=", ";", "[", ","}
        )

    def name_declared(self, extent):
        """Where a declaration has its name; stars before it multiply nothing."""
        if not self.is_declaration(extent[0]):
            return extent[0]
        ends = {"=", ";", "[", ","}
        return next(i for i in range(*extent) if self.text(i + 1) in ends)

    def simple(self, i):
        end = self.end_of_simple(i)
        if end == i:
            return i + 1
        spared = self.text(i) in SPARED or (self.text(i) == "(" and self.text(i + 1) == "void" and end - i <= 4)
        declares = self.is_declaration(i)
        if not spared and not declares and (self.text(i) != "return" or end == i + 1):
            self.add((i, end), i, end, "statement dropped", ";")
        self.changes((i, end))
        return end + 1

    def headed(self, i):
        """if, while, for, switch, and what they govern."""
        kind, close = self.text(i), self.match[i + 1]
        extent = (i, close)
        first, last = i + 2, close - 1
        if kind == "for":
            first = self.end_of_simple(first) + 1
            last = self.end_of_simple(first) - 1
        if kind != "switch" and last >= first:
            self.negate(extent, first, last)
        begin = self.tokens[i].start
        j = self.statement(close + 1)
        if kind == "if" and self.text(j) == "else":
            j = self.statement(j + 1)
        elif kind == "if" and self.text(close + 1) in JUMPS:
            self.add((i, j - 1), i, j - 1, "guard dropped", ";")
        assert begin == self.tokens[i].start
        self.changes(extent)
        return j

    def statement(self, i):
        """The index after the statement at i."""
        word = self.text(i)
        if word == "{":
            return self.block(i)
        if word in {"if", "while", "for", "switch"}:
            return self.headed(i)
        if word == "do":
            j = self.statement(i + 1)
            close = self.match[j + 1]
            self.negate((j, close), j + 2, close - 1)
            self.changes((j, close))
            return close + 2
        if word in {"case", "default"} or (self.tokens[i].kind == "word" and self.text(i + 1) == ":"):
            j = i
            while self.text(j) != ":":
                j += 1
            self.changes((i, j))
            return j + 1
        return self.simple(i)

    def block(self, i):
        j = i + 1
        while j < self.match[i]:
            j = self.statement(j)
        return self.match[i] + 1

    # ---- the file ----

    def name_before(self, i):
        """Of the function whose parameters end before token i."""
        return self.text(self.match[i - 1] - 1)

    def read(self):
        i, begin = 0, 0
        while i < len(self.tokens):
            word = self.text(i)
            if word == "{" and self.text(i - 1) == ")":
                self.function = self.name_before(i)
                i = begin = self.block(i)
                self.function = ""
                continue
            if word == "{" and self.text(i - 1) == "=" or word == "{" and "enum" in self.words(begin, i):
                self.changes((i, self.match[i]))
            elif word == "=" and self.text(i + 1) != "{":
                self.changes((i, self.end_of_simple(i)))
            i = self.match[i] + 1 if word in {"{", "(", "["} else i + 1
            if word == ";":
                begin = i
        return sorted(self.found, key=lambda m: (m.start, m.end, m.what))

    def words(self, first, last):
        return {t.text for t in self.tokens[first:last]}


def mutants_of(path, source):
    return Reader(path, source).read()
