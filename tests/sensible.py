"""Networks as people build them, drawn at random: none of them is a mistake.

Each kind is written as its papers and tutorials have it, with the sizes drawn.
"""

from cnncalc import (
    BasicBlock,
    Conv2d,
    DepthwiseConv2d,
    InvertedResidual,
    Sequential,
    SqueezeExcite,
)

FUNCTIONS = ["relu", "leaky_relu", "gelu", "silu", "elu", "tanh", "hardswish"]
WIDTHS = [3, 6, 8, 16, 20, 24, 32, 48, 50, 64, 96, 128, 192, 256, 384, 512]
# Heights and widths of pictures, spectrograms and screens.
SIDES = [
    *[(n, n) for n in (8, 16, 20, 28, 32, 48, 64, 84, 96, 112, 128, 160, 192, 224)],
    *[(227, 227), (240, 320), (256, 256), (299, 299), (480, 640), (384, 1280)],
    *[(49, 10), (40, 101), (64, 96), (128, 87), (32, 128), (10, 9), (5, 200)],
]


def conv_unit(random, net, filters, kernel=None, stride=1):
    """Return a network with a convolution, and what mostly follows it."""
    kernel = kernel or random.choice([1, 3, 3, 3, 5, 7, (1, 3), (3, 1)])
    norm = random.random() < 0.5
    net = net.conv(kernel, filters, stride=stride, padding="same", bias=not norm)
    net = net.batch_norm() if norm else net
    return net.activation(random.choice(FUNCTIONS))


def head(random, net):
    """Return a network with fully connected layers behind it."""
    if not net.output.is_vector:
        net = random.choice([Sequential.global_pool, Sequential.flatten])(net)
    for _ in range(random.randint(0, 2)):
        net = net.fc(random.choice([10, 64, 84, 120, 512, 4096]))
        net = net.activation(random.choice(FUNCTIONS))
        net = net.dropout(0.5) if random.random() < 0.5 else net
    classes = random.choice([1, 2, 3, 10, 100, 1000])
    net = net.fc(classes)
    if random.random() < 0.5:
        net = net.sigmoid() if classes == 1 else net.softmax()
    return net


def picture(random):
    """Draw a picture, in grey, in colours, or with an alpha."""
    return Sequential(input=(*random.choice(SIDES), random.choice([1, 1, 3, 3, 3, 4])))


def classifier(random):
    """Draw stages of convolutions and pools, as of LeNet, AlexNet and VGG."""
    net = picture(random)
    for _ in range(random.randint(1, 4)):
        for _ in range(random.randint(1, 3)):
            net = conv_unit(random, net, random.choice(WIDTHS))
        if min(net.output.space) > 3:
            net = random.choice([net.max_pool(2), net.avg_pool(2), net.pool(3, 2)])
    return head(random, net)


def residual(random):
    """Draw residual blocks of several kinds, as of ResNet, MobileNet and SENet."""
    width = random.choice([16, 24, 32, 64])
    net = conv_unit(random, picture(random), width, 7, 2)
    for _ in range(random.randint(1, 4)):
        body = Sequential().conv(3, width, padding=1, bias=False).norm().relu()
        body = body.conv(3, width, padding=1, bias=False).norm()
        block = [
            BasicBlock(width),
            InvertedResidual(width * 4, width),
            SqueezeExcite(8),
        ]
        net = random.choice([net.residual(body).relu(), net.add(random.choice(block))])
    return head(random, net)


def large_kernels(random):
    """Draw kernels of 12 or more as they are used: odd, or as large as their steps."""
    net = picture(random)
    size = min(net.output.space)
    wide = random.choice([13, 15, 21, 31])
    patch = random.choice([n for n in (12, 14, 16, 32) if n <= max(size, 12)])
    if size <= patch:
        return head(random, net.conv(net.output.space, random.choice([1, 2, 4, 64])))
    choices = [
        net.conv(patch, random.choice([3, 192, 768]), stride=patch),
        net.conv(wide, random.choice([1, 2, 3, 64]), padding="same").relu(),
        net.add(DepthwiseConv2d(wide, padding="same")).relu(),
        net.conv((patch, 1), 4, padding="same").relu(),
        net.conv_transpose(16, random.choice([1, 2, 21]), stride=8),
    ]
    return random.choice(choices)


def dense_output(random):
    """Draw what puts out a picture: autoencoders, segmentation, super-resolution."""
    net = conv_unit(random, picture(random), random.choice(WIDTHS))
    if random.random() < 0.5 and min(net.output.space) > 3:
        net = conv_unit(random, net.pool(2), 32).conv_transpose(2, 16, stride=2).relu()
    out = net.conv(
        random.choice([1, 3, 5, 9]), random.choice([1, 2, 3, 21]), padding="same"
    )
    return random.choice([out, out.sigmoid(), out.softmax(), out.upsample(2)])


def sequence(random):
    """Draw sequences: sound, text, sensors."""
    length = random.choice([24, 50, 100, 128, 400, 1024, 16000])
    net = Sequential(input=(length, random.choice([1, 2, 3, 6, 9, 12, 40, 64, 300])))
    for _ in range(random.randint(1, 4)):
        kernel, filters = random.choice([2, 3, 5, 7, 9, 16]), random.choice(WIDTHS)
        net = net.conv1d(kernel, filters, padding="causal").relu()
    return head(random, net.max_pool(2))


def volume(random):
    """Draw volumes: films, scans, and stacks of few pictures."""
    depth, side = random.choice([8, 16, 32, 64]), random.choice([16, 28, 64, 112])
    net = Sequential(input=(depth, side, side, random.choice([1, 2, 3, 4])))
    for _ in range(random.randint(1, 2)):
        net = net.conv3d(3, random.choice([8, 16, 32]), padding=1).relu().pool(2)
    return head(random, net)


def later_stage(random):
    """Draw what stands on the small maps that others put out, or on vectors."""
    side = random.choice([1, 2, 4, 7, 8, 13, 14])
    shapes = [
        (side, side, random.choice([64, 256, 512, 1280, 2048])),
        (1, random.choice([16, 26, 64]), random.choice([128, 256, 512])),
        (4, 4, 4, random.choice([128, 256])),
        random.choice([2, 4, 10, 100, 512, 784]),
        (random.choice([2, 4, 5]), 2048),
    ]
    net = Sequential(input=random.choice(shapes))
    if net.output.rank == 2 and random.random() < 0.5:
        net = net.add(Conv2d(1, random.choice(WIDTHS))).relu()
    net = net.batch_norm() if random.random() < 0.2 else net
    return head(random, net)


def projection(random):
    """Draw what ends in a norm by intention: embeddings, and backbones cut off."""
    net = conv_unit(random, picture(random), 64, 3, 2)
    cut = net.conv(3, 128, padding=1, bias=False).batch_norm()
    return random.choice([cut, net.global_pool().fc(128, bias=False).batch_norm()])


KINDS = [
    *(classifier, residual, large_kernels, dense_output),
    *(sequence, volume, later_stage, projection),
]


def sensible(random):
    """Draw a network of any kind."""
    return random.choice(KINDS)(random)
