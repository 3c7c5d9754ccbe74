r"""Characters and LaTeX dressing: many ways to write one thing, brought down to one.

What leaves here is ASCII LaTeX without dollar signs, styling commands or odd spaces; other scripts (Chinese) stay.
"""

from __future__ import annotations

import re
import unicodedata

from rewards.text.normal_form import normalized

_SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱˣʸᵃᵇ", "0123456789+-=()nixyab", strict=True))
_SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₙₖₘ", "0123456789+-=()aeoxnkm", strict=True))
_VULGAR = {c: unicodedata.normalize("NFKC", c).replace("\u2044", "/") for c in "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒"}
_GREEK_NAMES = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu "
    "nu xi pi rho sigma tau upsilon phi chi psi omega"
)
_GREEK = dict(zip("αβγδεζηθικλμνξπρστυφχψω", _GREEK_NAMES.split(), strict=True)) | {
    "ϕ": "phi", "ϑ": "theta", "ϵ": "epsilon", "Γ": "Gamma", "Δ": "Delta", "Θ": "Theta", "Λ": "Lambda", "Π": "Pi",
    "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega", "µ": "mu", "∆": "Delta",
}  # fmt: skip
_NAMED = {
    "×": r"\times ", "✕": r"\times ", "∗": "*", "·": r"\cdot ", "⋅": r"\cdot ", "•": r"\cdot ", "∙": r"\cdot ",
    "÷": r"\div ", "√": r"\sqrt ", "∛": r"\sqrt[3] ", "∞": r"\infty ", "≤": r"\le ", "⩽": r"\le ", "≦": r"\le ",
    "≥": r"\ge ", "⩾": r"\ge ", "≧": r"\ge ", "≠": r"\ne ", "≈": r"\approx ", "≃": r"\approx ", "≅": r"\cong ",
    "≡": r"\equiv ", "∈": r"\in ", "∉": r"\notin ", "∪": r"\cup ", "∩": r"\cap ", "∅": r"\emptyset ",
    "⌀": r"\emptyset ", "Ø": r"\emptyset ", "±": r"\pm ", "∓": r"\mp ", "°": r"^\circ ", "º": r"^\circ ",
    "˚": r"^\circ ", "′": "'", "″": "''", "∠": r"\angle ", "ℝ": r"\mathbb{R}", "ℤ": r"\mathbb{Z}",
    "ℕ": r"\mathbb{N}", "ℚ": r"\mathbb{Q}", "ℂ": r"\mathbb{C}", "∑": r"\sum ", "∏": r"\prod ", "∫": r"\int ",
    "⌊": r"\lfloor ", "⌋": r"\rfloor ", "⌈": r"\lceil ", "⌉": r"\rceil ", "⟨": r"\langle ", "⟩": r"\rangle ",
    "〈": r"\langle ", "〉": r"\rangle ", "→": r"\to ", "⇒": r"\Rightarrow ", "⟹": r"\Rightarrow ", "∧": r"\wedge ",
    "∨": r"\vee ", "∥": r"\parallel ", "⊥": r"\perp ", "∖": r"\setminus ", "△": r"\triangle ", "∣": "|", "‖": "\\|",
    "−": "-", "–": "-", "—": "-", "‒": "-", "﹣": "-", "‐": "-", "‑": "-", "⁄": "/", "∕": "/", "∶": ":",
    "“": '"', "”": '"', "‘": "'", "’": "'", "…": r"\ldots ", "⋯": r"\ldots ", "、": ",", "。": ".",
    "【": "[", "】": "]", "〔": "(", "〕": ")", "ı": "i", "¥": r"\yen ", "￥": r"\yen ", "€": r"\euro ",
    "£": r"\pound ", "¢": r"\cent ", "₂": "_{2}", "℃": r"^\circ C", "℉": r"^\circ F", "ℏ": r"\hbar ", "ℓ": "l",
    "⫽": r"\parallel ", "，": ", ", "；": "; ", "₹": r"\rupee ",
}  # fmt: skip
_TABLE = str.maketrans(_NAMED | {c: f"\\{name} " for c, name in _GREEK.items()})
_PLAIN = re.compile(r"[\t\n\x20-\x7e]*\Z")
_SUPER_RUN = re.compile("[" + re.escape("".join(_SUPER)) + "]+")
_SUB_RUN = re.compile("[" + re.escape("".join(_SUB)) + "]+")
_VULGAR_ONE = re.compile("[" + "".join(_VULGAR) + "]")
_CIRCLED = frozenset(map(chr, range(0x2460, 0x2474)))  # ① names a statement and is no 1
_WIDE_COMMA = re.compile("(?<=\\d)，(?=\\d{3}(?!\\d))")
_EMPHASIS = re.compile(r"([*_])([^*_]+)\1\Z")
_THIN_GAP = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")

_DROPPED = frozenset(
    "left right big bigl bigr bigm Big Bigl Bigr bigg biggl biggr Bigg Biggl Biggr displaystyle textstyle scriptstyle "
    "limits nolimits rm bf it sf tt cal normalsize large Large boldmath mathstrut strut null hfill noindent nonumber "
    "allowbreak quad qquad enspace thinspace hskip space middle scriptscriptstyle centering hline notag boxed fbox "
    "framebox mathbf boldsymbol bm mathit mathsf mathcal mathscr mathfrak vec overrightarrow hat widehat tilde "
    "widetilde pmb ensuremath underline mathord mathop mathrel mathbin smash displaylines cancel underbrace bold "
    "em checkmark therefore because blacksquare qed".split()
)
_SYNONYMS = {
    "leq": "le", "leqslant": "le", "leqq": "le", "lt": "<", "geq": "ge", "geqslant": "ge", "geqq": "ge", "gt": ">",
    "neq": "ne", "dots": "ldots", "cdots": "ldots", "dotsc": "ldots", "dotsb": "ldots", "dotsm": "ldots",
    "arcsin": "asin", "arccos": "acos", "arctan": "atan", "arccot": "acot", "varphi": "phi", "vartheta": "theta",
    "varepsilon": "epsilon", "degree": "circ", "degrees": "circ", "varnothing": "emptyset", "land": "wedge",
    "lor": "vee", "lbrace": "\\{", "rbrace": "\\}", "lbrack": "[", "rbrack": "]", "lparen": "(", "rparen": ")",
    "bmod": "mod", "vert": "|", "lvert": "|", "rvert": "|", "mid": "|", "Vert": "\\|", "lVert": "\\|",
    "rVert": "\\|", "dbinom": "binom", "tbinom": "binom", "approxeq": "approx", "simeq": "approx",
    "thickapprox": "approx", "ratio": ":", "colon": ":", "ast": "*", "backslash": "setminus",
    "smallsetminus": "setminus", "R": "mathbb{R}", "infin": "infty", "slash": "/", "cross": "times",
    "bullet": "cdot", "newline": "\\\\", "dfrac": "frac", "tfrac": "frac", "cfrac": "frac", "bigcup": "cup",
    "bigcap": "cap", "tg": "tan", "ctg": "cot", "cotan": "cot", "arctg": "atan", "imath": "i", "jmath": "j",
    "lang": "langle", "rang": "rangle", "percent": "%", "times": "times",
    "implies": "Rightarrow", "iff": "Leftrightarrow",
    "longrightarrow": "to", "rightarrow": "to", "Longrightarrow": "Rightarrow", "euro": "euro", "EUR": "euro",
    "texteuro": "euro", "pounds": "pound", "textsterling": "pound", "textdollar": "usd", "dollar": "usd",
    "textdegree": "circ", "textpercent": "%", "lcm": "lcm", "ang": "angle", "measuredangle": "angle", "rad": "radian",
    "mathbbm": "mathbb", "Bbb": "mathbb", "textbf": "text", "textit": "text", "textrm": "text", "textsf": "text",
    "texttt": "text", "textnormal": "text", "mbox": "text", "hbox": "text", "mathrm": "text", "operatorname": "text",
    "textup": "text", "textsc": "text", "mathtt": "text", "emph": "text", "unit": "text",
}  # fmt: skip
_BLANK = re.compile(r"\\text \{\s*\}")
_COMMAND = re.compile(r"\\\\|\\([A-Za-z]+)\*?[ ]*|\\([,;:>! ])")
_CURRENCY_IN_TEXT = re.compile(r"\\text \{\s*(\\(?:pound|euro|yen|rupee|cent)\b|\\?\$)\s*\}")
_EMPTY_DELIMITER = re.compile(r"\\(?:left|right)\s*\.")
_NOT_MATHS = re.compile(
    r"\\(?:text)?color\s*\{[^{}]*\}|\\(?:label|tag|hspace|vspace|phantom|hphantom|vphantom)\s*\{[^{}]*\}"
)
_ANGLE_BRACKET = re.compile(r"\\left\s*<(.{1,400}?)\\right\s*>")
_STYLED_LETTER = re.compile(
    r"\\(?:mathcal|mathscr|mathbf|boldsymbol|bm|mathit|mathsf|mathfrak|vec|overrightarrow|pmb)\s*"
    r"\{\s*([A-Za-z])\s*\}(?!')"
)
_ARROW = re.compile(r"\\(?:vec|overrightarrow)\s*\{\s*([A-Z]\s?[A-Z])\s*\}")
_DIGIT_GAP = re.compile(r"(?<=\d)(?:\{,\}|\s?\{\s*,\s*\}\s?|,?\s*\\!\s*,?|,\s?\\,|\\,|\\;|\\ |~)\s*(?=\d{3}(?!\d))")
_DECIMAL_COMMA = re.compile(r"(?<=\d)\{,\}(?=\d)(?:(?!\d{3}(?!\d))|(?<=(?<!\d)0\{,\}))")
_BY_TEN = re.compile(r"(?<=\d) ?[xX] ?(?=10 ?\^)")
_POWER_OF_TEN = re.compile(r"(?<=\d)\s*\\text \{\s*[eE]\s*\}\s*\{?([-+]?\d{1,4})(?!\d)\}?")
_PARALLEL = re.compile(r"(?<=[A-Z]) ?// ?(?=[A-Z])")
_SWISS = re.compile(r"(?<![\d.,'])\d{1,3}(?:'\d{3})+(?![\d'\"])")
_MARKDOWN = re.compile(r"(?<![A-Za-z0-9*_])(\*\*\*|\*\*|__)(?=\S)(.+?)(?<=\S)\1(?![A-Za-z0-9*_])", re.DOTALL)
_TWICE_ESCAPED = re.compile(
    r"\\\\(?=(?:[dt]?frac|sqrt|text|left|right|pi|infty|boxed|begin|end|cdot|times|leq?|geq?|in|cup|mathbb|quad|circ|%)"
    r"(?![A-Za-z]))"
)
_BASIS = re.compile(
    r"\\(?:mathbf|boldsymbol|bm|hat|vec|widehat|overrightarrow|textbf)\s*\{?\s*(?:\\(?:mathbf|boldsymbol|bm|hat|vec)\s*\{\s*)?"
    r"\\?([ijk])(?:math)?(?![A-Za-z])\s*\}{0,2}"
)
_LONGEST_MARKDOWN = 2000
_ELLIPSIS = re.compile(r"(?<!\.)\.{3,}+(?=\s*[,;+\-\w\\])|(?<=[,;])\s*\.{3,}+(?=\s*\Z)")
_GLUED_QUAD = re.compile(r"\\q?quad(?=[A-Za-z])")
_DELIMITERS = re.compile(r"(?<!\\)\\[()\[\]]")


def tidy(text: str) -> str:
    r"""Bring an answer to plain ASCII LaTeX. Linear in its length.

    >>> tidy("**½ of １２ cm²**")
    '1/2 of 12 cm^{2}'
    >>> print(tidy(r"$\left( 3,\ \dfrac{\pi}{2} \right)$"))
    ( 3, \frac {\pi }{2} )
    """
    text = " ".join(text.split())  # no pattern below meets a run of spaces
    if not _PLAIN.match(text):
        text = _ascii(text)
    if len(text) < _LONGEST_MARKDOWN and ("**" in text or "__" in text):
        text = _MARKDOWN.sub(r"\2", text)
    if text[:1] in ("*", "_"):
        text = _EMPHASIS.sub(r"\2", text)
    if "{,}" in text or "{:}" in text:
        text = _DECIMAL_COMMA.sub(".", text.replace("{:}", ":"))
    if "\\" in text or "{,}" in text:
        text = _undress(text)
    if "$" in text:
        text = _undollar(text)
    if "'" in text:
        text = _SWISS.sub(lambda match: match.group().replace("'", ""), text)
    if "10" in text and ("x" in text or "X" in text):
        text = _BY_TEN.sub(r" \\times ", text)
    if "//" in text:
        text = _PARALLEL.sub(r" \\parallel ", text)
    if "..." in text:
        text = _ELLIPSIS.sub(r"\\ldots ", text)
    return " ".join(text.replace("`", "").split())


def _ascii(text: str) -> str:
    text = _WIDE_COMMA.sub(",", _THIN_GAP.sub("", text))
    text = _SUPER_RUN.sub(lambda m: "^{" + "".join(_SUPER[c] for c in m.group()) + "}", text)
    text = _SUB_RUN.sub(lambda m: "_{" + "".join(_SUB[c] for c in m.group()) + "}", text)
    text = _VULGAR_ONE.sub(_vulgar, text)
    text = "".join(c for c in text.translate(_TABLE) if unicodedata.category(c) != "Cf")
    text = "".join(c if c in _CIRCLED else unicodedata.normalize("NFKC", c) for c in text).translate(_TABLE)
    return normalized("NFC", text)


def _vulgar(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    return (" " if before.isdigit() else "") + _VULGAR[match.group()]


def _undress(text: str) -> str:
    if _TWICE_ESCAPED.search(text) and "&" not in text:
        text = re.sub(r"\\\\(?=[A-Za-z%{}])", r"\\", text)
    text = _GLUED_QUAD.sub(r"\\quad ", _DELIMITERS.sub(" ", text))
    text = _DIGIT_GAP.sub("", text)
    text = _BASIS.sub(r"\\basis \1 ", text)
    text = _ANGLE_BRACKET.sub(r"\\langle \1\\rangle ", text)
    text = _ARROW.sub(r"\\overline{\1} ", text)
    text = _STYLED_LETTER.sub(r" \1 ", text)
    text = _NOT_MATHS.sub("", _EMPTY_DELIMITER.sub(" ", text))
    text = _COMMAND.sub(_command, text)
    if "\\text " in text:
        text = _CURRENCY_IN_TEXT.sub(r"\1 ", _POWER_OF_TEN.sub(r"e\1", _BLANK.sub(" ", text)))
    return text


def _command(match: re.Match[str]) -> str:
    name, space = match.group(1), match.group(2)
    if space:
        return "" if space == "!" else " "
    if name is None:
        return "\\\\"
    if name in _DROPPED:
        return " "
    name = _SYNONYMS.get(name, name)
    return f"\\{name} " if name[:1].isalpha() else f" {name} "


def _undollar(text: str) -> str:
    r"""Dollar signs that delimit maths go; those that mean money become `\usd`."""
    text = text.replace("\\$", "\\usd ").replace("$$", " ")
    if text.count("$") == 1 and re.search(r"\$\s*[-+.]?\d|\d\s*\$", text):
        return text.replace("$", "\\usd ")
    return text.replace("$", " ")
