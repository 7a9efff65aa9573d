"""A real Chromium without a screen, driven by the DevTools protocol over a pipe: the standard library is enough."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)
LAUNCH = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3]]
for fd, end in zip((3, 4), ends):
    os.dup2(end, fd)
os.execvp(sys.argv[3], sys.argv[3:])
"""
"""Chromium reads commands from file descriptor 3 and writes answers to 4, whatever is open here."""


def found() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One process; pages are opened and closed in it."""

    def __init__(self, program: str, profile: Path) -> None:
        commands, mine = os.pipe()
        answers, theirs = os.pipe()
        flags = [*FLAGS, f"--user-data-dir={profile}", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", LAUNCH, str(commands), str(theirs), program, *flags],
            pass_fds=(commands, theirs),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(commands)
        os.close(theirs)
        self._commands: IO[bytes] = os.fdopen(mine, "wb", buffering=0)
        self._answers: IO[bytes] = os.fdopen(answers, "rb", buffering=0)
        self._rest = b""
        self._last = 0
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command, wait for its answer; events that come before it are kept."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        self._commands.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._last:
                assert "error" not in answer, f"{method}: {answer['error']}"
                result: dict[str, Any] = answer["result"]
                return result
            self.events.append(answer)

    def wait(self, method: str, session: str) -> dict[str, Any]:
        """The first event of this name, taken out."""
        while True:
            for event in self.events:
                if event.get("method") == method and event.get("sessionId") == session:
                    self.events.remove(event)
                    return event
            self.events.append(self._read())

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            read = self._answers.read(1 << 20)
            assert read, "Chromium has ended"
            self._rest += read
        message, _, self._rest = self._rest.partition(b"\0")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def close(self) -> None:
        self._commands.close()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._answers.close()

    @contextmanager
    def page(self, url: str, *, width: int = 1280, dark: bool = False, script: bool = True) -> Iterator[Page]:
        """A page of its own, loaded. Without `script` no JavaScript of the page runs, as where a host forbids it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.call(f"{domain}.enable")
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        page.call("Emulation.setEmulatedMedia", features=[scheme])
        page.size(width)
        if not script:
            page.call("Emulation.setScriptExecutionDisabled", value=True)
        self.events.clear()
        page.call("Page.navigate", url=url)
        self.wait("Page.loadEventFired", page.session)
        try:
            yield page
        finally:
            self.call("Target.closeTarget", targetId=target)


class Page:
    def __init__(self, browser: Browser, session: str) -> None:
        self.browser, self.session = browser, session

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **params)

    def size(self, width: int, height: int = 900) -> None:
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression, in this page. A promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, code: str | None = None) -> None:
        """A key, as a person presses it."""
        text = {"text": key} if len(key) == 1 else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", key=key, code=code or key, **text, **_virtual(key))
        self.call("Input.dispatchKeyEvent", type="keyUp", key=key, code=code or key, **_virtual(key))

    def seen(self, method: str) -> list[dict[str, Any]]:
        """The events of this name since it was loaded."""
        self.run("1")  # what was sent before this has arrived
        return [
            event["params"]
            for event in self.browser.events
            if event.get("method") == method and event.get("sessionId") == self.session
        ]

    def requests(self) -> list[str]:
        return [event["request"]["url"] for event in self.seen("Network.requestWillBeSent")]

    def messages(self) -> list[str]:
        """What stands in the console: of scripts, of the browser, of errors that nobody caught."""
        logged = [entry["entry"]["text"] for entry in self.seen("Log.entryAdded")]
        called = [str(call["args"]) for call in self.seen("Runtime.consoleAPICalled")]
        return logged + called + [str(each) for each in self.seen("Runtime.exceptionThrown")]

    def pdf(self) -> bytes:
        return b64decode(self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)["data"])

    def picture(self, top: int = 0, height: int = 900) -> bytes:
        """A PNG of a stretch of the page."""
        width = self.run("innerWidth")
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        return b64decode(
            self.call("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)["data"]
        )


def _virtual(key: str) -> dict[str, int]:
    codes = {"Tab": 9, "Enter": 13, "Escape": 27, "/": 191}
    return {"windowsVirtualKeyCode": codes[key]} if key in codes else {}
