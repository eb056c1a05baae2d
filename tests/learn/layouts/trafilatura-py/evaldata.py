# The list as a module: it is read as literals and never run.
EVAL_PAGES = {
    "https://harbour.example/ferry": {
        "file": "ferry.html",
        "with": ["The last ferry leaves the"],
        "without": ["Tides"],
    },
    "https://quay.example/rope": {
        "file": "rope.html",
        "with": ["Unlay three strands and t"],
        "without": ["Tides"],
    },
}
