"""TOML that builds rewards, and what is said of TOML that does not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from rewards import clip, first_passed, first_scored, gate, route, scale, weighted_sum
from rewards.config import ConfigError, load, loads
from rewards.rules.accuracy import boxed_accuracy
from rewards.rules.format import think_format

from . import samples

HERE = "tests.config.samples"


@pytest.fixture(autouse=True)
def _by_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """Configurations name this folder's samples by the module that this test imported."""
    monkeypatch.setitem(sys.modules, HERE, samples)


BUILT: list[tuple[str, str, Any]] = [
    (
        "parts make a weighted sum, weight 1 where none is given",
        """
        [[part]]
        use = "boxed_accuracy"
        [[part]]
        use = "think_format"
        weight = 0.2
        """,
        lambda: 1.0 * boxed_accuracy() + 0.2 * think_format(),
    ),
    (
        "arguments, a name and on_skipped",
        """
        name = "all"
        on_skipped = "renormalize"
        max_unscored = 0.25
        [[part]]
        use = "boxed_accuracy"
        name = "maths"
        reference = "answer"
        extract = ["boxed", "last_number"]
        timeout_s = 2
        """,
        lambda: (
            weighted_sum(
                boxed_accuracy("answer", extract=("boxed", "last_number"), timeout_s=2.0).named("maths"),
                on_skipped="renormalize",
            )
            .named("all")
            .with_max_unscored(0.25)
        ),
    ),
    (
        "a gate of inline tables",
        """
        [reward]
        use = "gate"
        condition = { use = "think_format" }
        then = { use = "boxed_accuracy" }
        """,
        lambda: gate(think_format(), then=boxed_accuracy()),
    ),
    (
        "a cascade takes its rewards as a list under their parameter's name",
        """
        [reward]
        use = "first_passed"
        at_least = 0.5
        [[reward.rewards]]
        use = "boxed_accuracy"
        [[reward.rewards]]
        use = "think_format"
        """,
        lambda: first_passed(boxed_accuracy(), think_format(), at_least=0.5),
    ),
    (
        "a route is a table of rewards",
        """
        [reward]
        use = "route"
        column = "task"
        [reward.rewards.math]
        use = "boxed_accuracy"
        [reward.rewards."free text"]
        use = "first_scored"
        rewards = [{ use = "boxed_accuracy", name = "a" }, { use = "think_format" }]
        """,
        lambda: route(
            "task", {"math": boxed_accuracy(), "free text": first_scored(boxed_accuracy().named("a"), think_format())}
        ),
    ),
    (
        "a sum inside, with weights of its own",
        """
        [reward]
        use = "clip"
        high = 1
        reward = { use = "weighted_sum", terms = [{ use = "boxed_accuracy", weight = 2 }, { use = "think_format" }] }
        """,
        lambda: clip(2.0 * boxed_accuracy() + 1.0 * think_format(), high=1.0),
    ),
    (
        "a list is a tuple where one is asked for",
        """
        [reward]
        use = "scale"
        to = [-1, 1]
        reward = { use = "boxed_accuracy" }
        """,
        lambda: scale(boxed_accuracy(), to=(-1.0, 1.0)),
    ),
    ("a decorated function is a finished reward", f'[reward]\nuse = "{HERE}:words"', lambda: samples.words),
    (
        "a factory is called",
        f'[reward]\nuse = "{HERE}:factory"\nlow = 0.25',
        lambda: samples.picky(share=0.25).named("made"),
    ),
    (
        "a negative weight is a penalty",
        '[[part]]\nuse = "boxed_accuracy"\nweight = -0.5',
        lambda: -0.5 * boxed_accuracy(),
    ),
]


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in BUILT], ids=[case[0] for case in BUILT])
def test_toml_builds_what_python_would(text: str, expected: Any) -> None:
    """The reward prints as the one composed by hand, and has its fingerprint."""
    made = loads(text)
    assert repr(made) == repr(expected())
    assert made.fingerprint == expected().fingerprint


def test_a_plain_function_that_takes_a_completion_becomes_a_reward() -> None:
    """`use` on an undecorated function grades with it, in the range that is given."""
    made = loads(f'[reward]\nuse = "{HERE}:plain"\nname = "same"\nrange = [0, 2]')
    assert made(completions=["a", "b"], solution=["a", "a"]) == [1.0, 0.0]
    assert (made.name, made.range) == ("same", (0.0, 2.0))


def test_every_kind_of_argument_comes_as_its_annotation_says() -> None:
    """Lists become tuples and sets, whole floats ints, text enums, paths and functions, tables dataclasses."""
    made = loads(
        f"""
        [reward]
        use = "{HERE}:picky"
        words = ["a", "b"]
        pair = [1, 2]
        share = 1
        count = 1e3
        flag = true
        mode = "hard"
        level = "high"
        limits = {{ wall_s = 2, tries = 3 }}
        table = {{ a = 1 }}
        tags = ["x", "x"]
        file = "b.txt"
        how = "builtins:ord"
        text = "@@literal"
        span = [0, 3]
        items = [1, 2]
        """
    )
    expected = samples.picky(
        ("a", "b"), (1.0, 2.0), 1.0, 1000, True, "hard", samples.Level.high, samples.Bounds(2.0, 3), {"a": 1.0},
        frozenset({"x"}), Path("b.txt"), ord, "@literal", samples.Range(0, 3), [1, 2],
    )  # fmt: skip
    assert made == expected
    assert isinstance(made, samples.picky)
    assert [type(value) for value in (made.share, made.count, *made.pair)] == [float, int, float, float]


def test_a_shared_object_is_one_object() -> None:
    """Two rewards that refer to `[let.qwen]` hold the same engine; its `name` is its own argument."""
    made = loads(
        f"""
        [let.qwen]
        use = "{HERE}:engine"
        model = "Qwen/Qwen3-8B"
        name = "big"

        [let.style]
        use = "{HERE}:judged"
        engine = "@qwen"

        [[part]]
        use = "{HERE}:judged"
        engine = "@qwen"
        votes = 3
        [[part]]
        use = "@style"
        name = "style"
        weight = 0.1
        """
    )
    first, second = made.children.values()
    assert first.engine is second.engine  # type: ignore[attr-defined]
    assert first.engine == samples.engine("Qwen/Qwen3-8B", "big")  # type: ignore[attr-defined]
    assert list(made.children) == ["judged", "style"]


def test_an_unused_shared_object_is_not_built_and_is_said(caplog: pytest.LogCaptureFixture) -> None:
    """An engine that nothing refers to costs nothing, and a warning names it."""
    loads('[let.spare]\nuse = "no_such_thing"\n[[part]]\nuse = "boxed_accuracy"', source="r.toml")
    assert "r.toml: [let.spare] is not used" in caplog.text


REFUSED: list[tuple[str, str, list[str]]] = [
    (
        "a misspelt name",
        '[[part]]\nuse = "boxed_acuracy"',
        ["[[part]] 1", "'boxed_acuracy'", "did you mean 'boxed_accuracy'?"],
    ),
    (
        "a misspelt weight",
        '[[part]]\nuse = "boxed_accuracy"\nwieght = 2',
        ["[[part]] 1", "no argument 'wieght'", "did you mean 'weight'?"],
    ),
    (
        "a misspelt weight of a shared reward",
        '[let.a]\nuse = "think_format"\n[[part]]\nuse = "@a"\nwieght = 2',
        ["takes no 'wieght' here", "did you mean 'weight'?"],
    ),
    ("a misspelt name of a reward", '[reward]\nuse = "boxed_accuracy"\nnmae = "a"', ["did you mean 'name'?"]),
    ("a name like no other", '[reward]\nuse = "xyzzy"', ["known are", "clip", "package.module:name"]),
    (
        "a misspelt argument",
        '[[part]]\nuse = "think_format"\n[[part]]\nuse = "boxed_accuracy"\nrefrence = "a"',
        [
            "[[part]] 2",
            "no argument 'refrence'",
            "did you mean 'reference'?",
            "boxed_accuracy(reference: str = 'solution'",
        ],
    ),
    (
        "a number where text belongs",
        '[reward]\nuse = "boxed_accuracy"\nreference = 3',
        ["[reward]", "reference takes text, got 3"],
    ),
    (
        "text where a number belongs",
        '[reward]\nuse = "boxed_accuracy"\ntimeout_s = "5"',
        ["timeout_s takes a number, got '5'"],
    ),
    ("true is no number", '[reward]\nuse = "boxed_accuracy"\ntimeout_s = true', ["timeout_s takes a number, got True"]),
    ("2.5 is no whole number", f'[reward]\nuse = "{HERE}:picky"\ncount = 2.5', ["count takes a whole number, got 2.5"]),
    (
        "a word that is no choice",
        f'[reward]\nuse = "{HERE}:picky"\nmode = "firm"',
        ["one of 'soft', 'hard', got 'firm'"],
    ),
    ("a level that is none", f'[reward]\nuse = "{HERE}:picky"\nlevel = "mid"', ["one of 'low', 'high', got 'mid'"]),
    ("a pair of three", f'[reward]\nuse = "{HERE}:picky"\npair = [1, 2, 3]', ["a list of 2 values"]),
    (
        "a bad field of a table",
        f'[reward]\nuse = "{HERE}:picky"\nlimits = {{ wal_s = 1 }}',
        ["'wal_s'", "did you mean 'wall_s'?"],
    ),
    (
        "a function that is not there",
        f'[reward]\nuse = "{HERE}:picky"\nhow = "math:sqart"',
        ["'math:sqart'", "did you mean 'sqrt'?"],
    ),
    ("a list that is no list", '[reward]\nuse = "first_passed"\nrewards = 3', ["rewards takes a list, got 3"]),
    (
        "a word among rewards",
        '[reward]\nuse = "first_passed"\nrewards = ["boxed_accuracy", "think_format"]',
        ["rewards[1] takes a reward"],
    ),
    (
        "a missing argument",
        '[reward]\nuse = "gate"\ncondition = { use = "think_format" }',
        ["gate needs 'then'", "gate(condition: Reward, *"],
    ),
    (
        "a value the reward refuses",
        '[[part]]\nuse = "boxed_accuracy"\ntimeout_s = -1',
        ["[[part]] 1", "timeout_s must be above 0, got -1.0"],
    ),
    (
        "two parts of one name",
        '[[part]]\nuse = "think_format"\n[[part]]\nuse = "think_format"',
        ["[[part]]:", "'format'", "in TOML: name ="],
    ),
    (
        "a weight outside a sum",
        '[reward]\nuse = "boxed_accuracy"\nweight = 2',
        ["[reward]", "weight goes with the parts of a sum"],
    ),
    ("a weight on a finished reward", f'[reward]\nuse = "{HERE}:words"\nweight = 2', ["finished reward", "'weight'"]),
    ("a weight that is text", '[[part]]\nuse = "boxed_accuracy"\nweight = "high"', ["[[part]] 1", "got 'high'"]),
    ("an infinite weight", '[[part]]\nuse = "boxed_accuracy"\nweight = inf', ["[[part]] 1", "finite"]),
    (
        "an unknown reference",
        '[[part]]\nuse = "@jude"\n[let.judge]\nuse = "boxed_accuracy"',
        ["no [let.jude]", "did you mean 'judge'?"],
    ),
    (
        "references in a circle",
        '[reward]\nuse = "@a"\n[let.a]\nuse = "clip"\nreward = "@b"\n[let.b]\nuse = "clip"\nreward = "@a"',
        ["a → b → a"],
    ),
    (
        "a shared engine as a reward",
        f'[reward]\nuse = "@e"\n[let.e]\nuse = "{HERE}:engine"\nmodel = "m"',
        ["[reward]", "not a reward"],
    ),
    (
        "an argument beside a reference",
        '[reward]\nuse = "@e"\nreference = "a"\n[let.e]\nuse = "boxed_accuracy"',
        ["[let.e]", "'reference'"],
    ),
    (
        "a name for what is no reward",
        f'[reward]\nuse = "@e"\nname = "n"\n[let.e]\nuse = "{HERE}:engine"\nmodel = "m"',
        ["names rewards"],
    ),
    (
        "a module that is not there",
        '[reward]\nuse = "no_such_module_here:x"',
        ["no module 'no_such_module_here'", "run from the folder"],
    ),
    (
        "a module with its file's ending",
        '[reward]\nuse = "slow.py:slow"',
        ["no module 'slow", "a module is named with dots and without .py: use = 'slow:slow'"],
    ),
    (
        "a file in place of a module",
        '[reward]\nuse = "./own/slow.py:slow"',
        ["'./own/slow.py:slow' is the path of a file", "use = 'own.slow:slow'"],
    ),
    ("an attribute that is not there", f'[reward]\nuse = "{HERE}:word"', ["has no 'word'", "did you mean 'words'?"]),
    ("what can't be called", f'[reward]\nuse = "{HERE}:NUMBER"', ["can't be called"]),
    ("a function that makes no reward", '[reward]\nuse = "math:sqrt"\nx = 4', ["makes 2.0", "not a reward"]),
    ("one bracket too few", '[part]\nuse = "boxed_accuracy"', ["[[part]]"]),
    (
        "both forms",
        '[[part]]\nuse = "boxed_accuracy"\n[reward]\nuse = "boxed_accuracy"',
        ["both [[part]] and [reward]"],
    ),
    ("neither form", "", ["has no reward"]),
    (
        "an unknown key",
        'on_skiped = "zero"\n[[part]]\nuse = "boxed_accuracy"',
        ["'on_skiped'", "did you mean 'on_skipped'?"],
    ),
    ("on_skipped without parts", 'on_skipped = "zero"\n[reward]\nuse = "boxed_accuracy"', ["belongs to [[part]]"]),
    ("an empty name", 'name = ""\n[reward]\nuse = "boxed_accuracy"', ["name must be text"]),
    ("a share above one", 'max_unscored = 2\n[reward]\nuse = "boxed_accuracy"', ["share between 0 and 1"]),
    ("a table without use", '[[part]]\nname = "x"', ["[[part]] 1", "needs use"]),
    ("a let that is no table", 'let = 3\n[reward]\nuse = "boxed_accuracy"', ["[let.NAME]"]),
    ("text that is no TOML", "[[part]\n", ["not TOML", "line 1"]),
]


@pytest.mark.parametrize(("text", "said"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED])
def test_a_mistake_is_named_with_its_place_and_remedy(text: str, said: list[str]) -> None:
    """Every mistake is a ConfigError of one line that begins with the file's name."""
    with pytest.raises(ConfigError) as caught:
        loads(text, source="r.toml")
    message = str(caught.value)
    assert message.startswith("r.toml")
    assert "\n" not in message
    for words in said:
        assert words in message


def test_a_module_that_fails_to_import_says_what_it_raised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's own error is shown, and a library that the module lacks is named."""
    (tmp_path / "raises_on_import.py").write_text("1 / 0")
    (tmp_path / "lacks_a_library.py").write_text("import no_such_library")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConfigError, match=r"raises_on_import.*ZeroDivisionError"):
        loads('[reward]\nuse = "raises_on_import:x"')
    with pytest.raises(ConfigError, match="no module 'no_such_library'; lacks_a_library imports it"):
        loads('[reward]\nuse = "lacks_a_library:x"')


@pytest.mark.parametrize(
    "data", [b'\xef\xbb\xbf[[part]]\r\nuse = "boxed_accuracy"\r\n', b'[[part]]\nuse = "boxed_accuracy"']
)
def test_files_with_a_byte_order_mark_or_windows_line_ends_load(tmp_path: Path, data: bytes) -> None:
    """What editors on other systems add does no harm."""
    path = tmp_path / "r.toml"
    path.write_bytes(data)
    assert repr(load(path)) == "1.0 * boxed_accuracy()"


def test_files_that_cant_be_read_are_named(tmp_path: Path) -> None:
    """A missing file, a folder and bytes that are no UTF-8."""
    with pytest.raises(ConfigError, match=r"gone\.toml: can't be read: No such file"):
        load(tmp_path / "gone.toml")
    with pytest.raises(ConfigError, match="can't be read: Is a directory"):
        load(tmp_path)
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    with pytest.raises(ConfigError, match="byte 8 is not"):
        load(tmp_path / "latin.toml")
