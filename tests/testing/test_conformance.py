"""The suite passes sound rewards and catches each way in which one is broken."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from rewards import Rollout, Score, as_reward
from rewards.testing import HOSTILE, NotConformant, check_conformance, conformance_tests, scripted
from rewards.testing.promises import PROMISES
from rewards.testing.rebuild import names_of, rebuilt
from rewards.testing.spawned import score_elsewhere


@pytest.fixture(scope="module")
def broken():
    """The module of broken rewards, where a fresh process finds it too."""
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(Path(__file__).parent))
    yield __import__("broken_rewards")
    patch.undo()


TEXTS = ["Yes.", "Yes, it is so.", "No!", "Yes.", "42"]
ROLLOUTS = [Rollout(text, "Is it so?", {"solution": "yes"}) for text in TEXTS]
GROUPS = [Rollout(text, prompt, {"solution": "yes"}) for prompt in "pqr" for text in ("Yes.", f"Yes, it is {prompt}.")]


@pytest.mark.parametrize("name", ["sound", "sound_function", "declared_needs", "sound_composite"])
def test_a_sound_reward_keeps_every_promise(broken, name):
    made = getattr(broken, name)
    report = check_conformance(made if name == "sound_function" else made(), ROLLOUTS)
    assert list(report.kept) == list(PROMISES)
    assert report.broken == report.left_out == {}


def test_a_sound_group_reward_keeps_every_promise(broken):
    assert list(check_conformance(broken.sound_group(), GROUPS).kept) == list(PROMISES)


PICKLES = "works_in_a_spawned_process"


def test_rollouts_that_lack_a_column_may_stand_among_the_others(broken):
    ragged = [*ROLLOUTS, Rollout("Yes.", "Is it so?")]
    assert list(check_conformance(broken.declared_needs(), ragged, hostile=SOME).kept) == list(PROMISES)


SOME = {
    name: HOSTILE[name] for name in ("empty", "lone surrogates", "unclosed thinking", "unclosed box", "no messages")
}


@pytest.mark.parametrize(
    ("name", "promises", "words"),
    [
        ("relative_to_batch", "same_alone", "scores 0 alone and 0.714286 in a batch of 5"),
        ("first_come", "same_alone same_in_any_order same_for_equals", "scores 0.3 alone and 0.15 in a batch of 5"),
        ("first_of_equals", "same_for_equals", "scores 0.8 and an equal one after it 0"),
        ("counts_messages", "same_as_chat", r"'Yes\.'.* scores 0.4 as text and 0.1 as a chat message"),
        ("scribbler", "same_again", "changes the rollouts"),
        ("tidy_refusal", "same_again", r"sum sees them so: completion is \[{.*}\] afterwards and was \[\] \(of "),
        ("boaster", "in_range", r"'Yes\.'.* scores 0.8, outside \[0, 0.5\]"),
        ("fragile", "same_as_chat no_bug", "'empty' .*: ZeroDivisionError"),
        ("endless", "no_bug", "'unclosed box' .* raises TookTooLong: it did not come back in 4 s"),
        ("shelter", "no_shelter", r"'lone surrogates' .* is skipped \(not English\), .* give the low end"),
        ("crash_shelter", "no_shelter", "'unclosed thinking' .* is failed: judge_unreadable"),
        ("way_out", "no_shelter", "'empty' .* is 1, where an honest completion of the same row is skipped"),
        ("quoter", "why_is_one_line", "'lone surrogates' has a why that is no short printable line"),
        ("mumbler", "why_is_one_line", "5 is skipped without a reason"),
        ("forgetful", "prints_as_its_call", "builds a reward with another fingerprint"),
        ("locked", "works_in_a_spawned_process", "can't be pickled: TypeError: cannot pickle '_thread.lock'"),
        ("by_hash", "works_in_a_spawned_process", "in a fresh process"),
        ("one_at_a_time", "works_in_threads", "when 4 threads score at once"),
        ("free_parts", "same_log_keys", r"has parts \['/Yes\.'\] that are not among the reward's children"),
        ("silent_needs", "says_what_it_needs", r"own_needs declare \(nothing\), it raises .*: KeyError: 'solution'"),
        ("unnameable", "composes", r"\.named\('another_name'\) gives a reward called 'unnameable'"),
        ("deaf", "same_log_keys answers_a_trainer", "unexpected keyword argument"),
    ],
)
def test_each_broken_reward_breaks_its_promise_and_no_other(broken, name, promises, words):
    distinct = ROLLOUTS[:3]
    made = broken.forgetful(10) if name == "forgetful" else getattr(broken, name)()
    rollouts = [*ROLLOUTS, Rollout("Yes.", "Is it so?", {"solution": "yes", "task": "skip"})]
    with pytest.raises(NotConformant) as caught:
        check_conformance(
            made,
            rollouts if name in ("mumbler", "way_out") else distinct if name == "first_of_equals" else ROLLOUTS,
            hostile=SOME,
            limit_s=4 if name == "endless" else 60,
        )
    text = str(caught.value)
    assert " ".join(re.findall(r"broken +(\w+): ", text)) == promises
    assert re.search(words, text), text


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tidy", r"column 'choices' is \['a', 'b', 'c'\] afterwards and was \['c', 'a', 'b'\]"),
        ("greedy", r"column 'choices' is \[\] afterwards and was \['c', 'a', 'b'\]"),
    ],
)
def test_a_reward_that_changes_its_rollouts_is_told_so_and_the_callers_are_left_alone(broken, name, words):
    """The first call changes them for good, so no second one shows it; and nobody else's test may see it."""
    rollouts = [Rollout(text, "Is it so?", {"choices": ["c", "a", "b"]}) for text in TEXTS]
    with pytest.raises(NotConformant) as caught:
        check_conformance(getattr(broken, name)(), rollouts, hostile=SOME)
    text = str(caught.value)
    assert re.findall(r"broken +(\w+): ", text) == ["same_again"]
    assert re.search(rf"it changes the rollouts that it is given, .*: {words}", text), text
    assert all(rollout.columns == {"choices": ["c", "a", "b"]} for rollout in rollouts)


def test_a_random_reward_is_caught_unless_it_is_a_sampled_one(broken):
    with pytest.raises(NotConformant, match=r"same_again: [^\n]+\n +rollout 0 .* scores .* first and"):
        check_conformance(broken.dice(), ROLLOUTS, hostile=SOME)
    assert list(check_conformance(broken.dice(), ROLLOUTS, hostile=SOME, sampled=True).kept) == list(PROMISES)


def test_a_sampled_reward_may_still_give_no_shelter(broken):
    with pytest.raises(NotConformant, match="no_shelter"):
        check_conformance(broken.shelter(), ROLLOUTS, hostile=SOME, sampled=True)


def test_a_group_reward_that_compares_the_whole_batch_is_caught(broken):
    with pytest.raises(NotConformant) as caught:
        check_conformance(broken.leaky_group(), GROUPS, hostile=SOME)
    assert re.findall(r"broken +(\w+): ", str(caught.value)) == ["same_alone"]


def test_what_is_left_out_is_said_with_its_reason(broken):
    report = check_conformance(broken.locked(), ROLLOUTS, hostile=SOME, leave_out={PICKLES: "one process only"})
    assert str(report).startswith("locked() keeps 15 of 15 promises, on 5 honest rollouts and 5 hostile ones\n")
    assert str(report).endswith("  left out  works_in_a_spawned_process: one process only")
    with pytest.raises(ValueError, match="there is no promise 'same_alnoe'; there are same_alone, "):
        check_conformance(broken.locked(), ROLLOUTS, leave_out={"same_alnoe": ""})


@pytest.mark.parametrize(
    ("reward", "rollouts", "words"),
    [
        (scripted({...: 1}), ROLLOUTS, "all rollouts score 1, so a reward that mixes them up would pass"),
        (scripted({...: Score.skip("no")}), ROLLOUTS, r"none of the rollouts is scored.*skipped \(no\)"),
        (scripted({...: 1}), ROLLOUTS[:1], "two rollouts or more"),
        (len, ROLLOUTS, "make one of a function with @as_reward"),
    ],
)
def test_rollouts_that_prove_nothing_are_refused(reward, rollouts, words):
    with pytest.raises(ValueError, match=words):
        check_conformance(reward, rollouts)


def test_a_bug_on_an_honest_rollout_is_told(broken):
    reward = scripted({"Yes.": 1, "42": KeyError("unit"), ...: 0})
    with pytest.raises(NotConformant, match=r"no_bug: [^\n]+\n +rollout 4 .*: KeyError: 'unit'"):
        check_conformance(reward, ROLLOUTS, hostile=SOME)


TestSound = conformance_tests(
    lambda: scripted({"Yes.": 1, ...: 0}), ROLLOUTS, leave_out={"no_bug": "shows the keyword"}
)


def test_a_class_of_tests_has_one_for_each_promise(broken):
    assert [name for name in vars(TestSound) if name.startswith("test_")] == [
        f"test_{name}" for name in PROMISES if name != "no_bug"
    ]
    tests = conformance_tests(broken.shelter, ROLLOUTS, hostile=SOME)()
    tests.test_same_alone()
    with pytest.raises(NotConformant, match="lone surrogates"):
        tests.test_no_shelter()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<function f at 0x1>", "no Python expression"),
        ("(" * 500, "no Python expression"),
        ("unknown(1)", "the name 'unknown' is not known"),
        ("().__class__", "no call, operator or literal"),
        ("[x for x in (1,)]", "no call, operator or literal"),
        ("lambda: 1", "no call, operator or literal"),
        ("1 ** 9", "no call, operator or literal"),
        ("not 1", "no call, operator or literal"),
    ],
)
def test_only_calls_operators_and_literals_are_built(text, words):
    with pytest.raises(ValueError, match=words):
        rebuilt(text, {"float": float})


def test_literals_are_built_as_they_are():
    text = "[1, -2.5, 'a', None, True, (1,), {2: {3}}, float('-inf'), 2 * 3 + 4 / 2 - 1]"
    assert rebuilt(text, {"float": float}) == [1, -2.5, "a", None, True, (1,), {2: {3}}, float("-inf"), 7.0]


def test_names_of_a_nested_reward_are_found(broken):
    reward = broken.sound_composite()
    assert rebuilt(repr(reward), names_of(reward)) == reward


def test_a_fresh_process_says_what_went_wrong(broken):
    local = as_reward(lambda completion: 1.0)
    with pytest.raises(ValueError, match="can't be pickled"):
        score_elsewhere(local, ROLLOUTS, 30)
    with pytest.raises(ValueError, match="a fresh process could not use it: ZeroDivisionError: x"):
        score_elsewhere(scripted({...: ZeroDivisionError("x")}), ROLLOUTS, 30)
    with pytest.raises(ValueError, match=r"did not come back in 0\.01 s"):
        score_elsewhere(broken.sound(), ROLLOUTS, 0.01)


def test_hostile_completions_survive_pickling_and_are_all_different():
    assert pickle.loads(pickle.dumps(dict(HOSTILE))) == HOSTILE
    assert len({repr(completion) for completion in HOSTILE.values()}) == len(HOSTILE) > 50
