"""What `startup` runs in a fresh process: import, load, clean a page, tell what that took.

`python -m benchmarks.fresh PAGE`; imports nothing before the clock starts that Python has not
loaded itself, but `time` and `sys`.
"""

import sys
import time


def main(path: str) -> None:
    """Clean the page in a file and print JSON: CPU seconds of each step, modules, memory.

    "warm" is the median of some more runs over the same page.
    """
    with open(path, "rb") as stream:  # noqa: PTH123 (pathlib is one of the things measured)
        source = stream.read()
    clock = [time.process_time()]
    import boilerkill

    load = boilerkill.Cleaner  # the package imports the line when it is first asked for
    clock.append(time.process_time())
    cleaner = load()
    clock.append(time.process_time())
    cleaner.clean(source)
    clock.append(time.process_time())
    modules = sorted(sys.modules)
    warm = []
    for _ in range(9):
        began = time.process_time()
        cleaner.clean(source)
        warm.append(time.process_time() - began)

    import json

    from benchmarks.memory import resident

    steps = ("python itself", "import boilerkill", "load the model", "clean the first page")
    cpu = [end - start for start, end in zip([0.0, *clock], clock, strict=False)]
    told = {
        "cpu": dict(zip(steps, cpu, strict=True)),
        "warm": sorted(warm)[len(warm) // 2],
        "modules": modules,
        "resident": resident("VmRSS"),
        "peak": resident("VmHWM"),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1])
