"""Rough products of points with words, half the bits at twice the speed, and a look over them.

A bfloat16 number is the upper half of a float32 one: 8 significant bits instead of 24. Many
processors multiply pairs of them in one instruction, which no library of Python's calls for
products as narrow as those with patches. What is compiled here keeps the scores of 14 points with
32 words in registers while it runs along the numbers of the points. Other processors multiply the
same numbers as float32.

Source of the layout: Goto, van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008.
"""

from typing import Any, NamedTuple

import numpy as np
from llvmlite import ir
from llvmlite.binding import get_host_cpu_features
from numba import extending, njit, types

intrinsic: Any = extending.intrinsic  # the first argument is filled in, which mypy cannot know

AVAILABLE = get_host_cpu_features().get("avx512bf16", False)

POINTS, LANES, VECTORS = 14, 16, 2  # 28 of the 32 registers hold scores
WORDS = LANES * VECTORS


class Panels(NamedTuple):
    """Words (n, d) in the order in which products read them; `lay_out` makes it."""

    words: np.ndarray  # uint32 (n / 32, d / 2, 32), n rounded up: two numbers of a word each;
    # or, where the instruction is missing, float32 (d, n rounded up)
    bias: np.ndarray  # float32 (n rounded up,), -infinity beyond n


def rounded(X: np.ndarray) -> np.ndarray:
    """Rows of float32 (n, d) as bfloat16, to even: uint16 (n, d), a zero more where d is odd."""
    out = np.zeros((len(X), X.shape[1] + X.shape[1] % 2), np.uint16)
    _round(X.view(np.uint32), out)
    return out


def widened(X: np.ndarray) -> np.ndarray:
    """bfloat16 numbers, uint16, as the float32 numbers that they are."""
    return (X.astype(np.uint32) << 16).view(np.float32)


def lay_out(words: np.ndarray, bias: np.ndarray) -> Panels:
    """words: bfloat16 (n, d) from `rounded`; bias: float32 (n,)."""
    n, d = words.shape
    n_panels = -(-n // WORDS)
    padded = np.zeros((n_panels * WORDS, d), np.uint16)
    padded[:n] = words
    bias = np.concatenate([bias, np.full(len(padded) - n, -np.inf, np.float32)])
    if not AVAILABLE:
        return Panels(np.ascontiguousarray(widened(padded).T), bias)
    pairs = padded.view(np.uint32).reshape(n_panels, WORDS, d // 2).transpose(0, 2, 1)
    return Panels(np.ascontiguousarray(pairs), bias)


def room(n_points: int, panels: Panels) -> np.ndarray:
    """Memory that `multiply` can write the scores of that many points to."""
    return np.empty((-(-n_points // POINTS) * POINTS, len(panels.bias)), np.float32)


def multiply(points: np.ndarray, panels: Panels, scores: np.ndarray) -> None:
    """scores[i, k] = points[i] . words[k] + bias[k], added up in float32.

    points: bfloat16 (m, d) from `rounded`; scores: from `room`, of which m rows mean something.
    """
    if AVAILABLE:
        _multiply(points.view(np.uint32), panels.words, panels.bias, scores)
    else:
        np.matmul(widened(points), panels.words, out=scores[: len(points)])
        scores[: len(points)] += panels.bias


@njit(cache=True, nogil=True)
def _round(X, out):
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            odd = (X[i, j] >> np.uint32(16)) & np.uint32(1)
            out[i, j] = np.uint16((X[i, j] + np.uint32(0x7FFF) + odd) >> np.uint32(16))


@njit(cache=True, nogil=True)
def _multiply(points, pairs, bias, scores):
    """A panel of words stays in the cache while all points pass by."""
    m, d = points.shape
    last, step = points.ctypes.data + (m - 1) * d * 4, d * 4
    for panel in range(len(pairs)):
        words, start = pairs[panel].ctypes.data, bias[panel * WORDS :].ctypes.data
        for i in range(0, m, POINTS):
            out = scores[i:, panel * WORDS :].ctypes.data
            first = points.ctypes.data + i * d * 4
            _tile(first, last, step, words, start, d, out, scores.shape[1] * 4)


FLOAT, INT, LONG = ir.FloatType(), ir.IntType(32), ir.IntType(64)
FLOATS, INTS = ir.VectorType(FLOAT, LANES), ir.VectorType(INT, LANES)
OFFSETS = [4 * LANES * v for v in range(VECTORS)]  # bytes from 32 numbers to each vector of them


class BFloat(ir.Type):
    """The type of bfloat16 numbers, which llvmlite has no name for."""

    def _to_string(self) -> str:
        return "bfloat"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BFloat)

    def __hash__(self) -> int:
        return hash(BFloat)


def number(value: int) -> ir.Constant:
    return ir.Constant(LONG, value)


def at(builder, address, offset, kind):
    return builder.inttoptr(builder.add(address, offset), kind.as_pointer())


def read(builder, address, offset, kind):
    loaded = builder.load(at(builder, address, offset, kind))
    loaded.align = 4
    return loaded


@intrinsic
def _tile(_, first, last, step, words, bias, n_pairs, out, out_step):
    """POINTS points with WORDS words. All are addresses, and bytes from a row to the next.

    Where there are fewer points, the last one is taken again.
    """

    def generate(context, builder, signature, arguments):
        first, last, step, words, bias, n_pairs, out, out_step = arguments
        PAIRS = ir.VectorType(BFloat(), 2 * LANES)
        multiply_add = builder.module.declare_intrinsic(
            "llvm.x86.avx512bf16.dpbf16ps.512",
            fnty=ir.FunctionType(FLOATS, [FLOATS, PAIRS, PAIRS]),
        )

        rows = []
        for i in range(POINTS):
            row = builder.add(first, builder.mul(step, number(i)))
            rows.append(builder.select(builder.icmp_unsigned("<", row, last), row, last))
        start = [read(builder, bias, number(offset), FLOATS) for offset in OFFSETS]
        before = builder.block
        loop, done = builder.append_basic_block("loop"), builder.append_basic_block("done")
        builder.branch(loop)

        # A pair of numbers of every point, times those of every word.
        builder.position_at_end(loop)
        pair = builder.phi(LONG)
        pair.add_incoming(number(0), before)
        sums = [[builder.phi(FLOATS) for _ in range(VECTORS)] for _ in range(POINTS)]
        from_words = builder.mul(pair, number(4 * WORDS))
        places = [builder.add(from_words, number(offset)) for offset in OFFSETS]
        vectors = [builder.bitcast(read(builder, words, place, INTS), PAIRS) for place in places]
        from_point, undefined = builder.mul(pair, number(4)), ir.Constant(INTS, ir.Undefined)
        for row, row_sums in zip(rows, sums, strict=True):
            one = builder.insert_element(
                undefined, read(builder, row, from_point, INT), ir.Constant(INT, 0)
            )
            everywhere = builder.shuffle_vector(one, undefined, ir.Constant(INTS, [0] * LANES))
            pairs = builder.bitcast(everywhere, PAIRS)
            for vector, total, initial in zip(vectors, row_sums, start, strict=True):
                total.add_incoming(initial, before)
                total.add_incoming(builder.call(multiply_add, [total, pairs, vector]), loop)
        following = builder.add(pair, number(1))
        pair.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, n_pairs), loop, done)

        builder.position_at_end(done)
        for i, row_sums in enumerate(sums):
            for offset, total in zip(OFFSETS, row_sums, strict=True):
                place = builder.add(builder.mul(out_step, number(i)), number(offset))
                stored = builder.store(total.incomings[1][0], at(builder, out, place, FLOATS))
                stored.align = 4
        return context.get_dummy_value()

    return types.void(*[types.intp] * 8), generate


@intrinsic
def peak(_, scores):
    """The greatest of the WORDS scores at an address: compiled loops find it one by one."""

    def generate(context, builder, signature, arguments):
        greatest, *others = (read(builder, arguments[0], number(o), FLOATS) for o in OFFSETS)
        for other in others:
            above = builder.fcmp_ordered(">", other, greatest)
            greatest = builder.select(above, other, greatest)
        reduce = ir.FunctionType(FLOAT, [FLOATS])
        maximum = builder.module.declare_intrinsic("llvm.vector.reduce.fmax.v16f32", fnty=reduce)
        return builder.call(maximum, [greatest], fastmath=("nnan",))

    return types.float32(types.intp), generate


@intrinsic
def reaching(_, scores, limit):
    """A bit for each of the WORDS scores at an address that is at least the limit, 1 the first."""

    def generate(context, builder, signature, arguments):
        scores, limit = arguments
        undefined = ir.Constant(FLOATS, ir.Undefined)
        one = builder.insert_element(undefined, limit, ir.Constant(INT, 0))
        limits = builder.shuffle_vector(one, undefined, ir.Constant(INTS, [0] * LANES))
        bits = number(0)
        for v, offset in enumerate(OFFSETS):
            there = builder.fcmp_ordered(
                ">=", read(builder, scores, number(offset), FLOATS), limits
            )
            some = builder.zext(builder.bitcast(there, ir.IntType(LANES)), LONG)
            bits = builder.or_(bits, builder.shl(some, number(LANES * v)))
        return bits

    return types.int64(types.intp, types.float32), generate
