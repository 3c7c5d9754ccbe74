"""The languages a text can be held against: their names, their scripts, and who else writes in those."""

from __future__ import annotations

import difflib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language.

    Args:
        code: ISO 639-1.
        name: in English.
        scripts: those that it is written in.
        relatives: what detectors also call it: its variants, and regional languages close to it that have few texts.
        by_detector: whether its scripts are also another language's, so that a detector must decide. Kana tell Chinese
            from Japanese.
    """

    code: str
    name: str
    scripts: frozenset[str]
    relatives: frozenset[str] = frozenset()
    by_detector: bool = True


_TABLE = """
af Afrikaans latin nl
ar Arabic arabic arz ary
bg Bulgarian cyrillic
bs Bosnian latin hr sr sh
ca Catalan latin
cs Czech latin
da Danish latin
de German latin als bar nds lb ksh
el Greek greek
en English latin sco
es Spanish latin an ast ext lad
et Estonian latin
fa Persian arabic glk mzn
fi Finnish latin
fr French latin frp wa
he Hebrew hebrew
hi Hindi devanagari bh bho mai
hr Croatian latin bs sr sh
hu Hungarian latin
id Indonesian latin ms jv su min
it Italian latin co lmo nap pms sc scn vec lij
ja Japanese han+kana
ko Korean hangul
lt Lithuanian latin
lv Latvian latin ltg
mr Marathi devanagari gom
ms Malay latin id
ne Nepali devanagari
nl Dutch latin af fy li nds vls zea
no Norwegian latin nb nn
pl Polish latin csb szl
pt Portuguese latin mwl
ro Romanian latin
ru Russian cyrillic
sk Slovak latin
sl Slovenian latin
sr Serbian cyrillic+latin bs hr sh
sv Swedish latin
sw Swahili latin
th Thai thai
tl Tagalog latin ceb fil war pam
tr Turkish latin
uk Ukrainian cyrillic rue
ur Urdu arabic pnb
vi Vietnamese latin
zh Chinese han yue wuu
"""

_BY_SCRIPT = frozenset({"el", "he", "ko", "th", "zh"})


def _read(line: str) -> Language:
    code, name, scripts, *relatives = line.split()
    return Language(code, name, frozenset(scripts.split("+")), frozenset(relatives), code not in _BY_SCRIPT)


LANGUAGES = {language.code: language for language in map(_read, _TABLE.strip().splitlines())}
"""Every language known here, by code."""


def language_of(code: str) -> Language:
    """The language with this code.

    Raises:
        ValueError: an unknown code; the message says which codes there are.

    >>> language_of("ja").scripts == {"han", "kana"}
    True
    """
    if isinstance(code, str) and code in LANGUAGES:
        return LANGUAGES[code]
    text = str(code).casefold()
    by_name = {language.name.casefold(): language.code for language in LANGUAGES.values()}
    near = by_name.get(text) or next((c for c in (text[:2],) if c in LANGUAGES and not text[2:3].isalpha()), None)
    near = near or next(iter(by_name[n] for n in difflib.get_close_matches(text, by_name, 1)), None)
    hint = f"did you mean {near!r}? " if near else ""
    raise ValueError(f"language must be a code of two letters, got {code!r}; {hint}Known: {', '.join(LANGUAGES)}")
