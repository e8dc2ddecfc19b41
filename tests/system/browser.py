"""Drives a headless Chromium through the pipe of its DevTools protocol: no port, no package."""

import base64
import fcntl
import json
import os
import select
import shutil
import struct
import subprocess
import tempfile
import time
import zlib


def pipe():
    """Both ends, under numbers that nobody else wants."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return high


class Browser:
    """One page. `trouble` gathers what it said to the console, `requests` what it asked for."""

    def __init__(self, program="chromium"):
        self.profile = tempfile.mkdtemp(prefix="diemsim_browser_")
        (to_read, self.write), (self.read, to_write) = pipe(), pipe()

        def pipes():
            os.dup2(to_read, 3)
            os.dup2(to_write, 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-dev-shm-usage", "--no-first-run", "--force-device-scale-factor=1",
             "--remote-debugging-pipe", "--user-data-dir=" + self.profile, "about:blank"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.number, self.session = b"", 0, None
        self.events, self.trouble, self.requests = [], [], []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def message(self, patience=20):
        until = time.time() + patience
        while b"\0" not in self.buffer:
            if not select.select([self.read], [], [], max(0, until - time.time()))[0]:
                raise TimeoutError("the browser does not answer")
            more = os.read(self.read, 1 << 20)
            if not more:
                raise EOFError("the browser has ended")
            self.buffer += more
        text, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(text)

    def note(self, event):
        what, told = event.get("method"), event.get("params", {})
        self.events.append(what)
        if what == "Log.entryAdded" and told["entry"]["level"] in ("warning", "error"):
            self.trouble.append(told["entry"]["text"])
        elif what == "Runtime.exceptionThrown":
            self.trouble.append(json.dumps(told["exceptionDetails"])[:500])
        elif what == "Runtime.consoleAPICalled":
            self.trouble.append(json.dumps(told["args"])[:500])
        elif what == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])

    def call(self, method, **params):
        self.number += 1
        told = {"id": self.number, "method": method, "params": params}
        if self.session:
            told["sessionId"] = self.session
        os.write(self.write, json.dumps(told).encode() + b"\0")
        while True:
            answer = self.message()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(method + ": " + answer["error"]["message"])
                return answer["result"]
            self.note(answer)

    def open(self, path, width=1280, height=1600, dark=False):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=width < 600)
        scheme = "dark" if dark else "light"
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events, self.trouble, self.requests = [], [], []
        self.call("Page.navigate", url="file://" + os.path.abspath(path))
        while "Page.loadEventFired" not in self.events:
            self.note(self.message())
        return self

    def ask(self, expression):
        """The value of an expression of the page's."""
        told = self.call("Runtime.evaluate", expression=expression, returnByValue=True,
                         awaitPromise=True)
        if "exceptionDetails" in told:
            raise RuntimeError(expression + ": " + json.dumps(told["exceptionDetails"])[:500])
        return told["result"].get("value")

    def mouse(self, kind, x, y, **more):
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def click(self, x, y):
        self.mouse("mouseMoved", x, y)
        for kind in ("mousePressed", "mouseReleased"):
            self.mouse(kind, x, y, button="left", clickCount=1)

    def settle(self):
        """Until two frames have been drawn."""
        self.ask("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def picture(self, box=None):
        """A PNG of the view, or of a box of the page."""
        clip = {"clip": {**box, "scale": 1}, "captureBeyondViewport": True} if box else {}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", **clip)["data"])

    def pdf(self):
        return base64.b64decode(self.call("Page.printToPDF", printBackground=True)["data"])

    def close(self):
        try:
            self.call("Browser.close")
        except (OSError, EOFError, TimeoutError):
            self.process.kill()
        self.process.wait()
        os.close(self.read)
        os.close(self.write)
        shutil.rmtree(self.profile, ignore_errors=True)


def pixels(png):
    """Rows of (r, g, b) of an 8-bit PNG."""
    at, data = 8, b""
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", png[at + 8:at + 18])
        elif kind == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += 12 + size
    assert depth == 8 and colour in (2, 6), "not RGB"
    step = 3 if colour == 2 else 4
    raw, before, rows = zlib.decompress(data), bytearray(width * step), []
    for y in range(height):
        line = raw[y * (width * step + 1):(y + 1) * (width * step + 1)]
        before = unfilter(line[0], bytearray(line[1:]), before, step)
        rows.append([tuple(before[x:x + 3]) for x in range(0, width * step, step)])
    return rows


def unfilter(kind, line, above, step):
    for i in range(len(line)):
        left = line[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        if kind == 1:
            line[i] = (line[i] + left) & 255
        elif kind == 2:
            line[i] = (line[i] + above[i]) & 255
        elif kind == 3:
            line[i] = (line[i] + (left + above[i]) // 2) & 255
        elif kind == 4:
            p = left + above[i] - corner
            a, b, c = abs(p - left), abs(p - above[i]), abs(p - corner)
            line[i] = (line[i] + (left if a <= b and a <= c else above[i] if b <= c else corner)) & 255
    return line
