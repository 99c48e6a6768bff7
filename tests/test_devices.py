"""Devices, and whether networks fit into them."""

import csv
from functools import partial
from pathlib import Path

import pytest

from cnncalc import (
    AtLeast,
    CnncalcError,
    ConfigError,
    Device,
    OptionError,
    Sequential,
    Unknown,
    UnknownNameError,
    devices,
    from_tflite,
    zoo,
)
from cnncalc.cli import main
from cnncalc.devices.remedies import kernels_of

DATA = Path(__file__).parent / "data" / "tflite"
BOARD_FILES = tuple(
    csv.DictReader(DATA.with_name("boards.csv").read_text("utf-8").splitlines())
)
SMALL = partial(zoo.mobilenet, (96, 96, 3), width=0.25, classes=2)


def _told_by(told):
    return f"{told['device']}-{told['of']}-{Path(told['file']).stem}"


class TestDevices:
    @pytest.mark.parametrize("device", devices.BOARDS.values(), ids=devices.names())
    def test_each_says_who_says_so(self, device):
        """A source, a core and a clock; no piece is larger than all of it."""
        assert device.source
        assert device.core
        assert 10**6 < device.clock < 3 * 10**9
        assert 0 < device.block <= device.ram

    @pytest.mark.parametrize("told", BOARD_FILES, ids=_told_by)
    def test_board_files(self, told):
        """What PlatformIO, Zephyr, vendors and the Raspberry Pi's pages tell of each."""
        device = devices.find(told["device"])
        memory = {"ram": device.ram, "block": device.block}.get(told["of"])
        core = told["core"].replace("plus", "+")
        words = (told["ram"], told["flash"], told["clock"], core)
        ours = (memory, device.flash, device.clock, device.core.lower())

        assert words == tuple(
            str(figure) if word else "" for word, figure in zip(words, ours)
        )

    @pytest.mark.parametrize(
        ("name", "title"),
        [
            ("STM32L476", "STM32L476RG"),
            ("esp32_s3", "ESP32-S3-WROOM-1-N8"),
            ("nRF52840", "nRF52840"),
        ],
    )
    def test_names(self, name, title):
        """A device is found however its name is written."""
        assert title == devices.find(name).name

    def test_a_table(self):
        """All are there, with a line each, and those without flash have none."""
        table = devices.table()

        assert len(devices.names()) == len(table.table.lines)
        assert None is table["raspberry-pi-4"].flash
        assert "Nordic nRF52840" in str(table.to_csv())

    def test_others(self):
        """One of yours has what you say; what is not there is refused."""
        mine = Device("mine", ram="64 KiB", flash=2**18, core="Cortex-M55")

        assert mine is devices.find(mine)
        assert (65_536, None, 2**18) == (mine.ram, mine.block, mine.flash)
        with pytest.raises(UnknownNameError, match="stm32f746"):
            devices.find("stm32f747")
        with pytest.raises(OptionError, match="the RAM of mine is not known"):
            devices.find(Device("mine", 1, 1, "me"))
        with pytest.raises(OptionError, match="ram is 'much'"):
            Device("mine", ram="much")
        for what, value in (("clock", -1), ("core", 4), ("name", None)):
            with pytest.raises(ConfigError, match=f"Device: {what} is {value}"):
                Device(**{"name": "mine", what: value})

    def test_those_without_rates_have_no_roofline(self):
        """A bound takes a rate and a bandwidth."""
        with pytest.raises(OptionError, match="bandwidth of nRF52840 are not known"):
            zoo.lenet().roofline(devices.find("nrf52840"))

    @pytest.mark.parametrize(
        ("name", "core"),
        [
            ("alif-e7", "mve"),
            ("ra8m1", "mve"),
            ("rp2350", "dsp"),
            ("coral-micro", "dsp"),
        ],
    )
    def test_kernels(self, name, core):
        """Helium is in the M55 and M85; the M33, M4 and M7 have DSP instructions."""
        found = kernels_of(devices.find(name))

        assert {"kernels": "cmsis-nn", "core": core} == found
        assert {"kernels": "cmsis-nn"} == kernels_of(devices.find("rp2040"))
        assert {} == kernels_of(devices.find("esp32-c3"))


class TestFits:
    def test_what_is_needed_and_there(self):
        """The arena, what the runtime keeps, and the file, against RAM and flash."""
        found = zoo.vww_mobilenet().fits("stm32f746")
        plan = zoo.vww_mobilenet().memory_plan(
            "int8",
            planner="tflm",
            kernels="cmsis-nn",
            core="dsp",
            target="32-bit",
            linear_scales="unit",
        )

        assert found
        assert 73_728 + plan.persistent_size == found.ram
        assert (327_680, 2**20) == (found.ram_there, found.flash_there)
        assert zoo.vww_mobilenet().flash().file_size == found.flash
        assert () == found.culprits == found.remedies

    def test_what_is_reserved(self):
        """What the program needs is not there for the network."""
        net = zoo.vww_mobilenet()
        found = net.fits("stm32f746", reserved_ram="256 KiB", reserved_flash=2**19)

        assert not found.fits
        assert (2**16, 2**19) == (found.ram_there, found.flash_there)
        with pytest.raises(OptionError, match="reserved_ram is 327680"):
            net.fits("stm32f746", reserved_ram="320 KiB")
        assert net.fits("raspberry-pi-4", reserved_flash="1 GiB")

    def test_pieces(self):
        """An arena lies in one piece: 128 KiB in two do not hold 98."""
        found = SMALL().fits("stm32l476")

        assert 96 * 1024 < found.ram < 128 * 1024
        assert not found.fits

    def test_culprits(self):
        """The fullest steps, and the largest layers."""
        found = zoo.mobilenet().fits("stm32f746")
        steps, layers = found.culprits[:3], found.culprits[3:]
        plan = found.plan

        assert (plan.at, "ram", plan.peak) == steps[0]
        assert all(each.memory == "ram" for each in steps)
        assert ("block13/conv1", 1_024 * 1_024) == (
            layers[0].layer,
            layers[0].bytes,
        )
        assert {"ram", "flash"} == {each.memory for each in found.culprits}

    @pytest.mark.parametrize(("dtype", "width"), [("int8", 1), ("float32", 4)])
    def test_culprits_of_a_type(self, dtype, width):
        """What a layer takes of flash is of the type that is asked for."""
        found = zoo.mobilenet().fits("stm32f746", dtype)
        (most, *_) = [each for each in found.culprits if each.memory == "flash"]

        assert width * 1_024 * 1_024 == most.bytes

    def test_the_largest_input(self):
        """The largest square for which there is RAM, as trying each of them finds it."""
        found = SMALL().fits("stm32l476")
        remedy = next(each for each in found.remedies if each.what == "largest input")

        def needs(side):
            net = SMALL().on((side, side, 3))
            how = {"kernels": "cmsis-nn", "core": "dsp", "target": "32-bit"}
            return net.memory_plan("int8", planner="tflm", **how).total_size

        largest = max(side for side in range(64, 97) if needs(side) <= 96 * 1024)
        assert f"{largest}×{largest}×3" == remedy.value
        assert needs(largest) == remedy.ram
        assert remedy.fits
        assert f"{SMALL().on((largest, largest, 3)).macs:,} MACs" == remedy.note

    def test_the_largest_width(self):
        """The largest of 0.05, 0.1 and so on, of a function that has a width."""
        build = partial(zoo.mobilenet, (96, 96, 3), classes=2)
        found = SMALL().fits("stm32l476", build=build)
        remedy = next(each for each in found.remedies if each.what == "largest width")

        assert "0.2" == remedy.value
        assert build(width=0.2).fits("stm32l476")
        assert not build(width=0.25).fits("stm32l476")

    @pytest.mark.parametrize(
        ("build", "why"),
        [
            ("mobilenet", "no function that returns a network"),
            (lambda size: zoo.lenet(), "no setting 'width'. There are: \"size\""),
        ],
    )
    def test_what_builds_nothing(self, build, why):
        """It is refused, whether its networks are needed or not."""
        with pytest.raises(CnncalcError, match=why):
            zoo.lenet().fits("stm32f746", build=build)

    @pytest.mark.no_cover
    def test_what_is_no_part_of_one(self):
        """A width may count filters; and branches may meet at multiples of 256 alone."""

        def needs(**options):
            how = {"kernels": "cmsis-nn", "core": "dsp", "target": "32-bit"}
            how |= {"planner": "tflm", "linear_scales": "unit"}
            return zoo.ecg_resnet(**options).memory_plan("int8", **how).total_size

        small = Device("small", ram="512 KiB", flash="16 MiB", core="Cortex-M33")
        found = zoo.ecg_resnet().fits(small, build=zoo.ecg_resnet)
        size, width = found.remedies[:2]

        assert ("3584×1", "20") == (size.value, width.value)
        assert size.fits
        assert needs(input=(3584, 1)) == size.ram < needs(input=(3840, 1))
        assert needs(width=20) == width.ram < found.ram_there < needs(width=21)

    def test_a_better_plan(self):
        """The arena that is planned better, where that is smaller."""
        found = SMALL().fits("stm32l476")
        remedy = found.remedies[-1]

        assert "better plan" == remedy.what
        assert 73_728 - 55_296 == found.ram - remedy.ram
        assert remedy.fits

    def test_a_better_order(self):
        """So is the order of operators that needs less: crops of a U-Net come at once."""
        big = Device("big", ram="64 MiB", flash="1 GiB")
        found = zoo.unet().fits(big)
        remedy = found.remedies[-1]

        assert 'planner="best", order="best"' == remedy.value
        assert 64 * (568**2 - 392**2) == found.ram - remedy.ram

    def test_patches(self):
        """A network whose first maps are large fits patch by patch."""
        found = zoo.mobilenet_v2(width=0.35, classes=10).fits("stm32f746")
        remedy = next(each for each in found.remedies if each.what == "patches")

        assert remedy.fits
        assert remedy.ram <= found.ram_there
        assert "of a runtime that runs patches" in remedy.note

    def test_nothing_helps(self):
        """What is too large whatever its input says so."""
        tiny = Device("tiny", ram="2 KiB", flash="8 KiB")
        found = SMALL().fits(tiny, build=partial(zoo.mobilenet, (96, 96, 3)))
        values = {each.what: each.value for each in found.remedies}

        assert "" == values["largest input"] == values["largest width"]
        assert not any(each.fits for each in found.remedies)
        assert "none is small enough" in str(found)

    def test_what_has_no_map(self):
        """A vector has no smaller input, and no patches."""
        found = Sequential(input=4096).fc(4096).fits("max78000")

        assert not found.fits
        assert () == found.remedies

    def test_what_is_not_known_does_not_fit(self):
        """Nothing unknown fits, however small what is known of it is."""
        net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("thing"))
        found = net.fits("stm32f746")

        assert isinstance(found.ram, AtLeast)
        assert not found.fits
        assert () == found.remedies
        assert "Fits:                             unknown\n" in str(found)

    def test_what_is_not_planned_does_not_fit(self):
        """Nor do layers whose operators are not known; what is too much is, anyway."""
        net = Sequential(input=(20, 8)).lstm(16)
        found = net.fits("stm32h743")
        small = net.fits(Device("small", ram="256 B", flash="1 MiB"))

        assert ("lstm1",) == found.plan.unplanned
        assert isinstance(found.ram, AtLeast)
        assert not found.fits
        assert "Fits:                             unknown\n" in str(found)
        assert "Fits:                             no\n" in str(small)
        assert "lstm1" == small.culprits[0].layer

    def test_a_file(self):
        """A file is taken as it is: its tensors, its type, its size."""
        path = DATA / "n2_f32.tflite"
        found = from_tflite(path).fits("stm32f746")

        assert found
        assert 131_072 == found.plan.arena_size
        assert path.stat().st_size == found.flash
        assert found.file.exact
        small = Device("small", ram="120 KiB", flash="1 MiB")
        values = [each.what for each in from_tflite(path).fits(small).remedies]
        assert ["largest input", "better plan"] == values


class TestCommand:
    def test_fits(self, capsys):
        """It exits with 0 if the network fits, and with 1 if not."""
        assert 0 == main(["fits", "lenet", "--device", "rp2040"])
        assert "Fits:" in capsys.readouterr().out
        words = ["fits", "vgg16", "--device", "rp2040", "--reserved-ram", "64KiB"]
        assert 1 == main(words)

    def test_devices(self, capsys):
        """They are listed, a line each, and the same as from Python."""
        assert 0 == main(["devices", "--format", "csv"])
        assert devices.table().to_csv() == capsys.readouterr().out.replace("\r", "")

    def test_without_a_device(self, capsys):
        """It names those that there are."""
        assert 2 == main(["fits", "lenet"])
        assert "esp32-s3" in capsys.readouterr().err
