"""The texts of `--help` beside the options: the words that these take, and examples."""

from __future__ import annotations

__all__ = [
    "ABOUT",
    "COLUMN_HELP",
    "CONVENTION_HELP",
    "EPILOG",
    "NUMBERS",
    "START",
    "TOTALS",
]

ABOUT = "Exact sizes, costs and formulas of convolutional networks."

START = """\
cnncalc: exact sizes, costs and formulas of convolutional networks

  cnncalc summary resnet50 --depth 1            layers and totals
  cnncalc summary "conv(5, 6) relu pool(2) fc(10)" --input 32x32x1
  cnncalc layer "conv(5, 6)" --input 32x32x3    the numbers of one layer
  cnncalc explain lenet5 C3                     the arithmetic behind them
  cnncalc compare resnet50 mobilenet_v2         networks side by side
  cnncalc peak mobilenet_v2 --dtype int8        memory, for a small device

`cnncalc list` names the networks it knows, `cnncalc --help` all commands.
"""

EPILOG = """\
networks:
  lenet                 a network of the zoo; `cnncalc list` prints their names,
                        and `cnncalc list mobilenet_v2` what can be set of one:
                        mobilenet_v2 --width 0.5, or "mobilenet_v2(width=0.5)"
  "conv(5, 6) pool(2)"  its layers, as methods of a network; --input says on what
  mynet.json, or -      what `cnncalc save` wrote; - reads the standard input
  model.onnx            a model's file: .onnx, .tflite, .keras, .h5, or YAML
  mymodels:net          an attribute of a module: a network, or a function that
                        returns one; what the module prints is no output

examples:
  cnncalc summary resnet50 --depth 1
  cnncalc summary lenet --columns layer,output,params,macs --sort=-macs
  cnncalc explain lenet5 C3
  cnncalc compare resnet50 resnext50_32x4d --convention fvcore
  cnncalc diff vgg16 vgg16_bn
  cnncalc draw googlenet --output googlenet.svg
  cnncalc save unet | cnncalc summary - --format csv

output:
  A file's suffix tells its format: --output lenet.html needs no --format.
  Files and pipes get UTF-8; a terminal gets what it can show.

exit codes:
  0    it worked
  1    `check` failed, or `--exit-code` was asked for and there is something to show
  2    something in the command, or in the network, is wrong: a line says what
  130  it was interrupted

`cnncalc COMMAND --help` has the options and more examples of a command.
"""

# The names that options take. A test holds them to what there is.
COLUMN_HELP = """\
columns:
  layer, kind, role, connected_to, input, filter, weight_shape, kernel, stride,
  padding, dilation, groups, output, output_formula, formula, params,
  params_percent, params_bytes, trainable, buffers, connections,
  connections_formula, macs, macs_percent, macs_formula, flops, padding_macs,
  activation_size, activation_percent, activation_bytes, peak, receptive_field,
  effective_stride, effective_padding; torchinfo's names are understood, too
"""

TOTALS = """\
columns:
  input, output, nodes, weighted, depth, params, trainable, buffers, connections,
  macs, flops, activations, peak_memory, arena, memory, receptive_field; of a
  number also its share of the first network's, as macs_percent; or a convention
"""

NUMBERS = """\
columns:
  params, trainable, buffers, connections, macs, activation_size
"""

CONVENTION_HELP = """\
conventions, by which tools count operations:
  torchvision, torchinfo, fvcore, ptflops-aten, ptflops, thop, calflops,
  torchscan, onnx-tool, netscope, convnet-burden, torchstat, torchstat-madd,
  ultralytics-thop, activations, thop-0.0.31, ptflops-0.6, tensorflow, vela,
  st-edge-ai, cnncalc
"""
