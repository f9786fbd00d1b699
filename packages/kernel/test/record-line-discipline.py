"""Records what Linux's line discipline makes of typed bytes, for line-discipline.oracle.test.ts.

Run on Linux: python3 packages/kernel/test/record-line-discipline.py > packages/kernel/test/line-discipline.recording.json
"""

import fcntl
import json
import os
import platform
import pty
import random
import termios as t
import time

KEYS = [b"a", b"b", b" ", b"_", b".", b"\t", b"\xc3\xa9", b"\xe2\x82\xac", b"\x01", b"\x04", b"\x12"]
KEYS += [b"\x15", b"\x16", b"\x17", b"\x7f", b"\n", b"\r"]
IUTF8 = 0o40000
LOCAL = t.ISIG | t.ICANON | t.ECHO | t.ECHOE | t.ECHOK | t.ECHOCTL | t.ECHOKE | t.IEXTEN
MODES = [LOCAL, LOCAL & ~t.ECHOKE, LOCAL & ~t.ECHOCTL, LOCAL & ~t.ECHOE, LOCAL & ~t.ECHO]
CASES = 120


def read_all(fd):
    parts = []
    while len(parts) < 100:
        try:
            parts.append(os.read(fd, 4096).decode("latin1"))
        except BlockingIOError:
            break
    return parts


def record(lflag, typed):
    master, slave = pty.openpty()
    attributes = t.tcgetattr(slave)
    attributes[0] = t.ICRNL | t.IXON | IUTF8
    attributes[1] = t.OPOST | t.ONLCR
    attributes[3] = lflag
    t.tcsetattr(slave, t.TCSANOW, attributes)
    for fd in (master, slave):
        fcntl.fcntl(fd, fcntl.F_SETFL, os.O_RDWR | os.O_NONBLOCK)
    os.write(master, typed)
    time.sleep(0.01)
    reads, echo = read_all(slave), "".join(read_all(master))
    os.close(master)
    os.close(slave)
    return {"lflag": lflag, "typed": typed.decode("latin1"), "reads": reads, "echo": echo}


random.seed(7)
cases = [
    record(MODES[i % len(MODES)], b"".join(random.choices(KEYS, k=random.randint(2, 20)))) for i in range(CASES)
]
print(json.dumps({"system": "Linux " + ".".join(platform.release().split(".")[:2]), "cases": cases}, indent=1))
