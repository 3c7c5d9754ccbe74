"""Words that exclude each other: an answer that brings in the other one does not say the same."""

from __future__ import annotations

from collections.abc import Iterable

_ENDINGS = ("ently", "ence", "ency", "ing", "ent", "ance", "ies", "ly", "ed", "es", "e")


def root(word: str) -> str:
    """Take the ending off a word, so that its inflections agree.

    >>> sorted({root(word) for word in ("converges", "convergent", "Converge", "convergence", "wins", "winning")})
    ['converg', 'win']
    """
    word = word.lower()
    if word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "is", "es")):
        word = word[:-1]
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4 and not word.endswith("ss"):
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    else:
        word = word.removesuffix("s") if word.endswith("es") and len(word) > 4 else word
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "sl" else word


_FAMILIES = tuple(
    frozenset(root(word) for word in family.split())
    for family in (
        "even odd",
        "real complex imaginary",
        "increasing decreasing constant nondecreasing nonincreasing",
        "converge diverge oscillate",
        "ellipse parabola hyperbola circle line",
        "acute right obtuse",
        "equilateral isosceles scalene",
        "square rectangle rhombus trapezoid parallelogram kite pentagon hexagon octagon",
        "maximum minimum saddle inflection",
        "win lose lost loss draw tie",
        "positive negative zero nonnegative nonpositive",
        "rational irrational",
        "prime composite",
        "true false",
        "yes no",
        "left right up down upward downward upwards downwards",
        "north south east west northeast northwest southeast southwest",
        "monday tuesday wednesday thursday friday saturday sunday",
        "january february march april may june july august september october november december",
        "red blue green yellow black white purple orange pink brown gray grey",
        "parallel perpendicular skew intersecting coincident",
        "concave convex",
        "linear quadratic cubic exponential logarithmic",
        "independent dependent",
        "discrete continuous discontinuous",
        "sufficient necessary",
        "injective surjective bijective",
        "men women boy girl man woman male female",
        "clockwise counterclockwise",
        "inside outside",
        "greater less smaller larger equal bigger more fewer",
        "above below",
        "same different",
        "finite infinite",
        "bounded unbounded",
        "singular nonsingular invertible",
        "conditionally absolutely uniformly",
        "profit loss gain",
        "increase decrease",
        "directly inversely",
        "reject accept fail",
        "stable unstable",
        "vertical horizontal oblique slant",
        "heads tails",
        "elastic inelastic",
        "symmetric antisymmetric asymmetric",
        "earlier later",
        "faster slower",
        "heavier lighter",
        "older younger",
        "taller shorter longer",
        "first second last",
        "before after",
        "early late",
        "fast slow",
        "wide long tall high deep thick",
        "hotter colder warmer cooler",
        "cheaper dearer",
    )
)


def opposites(words: Iterable[str]) -> bool:
    """Whether words, in their roots, that exclude each other stand beside others: it matters what each is said of.

    >>> opposites({"1", "even", "2", "odd"}), opposites({"even", "odd"})
    (True, False)
    """
    said = set(words)
    return any(len(family & said) > 1 and said - family for family in _FAMILIES)


def rivals(ours: Iterable[str], added: Iterable[str]) -> bool:
    """Whether a word was added that excludes one of ours; another number does too.

    >>> rivals({"even"}, {"odd"}), rivals({"even"}, {"functio"}), rivals({"2"}, {"3"})
    (True, False, True)
    """
    ours, added = set(ours), set(added)
    if any(word[0].isdigit() for word in ours) and any(word[0].isdigit() for word in added):
        return True
    return any(family & ours and family & added for family in _FAMILIES)
