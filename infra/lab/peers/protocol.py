"""A worker's side of `saddle bench`: lines of JSON on standard input and output.

The first line that comes is the configuration. The first answer says what this is, once it is warm. Then every request gets one
answer with the figures of all repetitions, until the input ends. What libraries print goes to standard error.
"""

import json
import os
import sys
import traceback


def serve(create):
    """Runs `create(configuration)`, then its `hello()` and `answer(request)`, both dictionaries."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)

    def say(answer):
        answers.write(json.dumps({**answer, **memory()}) + "\n")
        answers.flush()

    try:
        task = create(json.loads(sys.stdin.readline()))
        say(task.hello())
        for line in sys.stdin:
            say(task.answer(json.loads(line)))
    except Exception as failure:
        traceback.print_exc()
        say({"error": f"{type(failure).__name__}: {failure}"})
        sys.exit(1)


def memory():
    """Resident memory of this process now and at its most, KiB; -1 where there is no /proc."""
    fields = {"VmRSS": -1, "VmHWM": -1}
    try:
        with open("/proc/self/status") as status:
            for line in status:
                name, _, value = line.partition(":")
                if name in fields:
                    fields[name] = int(value.split()[0])
    except OSError:
        pass
    return {"rssKiB": fields["VmRSS"], "peakRssKiB": fields["VmHWM"]}
