"""Build the calculator: ``python docs/calculator/build.py OUT``.

It takes Pyodide from npm, of one version and with its hash, and makes the wheel of this
checkout with those of its dependencies. What comes out is a folder for any server of
files, with ``index.html``, and in it ``cnncalc.html``, which is the same in one file, and
opens from a disk.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from string import Template
from typing import NamedTuple

from cnncalc import zoo
from cnncalc.page.frame import hashed, packed_data, page_source, styles
from cnncalc.report.render.html_parts import SCRIPT

PYODIDE = "pyodide@314.0.7"
INTEGRITY = (
    "sha512-0YvXxEhfEdpLfb/XkM2BFAeMROq0iMUX2bzzH9pOttyMcWkwq+HbE5uyuGD82LN7y2q+"
    "SNvi/6V5JEsOlD2R1A=="
)
HOME = Path(__file__).resolve().parent
