"""The `blnet` command as a function: JSON out, errors as exceptions."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any, Optional, Sequence


class BlnetError(Exception):
    """What the command refuses or finds wrong. `code` is BLNnnn, or None; `hint` says what to try."""

    def __init__(self, message: str, code: Optional[str], hint: Optional[str], exit_code: int) -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.exit_code = exit_code


def command() -> list[str]:
    """Words that start the command: the variable BLNET, `blnet` on the path, or the repository that this file lies in."""
    if given := os.environ.get("BLNET"):
        return shlex.split(given)
    if found := shutil.which("blnet"):
        return [found]
    for folder in Path(__file__).resolve().parents:
        main = folder / "dist" / "cli" / "main.js"
        if main.is_file():
            return ["node", str(main)]
    raise FileNotFoundError("no blnet: set BLNET to the words that start it, or install it by npm")


def _error_of(stdout: str, stderr: str, status: int) -> BlnetError:
    for text in (stdout, stderr):
        try:
            error = json.loads(text)["error"]
        except (ValueError, KeyError, TypeError):
            continue
        parts = [error.get("title"), error.get("where"), error.get("found"), error.get("need")]
        return BlnetError(": ".join(str(p) for p in parts if p), error.get("code"), error.get("hint"), status)
    return BlnetError(stderr.strip() or f"blnet ended with {status}", None, None, status)


def run(args: Sequence[str], allowed: Sequence[int] = (0,)) -> Any:
    """Runs the command with --json and returns what it prints. Raises BlnetError for other exit codes than `allowed`."""
    done = subprocess.run([*command(), *args, "--json"], capture_output=True, text=True, check=False)
    if done.returncode not in allowed:
        raise _error_of(done.stdout, done.stderr, done.returncode)
    return json.loads(done.stdout)
