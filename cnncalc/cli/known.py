"""The commands: what runs each, what it takes, and what its help says."""

from __future__ import annotations

from importlib import import_module

from cnncalc._typing import NamedTuple
from cnncalc.cli.output import FORMATS, Options, Printed, settle

__all__ = ["COMMANDS", "Command"]


class Command(NamedTuple):
    """A command: what runs it, what it takes, and what its help says.

    Attributes:
        place: The module and the function that run it; it is imported then.
        takes: The names of its arguments, as `named_arguments` knows them.
        about: What it does.
        examples: What may stand behind its name.
        names: The texts of `help_text` about what its options may name.
    """

    place: str
    takes: str
    about: str
    examples: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def has_settings(self) -> bool:
        """Whether the settings of a network can be options of it."""
        return "--deployed" in self.takes

    def run(self, options: Options) -> Printed:
        """Return what it prints, and the exit code."""
        for word in FORMATS.keys() & self.takes.split():
            # Of what has both a table and a page, `--report` asks for the page.
            page = getattr(options, "report", False)
            settle(options, FORMATS["page" if page else word])
        module, _, function = self.place.partition(".")
        found = getattr(import_module(f"cnncalc.cli.{module}"), function)
        printed: Printed = found(options)
        return printed


_NET = "network --input --torch --keras --deployed"
_PAIR = "--input --torch --keras --deployed"
_MEMORY = "counted --no-inplace"
COMMANDS = {
    "summary": Command(
        "commands.summary",
        f"{_NET} --columns --depth --sort --where --batch --dtype --input-row "
        "--no-totals --convention report",
        "show a network's layers and totals",
        (
            "lenet --box",
            "resnet50 --depth 1 --units auto",
            "vgg16 --columns layer,output,params,params_percent --where Conv2d,FC",
            "mobilenet_v2 --width 0.5 --classes 10 --convention fvcore",
            "'conv(5, 6) relu pool(2) fc(10)' --input 32x32x1",
            "lenet --output table.tex",
        ),
        ("COLUMN_HELP", "CONVENTION_HELP"),
    ),
    "explain": Command(
        "commands.explain",
        f"{_NET} path counted written --convention explanation",
        "show the arithmetic behind every number",
        ("lenet5 C3", "lenet --format markdown", "resnet50 --convention fvcore"),
        ("CONVENTION_HELP",),
    ),
    "layer": Command(
        "asked.one_layer",
        "layer --input report",
        "show the numbers of one layer",
        ("'conv(5, 6)' --input 32x32x3", "'pool(3, stride=2)' --input 112x112x64"),
    ),
    "compare": Command(
        "commands.compare",
        f"networks {_PAIR} --columns counted --convention --report report",
        "show the totals of networks side by side",
        (
            "resnet50 resnext50_32x4d regnet_y_3_2gf",
            "vgg16 resnet50 --columns params,macs,peak_memory,fvcore",
            "mobilenet_v2 'mobilenet_v2(width=0.5)'",
            "resnet50 resnet101 --report --output page.html",
        ),
        ("TOTALS", "CONVENTION_HELP"),
    ),
    "diff": Command(
        "commands.diff",
        f"before after {_PAIR} --columns counted --convention --unchanged "
        "--no-totals --exit-code --report report",
        "show what was added, removed or changed, and what that cost",
        (
            "vgg16 vgg19",
            "vgg16 vgg16_bn --columns params,activation_size",
            "before.json after.json --exit-code",
        ),
        ("NUMBERS", "CONVENTION_HELP"),
    ),
    "sweep": Command(
        "asked.sweep",
        f"{_NET} --columns counted report",
        "show the totals for each combination of settings",
        (
            "mobilenet_v2 --width 0.5,0.75,1.0 --input 96x96x3,224x224x3",
            "mymodels:build --filters 8,16,32 --columns params,macs",
        ),
        ("TOTALS",),
    ),
    "symbolic": Command(
        "asked.symbolic",
        f"{_NET} report",
        "show the totals as expressions in the size of the input",
        ("resnet50", "mobilenet_v2 --width 0.5 --format latex"),
    ),
    "fit": Command(
        "asked.fit",
        f"{_NET} setting --macs --flops --params --activations --connections "
        "--peak-memory --saved-for-backward --aspect --least --most --memory "
        "--training --optimizer --mixed counted report",
        "show the largest input, batch or setting within limits",
        (
            "mobilenet_v2 --macs 300M --peak-memory 2MiB --dtype int8",
            "resnet50 batch --memory 24GiB --training --optimizer adam",
            "mymodels:build width --params 4M --macs 600M",
        ),
    ),
    "windows": Command(
        "asked.windows",
        "size output_size --kernel --stride --padding --dilation report",
        "show the windows that lead from one size to another",
        ("224 55 --kernel 11 --stride 4", "14 7 --kernel 3 --stride 2"),
    ),
    "plan": Command(
        "asked.planned",
        f"{_NET} --dtype=none --batch --no-inplace --planner --order "
        "--kernels --core --target --linear-scales --write report",
        "show what is in memory at each step, and where it may lie",
        (
            "mobilenet_v2 --dtype int8 --deployed",
            "vww_mobilenet --dtype int8 --planner tflm --kernels cmsis-nn --core dsp",
            "model.tflite --write out.tflite",
        ),
    ),
    "patches": Command(
        "asked.patched",
        f"{_NET} --memory --cut --grid --dtype=int8 --depthwise-inplace "
        "--input-in-memory drawn",
        "show how the first part of a network fits, run in patches",
        (
            "mobilenet_v2 --memory 256KiB --depthwise-inplace",
            "mobilenet_v2 --cut stage3/0/conv2 --grid 4x4 --output patches.svg",
        ),
    ),
    "fits": Command(
        "asked.device_fit",
        f"{_NET} --device --dtype=none --reserved-ram --reserved-flash report",
        "exit with 1 if a network does not fit into a device, and show what would help",
        (
            "vww_mobilenet --device stm32f746",
            "person_detect --device rp2350 --reserved-ram 64KiB",
        ),
    ),
    "devices": Command(
        "asked.known_devices",
        "report",
        "list the devices that are known, with who says so",
        ("", "--format csv"),
    ),
    "peak": Command(
        "asked.peak_of",
        f"{_NET} {_MEMORY} report",
        "show the bytes that are in memory at most",
        ("mobilenet_v2 --dtype int8 --deployed",),
    ),
    "memory": Command(
        "asked.memory",
        f"{_NET} {_MEMORY} --optimizer --mixed --mask-bytes report",
        "show the bytes of weights and activations, or of training",
        ("resnet50 --dtype int8", "resnet50 --optimizer adam --batch 32"),
    ),
    "region": Command(
        "asked.region",
        f"{_NET} node position --gates report",
        "show what a unit sees of the input",
        ("lenet Conv2 0 0", "resnet50 layer4/2/conv3 3 3"),
    ),
    "lint": Command(
        "asked.lint",
        f"{_NET} --exit-code report",
        "show what may be meant otherwise",
        ("resnet50", "alexnet --exit-code"),
    ),
    "check": Command(
        "checking.check",
        "network=none --input --torch --keras --deployed --max-params --max-macs "
        "--max-flops --max-activations --max-connections --max-ram --max-flash "
        "--device --lock --write-lock --budget --dtype=none check",
        "exit with 1 if a network does not keep its limits, or is not what was agreed",
        (
            "lenet --max-params 1M --max-macs 20M --max-ram 256KiB --device esp32-s3",
            "mymodels:net --max-ram 256KiB --lock cnncalc.lock --format github",
            "--budget cnncalc.ini --output report.xml",
        ),
    ),
    "reconcile": Command(
        "asked.reconcile",
        f"{_NET} tool --base report",
        "show how a tool's number of operations comes about",
        ("resnet50 fvcore", "mobilenet_v2 thop --base fvcore"),
        ("CONVENTION_HELP",),
    ),
    "params": Command(
        "asked.parameters",
        "file report",
        "show the weights that a file of safetensors has",
        ("model.safetensors", "model.safetensors --format csv"),
    ),
    "draw": Command(
        "commands.draw",
        f"{_NET} --kind --style --depth --repeats --dimensions --arrangement --wrap "
        "--title --no-heading --no-legend counted written picture",
        "draw a network as SVG, TikZ, PDF or PNG",
        (
            "lenet --output lenet.svg",
            "unet --style flat --dimensions --output unet.tex",
            "resnet50 --kind macs --output macs.pdf",
        ),
    ),
    "report": Command(
        "commands.report",
        f"{_NET} --sliders counted written page",
        "write all that is known of a network as one page",
        (
            "resnet50 --output page.html",
            "unet --language zh --output page.html",
            "resnet50 --sliders --output page.html",
        ),
    ),
    "claims": Command(
        "commands.claims",
        "member report",
        "show what papers print of a network, and whether it is so",
        ("googlenet_2014", "lenet5 --format markdown"),
    ),
    "list": Command(
        "commands.listing",
        "listed --names report",
        "list the networks of the zoo with their costs, or the settings of one",
        ("", "mobilenet_v2", "--format json"),
    ),
    "save": Command(
        "commands.save",
        f"{_NET} source",
        "write a network as JSON, or as Python source",
        ("lenet --output lenet.json", "mymodels:net --format python"),
    ),
    "completion": Command(
        "completion.completion",
        "shell",
        "print a script that completes commands in your shell",
        (
            "bash > ~/.local/share/bash-completion/completions/cnncalc",
            "fish > ~/.config/fish/completions/cnncalc.fish",
        ),
    ),
}
