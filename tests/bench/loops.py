"""The cheapest honest loops in plain Python, which the benchmark compares with.

Each gives the rows of a network from bare integers: kind, output, parameters,
connections, multiply-accumulates, bytes of the output, receptive field and stride.
"""

from __future__ import annotations

from math import ceil

D152 = (3, 8, 36, 3)


# ---------------- (a) bare ints, inline -------------------------------------------------
def resnet152(depths=D152, res=224, classes=1000):
    out = []
    ap = out.append
    P = M = C = A = 0
    h = (res + 6 - 7) // 2 + 1
    n = 64 * h * h
    p = 3 * 64 * 49
    m = 49 * 3 * n
    ap(("conv", (64, h, h), p, m, m, 4 * n, 7, 2))
    P += p
    M += m
    C += m
    A += n
    ap(("bn", (64, h, h), 128, 2 * n, 0, 4 * n, 7, 2))
    P += 128
    C += 2 * n
    A += n
    ap(("relu", (64, h, h), 0, 0, 0, 4 * n, 7, 2))
    A += n
    h = (h + 2 - 3) // 2 + 1
    n = 64 * h * h
    rf = 11
    j = 4
    ap(("maxpool", (64, h, h), 0, 9 * n, 0, 4 * n, rf, j))
    C += 9 * n
    A += n
    c = 64
    w = 64
    s = 1
    for d in depths:
        for i in range(d):
            st = s if i == 0 else 1
            hin = h
            cin = c
            rf0 = rf
            j0 = j
            n = w * hin * hin
            p = cin * w
            m = cin * n
            ap(("conv", (w, hin, hin), p, m, m, 4 * n, rf, j))
            P += p
            M += m
            C += m
            A += n
            ap(("bn", (w, hin, hin), 2 * w, 2 * n, 0, 4 * n, rf, j))
            P += 2 * w
            C += 2 * n
            A += n
            ap(("relu", (w, hin, hin), 0, 0, 0, 4 * n, rf, j))
            A += n
            h = (hin + 2 - 3) // st + 1
            n = w * h * h
            p = 9 * w * w
            m = 9 * w * n
            rf += 2 * j
            j *= st
            ap(("conv", (w, h, h), p, m, m, 4 * n, rf, j))
            P += p
            M += m
            C += m
            A += n
            ap(("bn", (w, h, h), 2 * w, 2 * n, 0, 4 * n, rf, j))
            P += 2 * w
            C += 2 * n
            A += n
            ap(("relu", (w, h, h), 0, 0, 0, 4 * n, rf, j))
            A += n
            c = 4 * w
            n = c * h * h
            p = w * c
            m = w * n
            ap(("conv", (c, h, h), p, m, m, 4 * n, rf, j))
            P += p
            M += m
            C += m
            A += n
            ap(("bn", (c, h, h), 2 * c, 2 * n, 0, 4 * n, rf, j))
            P += 2 * c
            C += 2 * n
            A += n
            if i == 0:
                p = cin * c
                m = cin * n
                ap(("conv", (c, h, h), p, m, m, 4 * n, rf0, j))
                P += p
                M += m
                C += m
                A += n
                ap(("bn", (c, h, h), 2 * c, 2 * n, 0, 4 * n, rf0, j))
                P += 2 * c
                C += 2 * n
                A += n
            ap(("add", (c, h, h), 0, 2 * n, 0, 4 * n, rf, j))
            C += 2 * n
            A += n
            ap(("relu", (c, h, h), 0, 0, 0, 4 * n, rf, j))
            A += n
        w *= 2
        s = 2
    rf += (h - 1) * j
    ap(("gap", (c, 1, 1), 0, c * h * h, 0, 4 * c, rf, j))
    C += c * h * h
    A += c
    ap(("flatten", (c,), 0, 0, 0, 4 * c, rf, j))
    A += c
    p = (c + 1) * classes
    ap(("linear", (classes,), p, p, c * classes, 4 * classes, rf, j))
    P += p
    C += p
    M += c * classes
    A += classes
    return out, (P, C, M, 4 * A, rf)


def divisible(v, d=8):
    n = max(d, int(v + d / 2) // d * d)
    return n + d if n < 0.9 * v else n


CFG = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)


def mobilenet(width, depth, res):
    out = []
    ap = out.append
    P = M = C = A = 0
    h = (res + 2 - 3) // 2 + 1
    c = divisible(32 * width)
    n = c * h * h
    p = 27 * c
    m = p * h * h
    rf, j = 3, 2
    ap(("conv", (c, h, h), p, m, m, n, rf, j))
    P += p
    M += m
    C += m
    A += n
    ap(("bn", (c, h, h), 2 * c, 0, 0, n, rf, j))
    P += 2 * c
    A += n
    ap(("relu", (c, h, h), 0, 0, 0, n, rf, j))
    A += n
    for t, f, r, s in CFG:
        f = divisible(f * width)
        for i in range(ceil(r * depth)):
            st = s if i == 0 else 1
            e = c * t
            cin = c
            if t != 1:
                p = c * e
                n = e * h * h
                m = p * h * h
                ap(("conv", (e, h, h), p, m, m, n, rf, j))
                P += p
                M += m
                C += m
                A += n
                ap(("bn", (e, h, h), 2 * e, 0, 0, n, rf, j))
                P += 2 * e
                A += n
                ap(("relu", (e, h, h), 0, 0, 0, n, rf, j))
                A += n
            h = (h - 1) // st + 1
            n = e * h * h
            p = 9 * e
            m = 9 * n
            rf += 2 * j
            j *= st
            ap(("dw", (e, h, h), p, m, m, n, rf, j))
            P += p
            M += m
            C += m
            A += n
            ap(("bn", (e, h, h), 2 * e, 0, 0, n, rf, j))
            P += 2 * e
            A += n
            ap(("relu", (e, h, h), 0, 0, 0, n, rf, j))
            A += n
            p = e * f
            n = f * h * h
            m = p * h * h
            ap(("conv", (f, h, h), p, m, m, n, rf, j))
            P += p
            M += m
            C += m
            A += n
            ap(("bn", (f, h, h), 2 * f, 0, 0, n, rf, j))
            P += 2 * f
            A += n
            if st == 1 and cin == f:
                ap(("add", (f, h, h), 0, 0, 0, n, rf, j))
                A += n
            c = f
    l = divisible(1280 * max(1, width))
    p = c * l
    n = l * h * h
    m = p * h * h
    ap(("conv", (l, h, h), p, m, m, n, rf, j))
    P += p
    M += m
    C += m
    A += n
    ap(("bn", (l, h, h), 2 * l, 0, 0, n, rf, j))
    P += 2 * l
    A += n
    ap(("relu", (l, h, h), 0, 0, 0, n, rf, j))
    A += n
    n = l * h * h
    ap(("gap", (l, 1, 1), 0, n, 0, l, rf, j))
    C += n
    A += l
    ap(("dropout", (l,), 0, 0, 0, l, rf, j))
    A += l
    p = l * 1000 + 1000
    ap(("fc", (1000,), p, p, l * 1000, 1000, rf, j))
    P += p
    M += l * 1000
    C += p
    A += 1000
    return P, M, C, A, rf
