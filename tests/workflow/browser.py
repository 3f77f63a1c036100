"""A headless Chromium that tests talk to over the pipes of the DevTools protocol."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from typing import Any

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
#: Seconds after which a silent browser counts as dead.
PATIENCE = 120


class Browser:
    """One page, offline: it can read files; addresses it asks for and its complaints are kept.

    Commands go to the browser's descriptor 3 and answers come from 4, each a JSON text that ends
    in a zero byte, so no port and no driver is needed.
    """

    def __init__(self, profile: Path) -> None:
        self.addresses: list[str] = []
        self.complaints: list[str] = []
        self._last, self._session = 0, ""
        reads, self._to = os.pipe()
        self._from, writes = os.pipe()
        flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        flags += ["--window-size=1280,900"]
        flags += ["--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        self._process = subprocess.Popen(
            # The shell moves the pipes to where the browser looks for them.
            ["bash", "-c", f'exec "$@" 3<&{reads} 4>&{writes}', "bash", str(CHROMIUM), *flags],
            pass_fds=(reads, writes),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(reads)
        os.close(writes)
        self._rest = b""
        targets = self.send("Target.getTargets")["targetInfos"]
        (page,) = [target["targetId"] for target in targets if target["type"] == "page"]
        answer = self.send("Target.attachToTarget", targetId=page, flatten=True)
        self._session = answer["sessionId"]
        for domain in ("Network", "Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")
        offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.send("Network.emulateNetworkConditions", **offline)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The answer to a command."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._last:
                assert "error" not in answer, answer["error"]
                return answer["result"]

    def _next(self) -> dict[str, Any]:
        """The next answer or event; events of interest are noted."""
        while b"\0" not in self._rest:
            ready = select.select([self._from], [], [], PATIENCE)[0]
            more = os.read(self._from, 2**16) if ready else b""
            assert more, "Chromium does not answer."
            self._rest += more
        text, _, self._rest = self._rest.partition(b"\0")
        message = json.loads(text)
        what = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.addresses.append(what["request"]["url"])
            case "Runtime.exceptionThrown":
                self.complaints.append(what["exceptionDetails"]["exception"]["description"])
            case "Log.entryAdded":
                self.complaints.append(what["entry"]["text"])
        return message

    def open(self, path: Path) -> None:
        """Go to a file and wait until it is loaded and its scripts have run."""
        self.send("Page.navigate", url=path.as_uri())
        while self._next().get("method") != "Page.loadEventFired":
            pass

    def value(self, expression: str) -> Any:
        """What an expression is worth in the page, as JSON, once what it awaits has come."""
        evaluate = {"expression": expression, "returnByValue": True, "awaitPromise": True}
        answer = self.send("Runtime.evaluate", **evaluate)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str) -> None:
        """Press a key, such as ArrowRight, on what has the focus."""
        code = {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}.get(key, 0)
        for kind in ("rawKeyDown", "keyUp"):
            event = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
            self.send("Input.dispatchKeyEvent", **event)

    def move(self, x: float, y: float) -> None:
        """Move the mouse to a point of the window, in pixels."""
        self.send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def click(self, x: float, y: float) -> None:
        """Press and release the mouse at a point of the window, in pixels."""
        for kind in ("mousePressed", "mouseReleased"):
            event = {"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
            self.send("Input.dispatchMouseEvent", **event)

    def wait(self, condition: str) -> None:
        """Wait until an expression holds in the page."""
        look = f"const look = () => ({condition}) ? done() : setTimeout(look, 20); look()"
        self.value(f"new Promise(done => {{ {look} }})")

    def close(self) -> None:
        """End the browser."""
        self._session = ""
        self.send("Browser.close")
        os.close(self._to)
        os.close(self._from)
        self._process.wait(timeout=PATIENCE)
