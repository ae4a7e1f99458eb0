"""Remakes one untrusted photo or PDF in a process of its own.

Run as `python -I refine.py photo` or `python -I refine.py document`: the file comes on standard
input; on standard output goes one line of JSON (what it became, or one word why it was refused)
and then the new file. `photo REGIONS` also blacks parts of the photo out: each is
"left,top,width,height" in fractions of its edges, and they are joined by ";". Standard library,
and Pillow or pypdf; limits on memory, processor time and files are set before a byte is read. A
hostile file costs this process its life and the portal nothing.

Nothing of the old file is handed on as it was: a photo is drawn anew from its pixels
(photo.py), a document page by page from what its pages show (document.py).
"""

import json
import resource
import runpy
import sys
from pathlib import Path

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space."""

SECONDS = 20
"""Seconds of processor time."""


def limit_this_process() -> None:
    """Give back every right that remaking a file does not need."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> int:
    """Write the header and the new file, or one word about why there is none."""
    limit_this_process()
    # -I keeps this folder out of reach of `import`, so the maker is run by its place.
    maker = runpy.run_path(str(Path(__file__).with_name(f"{sys.argv[1]}.py")))
    body = b""
    try:
        answer, body = maker["remake"](sys.stdin.buffer.read(), *sys.argv[2:])
    except maker["Refused"] as reason:
        answer = {"error": str(reason)}
    except MemoryError:
        answer = {"error": "complex"}
    except BaseException:
        answer = {"error": "broken"}
    answer["size"] = len(body)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
