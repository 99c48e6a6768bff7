"""Two paths that meet again."""

from cnncalc import Add, Builder, Conv2d

g = Builder()
x = g.input((32, 32, 3))
narrow = g.add(Conv2d(1, 16), x)
wide = g.add(Conv2d(5, 16, padding=2), x)
net = g.graph(g.add(Add(), narrow, wide))
