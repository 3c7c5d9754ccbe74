"""The words of short statements: what they deny, what merely fills, what means the same."""

from __future__ import annotations

import re

from rewards.rules.maths.rivals import root

NEGATIONS = frozenset("not no non never none neither nor without except cannot nobody nothing".split())
PREFIXING = frozenset(["not", "non", "no", "never", "without", "cannot"])
ALTERNATIVES = frozenset("or either maybe perhaps possibly between / ; if unless".split())
COPULAS = frozenset("is are was were be being been equals represents remains becomes".split())
FILLER = frozenset(
    "but while whereas though a an the of to in on at by with for from as it its they them this that these those "
    "there he she we you i so thus is are was were be being been am will would shall should must can could may do "
    "does did has have had having both then such s all every any each and only exactly indeed also just "
    "simply clearly occur occurs called named known namely who which whose where must up into - ( ) total about".split()
)
GENERIC = frozenset(
    root(word)
    for word in (
        "function graph curve series sequence triangle quadrilateral polygon shape figure angle line segment "
        "number value quantity set point player person day student team side statement claim answer solution "
        "result condition test matrix event variable distribution hypothesis relation operation mapping map color "
        "ball card box choice option quadrant axis direction property type case equation system expression game "
        "way win monotonic monotone monotonically strictly strategy integer form section polynomial vector group "
        "congruence criterion postulate theorem rule law formula object conic nature integers natural integral "
        "limit sum product inequality true correlation error exist "
        "fall happen land due direct directly interval domain shift move translate"
    ).split()
)
BOTH = frozenset(["neither", "both"])
RELATIONAL = frozenset(
    root(word)
    for word in "than beat before after over under divide divisible multiple factor subset contain exceed precede "
    "behind ahead imply cause < > - / ^".split()
)
GOES_ON = frozenset(
    "of in on at with for because since which that who whose where when by from about centered has have had is are was "
    "will can could should must wins won win gets got does did finished to through about , (".split()
)
SAME = {
    root(word): same
    for word, same in {
        "angled": "", "colour": "color", "onto": "surjective", "whole": "integer", "anticlockwise": "counterclockwise",
        "max": "maximum", "min": "minimum", "maxima": "maximum", "minima": "minimum", "symmetrical": "symmetric",
        "identical": "same", "bijection": "bijective", "injection": "injective", "surjection": "surjective",
        "symmetry": "symmetric", "continuity": "continuous", "equality": "equal", "ellipsoidal": "ellipsoid",
        "elliptical": "ellipse", "parabolic": "parabola", "hyperbolic": "hyperbola", "circular": "circle",
        "across": "over", "rotation": "rotate", "reflection": "reflect", "dilation": "dilate",
        **{day[:3]: day for day in "monday tuesday wednesday thursday friday".split()},
        **{month[:3]: month for month in "january february april june july august october november december".split()},
        "sept": "september", "thurs": "thursday", "tues": "tuesday",
    }.items()
}  # fmt: skip
REWRITTEN = (
    (re.compile(r"\bH ?_ ?\{? ?[0o] ?\}?", re.IGNORECASE), " null hypothesis "),
    (re.compile(r"\bH ?_ ?\{? ?[1a] ?\}?", re.IGNORECASE), " alternative hypothesis "),
    (re.compile(r"\bfail(?:s|ed)? to\b", re.IGNORECASE), "not"),
    (
        re.compile(
            r"\b(?:im|in|ir|un|dis)(?=(?:possible|consistent|rational|bounded|valid|correct|true|equal|stable|"
            r"continuous|similar)\b)",
            re.IGNORECASE,
        ),
        "not ",
    ),
    (re.compile(r"\^\s*\\circ\b"), " degrees "),
    (re.compile(r"\bone[ -]to[ -]one\b", re.IGNORECASE), "injective"),
    (re.compile(r"\b(north|south)[ -](east|west)", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\b([A-Z]\w*) (?:to|through|until) ([A-Z]\w*)"), r"\1 > \2"),
    (re.compile(r"(?:\bis )?\b(?:greater|larger|bigger|more|higher) than\b", re.IGNORECASE), " > "),
    (re.compile(r"(?:\bis )?\b(?:less|smaller|lower|fewer) than\b", re.IGNORECASE), " < "),
    (re.compile(r"\bthere (?:is|are|exists?)\b", re.IGNORECASE), "exist"),
    (
        re.compile(
            r"\b(all|none|neither|both|some) of (?:these|those|them|the (?:above|given|listed|options)\w*)", re.I
        ),
        r"\1",
    ),
)
NUMBERED = frozenset("quadrant type case statement figure player option class category group phase".split())
NO_VERBS = frozenset("or and nor not lost loses loses but except s".split())
