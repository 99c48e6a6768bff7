"""The frame of a page: what it may do, its style, its script, and what is packed in it.

Names in a network are anybody's. All text is escaped where it is put into markup; and
a policy in the page lets no script run but the one that is here, known by its hash,
and nothing be fetched or sent.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from cnncalc.answers.packaged import packaged
from cnncalc.explain.as_html import EXPLAINED
from cnncalc.report.render.as_html import as_markup
from cnncalc.report.render.html_parts import SCRIPT, STYLE

__all__ = ["framed", "hashed"]

_PAGE = """\
<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src {allowed}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style></head>
<body>
{body}
{packs}
{scripts}
</body></html>
"""
_PACK = '<script type="application/gzip" id="{}">{}</script>'


def framed(
    title: str,
    language: str,
    body: str,
    packs: Mapping[str, Any],
    scripts: Iterable[str],
) -> str:
    """Return a whole page.

    Args:
        title: Its title, as text.
        language: The language that it is in.
        body: What is in it, as markup.
        packs: Data by name, which the scripts open when it is wanted.
        scripts: Its scripts, as sources, or as names of files.
    """
    ours = partial(packaged, "cnncalc.page")
    every = [SCRIPT, *(ours(x) if x.endswith(".js") else x for x in scripts)]
    return _PAGE.format(
        language=language,
        allowed=" ".join(map(hashed, every)),
        title=as_markup(title),
        style=f"{STYLE}{EXPLAINED}\n{ours('report.css')}",
        body=body,
        packs="\n".join(_PACK.format(name, _packed(x)) for name, x in packs.items()),
        scripts="\n".join(f'<script type="module">{x}</script>' for x in every),
    )


def hashed(source: str) -> str:
    """Return what a policy knows a script by."""
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _packed(data: Any) -> str:
    """Return data so that it takes little room, and is no markup whatever is in it."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b64encode(gzip.compress(text.encode(errors="replace"), mtime=0)).decode()
