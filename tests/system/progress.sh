#!/bin/sh
# What a run says of itself while it goes on: a line that renews itself in a terminal, nothing with --quiet:
# sh progress.sh PROGRAM SOURCE_DIR
set -eu
program=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >long.yaml <<'YAML'
model: queue
horizon: 2e4
warmup: 0
observe: 2e4
replicas: 20000
seed: 1
output: {paths: false}
YAML

# terminal TERM OPTION...: what a run writes to a terminal until it was stopped.
terminal() {
    kind=$1
    shift
    TERM=$kind /usr/bin/python3 - "$program" "$@" <<'PYTHON'
import os
import pty
import signal
import sys
import time

child, terminal = pty.fork()
if child == 0:
    os.execv(sys.argv[1], [sys.argv[1], "run", "long.yaml", "-o", "long.h5", "--threads", "1"] + sys.argv[2:])
os.set_blocking(terminal, False)
said, begun, stopped = b"", time.time(), False
while True:
    try:
        said += os.read(terminal, 4096)
    except BlockingIOError:
        time.sleep(0.02)
    except OSError:
        break
    if not os.path.exists("long.h5.shards/lock"):
        begun = time.time()
    patience = 1.5 if "--quiet" in sys.argv else 0.5 if os.environ["TERM"] == "dumb" else 60
    if not stopped and (said.count(b"replicas") >= 3 or time.time() > begun + patience):
        os.kill(child, signal.SIGTERM)
        stopped = True
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
sys.stdout.buffer.write(said)
sys.exit(0 if code == 75 else "exit %d, must be 75" % code)
PYTHON
}

terminal xterm >said
escape=$(printf '\033')
tr '\r' '\n' <said >lines
[ "$(grep -c '^[0-9]* of 20000 replicas, [0-9.]* million events/s, .* left' lines)" -ge 3 ] || {
    echo "no progress in a terminal:"
    cat said
    exit 1
}
grep -q "$escape\[K" said || { echo "the line is not wiped"; exit 1; }
rm -rf long.h5*
terminal xterm --quiet >said
! grep -q 'events/s' said || { echo "progress in spite of --quiet"; exit 1; }
rm -rf long.h5*
terminal dumb >said
! grep -q "$escape" said || { echo "a terminal that knows no escapes gets them"; exit 1; }
rm -rf long.h5*
"$program" run long.yaml --replicas 2 -o long.h5 2>said
! grep -q 'events/s' said || { echo "progress of a run that is over at once"; exit 1; }
