"""Looks at quick.html, evil.html and sweep.html of a folder in a headless Chromium; see report.sh."""

import os
import re
import subprocess
import sys
import time

import h5py

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser, pixels

LETTERS = {"": 1, "k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
CHARTS = "[...document.querySelectorAll('figure')].filter(f => f.drawn)"
os.chdir(sys.argv[1])
browser = Browser()


def box(selector, which=0):
    """Where an element is on the page."""
    return browser.ask(
        "(() => { const b = document.querySelectorAll(%r)[%d].getBoundingClientRect();"
        " return {x: b.x + scrollX, y: b.y + scrollY, width: b.width, height: b.height}; })()"
        % (selector, which))


def number(text):
    figure, letter = re.match(r"(-?[\d.]+)([kMBT]?)", text).groups()
    return float(figure) * LETTERS[letter]


def quiet(page):
    """It has said nothing to the console, and has asked for nothing but itself."""
    assert browser.trouble == [], (page, browser.trouble)
    assert [u for u in browser.requests if not u.startswith("data:")] == [
        "file://" + os.path.abspath(page)], browser.requests
    assert browser.ask("window.broken") is None, page


def ink(rows):
    """The share of pixels that are not of the background, and how many colours there are."""
    paper = rows[0][0]
    flat = [p for row in rows for p in row]
    return sum(p != paper for p in flat) / len(flat), len(set(flat))


def charts_draw(least):
    count = browser.ask(CHARTS + ".length")
    assert count >= least, count
    for i in range(browser.ask("document.querySelectorAll('figure').length")):
        if not browser.ask("Boolean(document.querySelectorAll('figure')[%d].drawn)" % i):
            continue
        browser.ask("document.querySelectorAll('canvas')[%d].scrollIntoView()" % i)
        place = box("canvas", i)
        assert place["width"] > 100 and place["height"] > 80, place
        for _ in range(5):  # a busy machine paints late
            browser.settle()
            share, colours = ink(pixels(browser.picture(place)))
            if share > 0.01:
                break
            time.sleep(0.5)
        assert share > 0.01 and colours > 3, (i, share, colours)
    browser.ask("scrollTo(0, 0)")
    browser.settle()
    return count


def hover_reads():
    """The reading in the middle of the first chart is the median that the result holds."""
    canvas = box("canvas")
    at = browser.ask(
        "(() => { const c = Chart.getChart(document.querySelector('canvas'));"
        " const i = c.data.datasets.findIndex(s => s.role === 'line');"
        " const p = c.getDatasetMeta(i).data[20]; return {x: p.x, y: p.y}; })()")
    browser.ask("scrollTo(0, 0)")
    browser.mouse("mouseMoved", canvas["x"] + at["x"], canvas["y"] + at["y"])
    browser.settle()
    told = browser.ask(
        "(() => { const t = Chart.getChart(document.querySelector('canvas')).tooltip;"
        " return {shown: t.opacity, title: t.title, lines: t.body.map(b => b.lines).flat()}; })()")
    with h5py.File("quick.h5", "r") as file:
        quantiles = file["summary/diem_supply"][0][:, 20]
    assert told["shown"] == 1 and told["title"] == ["2026-10-09"], told
    said = [number(x) for line in told["lines"] for x in re.findall(r"-?[\d.]+[kMBT]?", line)]
    wanted = [quantiles[i] for i in (2, 0, 4, 1, 3)]
    assert len(said) == 5, told
    for a, b in zip(said, wanted):
        assert abs(a - b) <= 5e-4 * abs(b), (told, wanted)


def press(text):
    place = browser.ask(
        "(() => { const b = [...document.querySelectorAll('.keys button')]"
        ".find(b => b.textContent === %r).getBoundingClientRect();"
        " return {x: b.x + b.width / 2, y: b.y + b.height / 2}; })()" % text)
    browser.click(place["x"], place["y"])
    browser.mouse("mouseMoved", 5, 5)
    browser.settle()


def canvas_picture():
    return browser.picture(box("canvas"))


def legend_toggles():
    browser.mouse("mouseMoved", 5, 5)
    browser.settle()
    before = canvas_picture()
    hidden = ("Chart.getChart(document.querySelector('canvas')).data.datasets"
              ".map((s, i) => [s.key, Chart.getChart(document.querySelector('canvas'))"
              ".isDatasetVisible(i)]).filter(s => !s[1]).map(s => s[0])")
    press("nine of ten")
    assert set(browser.ask(hidden)) == {"nine of ten"}
    assert canvas_picture() != before
    press("nine of ten")
    assert browser.ask(hidden) == [] and canvas_picture() == before


def log_scale():
    kind = "Chart.getChart(document.querySelector('canvas')).scales.y.type"
    press("log scale")
    assert browser.ask(kind) == "logarithmic"
    press("log scale")
    assert browser.ask(kind) == "linear"


def keys_read():
    """The right arrow moves the reading of a chart that has the focus."""
    browser.ask("document.querySelector('canvas').focus()")
    for _ in range(2):
        browser.call("Input.dispatchKeyEvent", type="keyDown", key="ArrowRight")
    title = browser.ask("Chart.getChart(document.querySelector('canvas')).tooltip.title[0]")
    assert title == "2026-09-20", title


def paper_has_all():
    """Every figure is drawn, and every page of paper with figures has curves of the light palette."""
    with open("page.pdf", "wb") as out:
        out.write(browser.pdf())
    assert browser.ask(CHARTS + ".length === document.querySelectorAll('figure').length")
    subprocess.run(["pdftoppm", "-r", "40", "-png", "page.pdf", "paper"], check=True)
    names = browser.ask("[...document.querySelectorAll('figcaption b')].map(b => b.textContent)")
    found = set()
    for i, page in enumerate(sorted(n for n in os.listdir(".") if n.startswith("paper")), 1):
        text = subprocess.run(["pdftotext", "-f", str(i), "-l", str(i), "page.pdf", "-"], check=True,
                              capture_output=True, text=True).stdout
        with open(page, "rb") as file:
            flat = [p for row in pixels(file.read()) for p in row]
        assert flat[0] == (255, 255, 255), page
        blue = sum(p[2] > p[0] + 25 for p in flat)
        if blue > 200:
            found |= {name for name in names if name in text}
    assert found == set(names), set(names) - found


def phone(page):
    for dark in (False, True):
        browser.open(page, width=390, height=844, dark=dark)
        browser.ask("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        browser.settle()
        assert browser.ask("document.documentElement.scrollWidth") <= 390, page
        quiet(page)
    corner = pixels(browser.picture({"x": 0, "y": 0, "width": 20, "height": 20}))[1][1]
    assert max(corner) < 60, corner


def nothing_else_runs():
    browser.ask("(() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
                " document.body.append(s); })()")
    assert browser.ask("window.ran") is None


browser.open("quick.html")
quiet("quick.html")
charts_draw(8)
hover_reads()
legend_toggles()
log_scale()
keys_read()
quiet("quick.html")
browser.open("quick.html", dark=True)
paper_has_all()
nothing_else_runs()
phone("quick.html")
browser.open("evil.html")
quiet("evil.html")
charts_draw(8)
assert "<script>" in browser.ask("document.querySelector('h1').textContent")
phone("evil.html")
browser.open("sweep.html")
quiet("sweep.html")
charts_draw(4)
assert os.path.getsize("sweep.html") < 1e6
browser.close()
