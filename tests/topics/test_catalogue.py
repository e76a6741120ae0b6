"""The topic files hold what they say."""

from datetime import UTC, datetime
from importlib.resources import files

import pytest

from topics import names
from topics.catalogue import FOREVER, BadExample, Example, Topic, catalogue, topic
from topics.codec import ANSWER_TYPES, MESSAGE_TYPES, decode, decode_answer, encode
from topics.instants import milliseconds
from topics.refusals import Reason, Refused

TEXT = [t for t in catalogue() if not t.binary]  # what is binary is tried by tests/edge/test_topic_examples.py
VALID = [pytest.param(t, e, id=f"{t.name}: {e.name}") for t in TEXT for e in t.valid]
ANSWERS = [pytest.param(t, e, id=f"{t.name}: {e.name}") for t in catalogue() if t.name in ANSWER_TYPES for e in t.valid]
INVALID = [pytest.param(t, e, id=f"{t.name}: {e.name}") for t in TEXT for e in t.invalid]


def read(of: Topic, example: Example) -> object:
    value = example.value.encode()
    if of.name in ANSWER_TYPES:
        return decode_answer(of.name, value)
    assert of.append_time is not None
    key = None if example.key is None else example.key.encode()
    return decode(of.name, key, value, milliseconds(of.append_time))


@pytest.mark.parametrize(("of", "example"), VALID)
def test_a_valid_example_is_accepted(of: Topic, example: Example) -> None:
    assert read(of, example)


@pytest.mark.parametrize(("of", "example"), ANSWERS)
def test_an_answer_example_is_byte_for_byte_what_the_monitor_writes(of: Topic, example: Example) -> None:
    assert encode(decode_answer(of.name, example.value.encode())) == example.value.encode()


@pytest.mark.parametrize(("of", "example"), INVALID)
def test_an_invalid_example_is_refused_with_its_reason(of: Topic, example: BadExample) -> None:
    with pytest.raises(Refused) as refused:
        read(of, example)
    assert refused.value.reason == Reason(example.reason)


@pytest.mark.parametrize("kind", [k for kinds in MESSAGE_TYPES.values() for k in kinds])
def test_every_message_type_has_a_valid_example(kind: type) -> None:
    seen = {type(read(t, e)) for t in catalogue() if t.name in MESSAGE_TYPES for e in t.valid}
    assert kind in seen


@pytest.mark.parametrize("name", names.ALL_TOPICS)
def test_every_topic_shows_what_it_takes_and_what_it_refuses(name: str) -> None:
    assert topic(name).valid
    assert topic(name).invalid


def test_every_topic_has_a_file_and_every_file_a_topic() -> None:
    found = {path.name.removesuffix(".toml") for path in files("topics").iterdir() if path.name.endswith(".toml")}
    assert found == set(names.ALL_TOPICS)


def test_every_file_is_called_as_its_topic() -> None:
    assert [t.name for t in catalogue()] == list(names.ALL_TOPICS)


def test_every_input_has_a_codec_and_every_output_too() -> None:
    assert set(MESSAGE_TYPES) == {*names.INPUT_TOPICS, *names.GLOBAL_TOPICS}
    assert set(ANSWER_TYPES) == set(names.OUTPUT_TOPICS)


def test_only_what_workers_write_for_themselves_is_binary() -> None:
    assert {t.name for t in catalogue() if t.binary} == set(names.INTERNAL_TOPICS)


def test_only_global_topics_have_one_partition() -> None:
    assert {t.name for t in catalogue() if t.partitions == "one"} == set(names.GLOBAL_TOPICS)


def test_inputs_and_decisions_are_stamped_by_the_broker() -> None:
    stamped = {t.name for t in catalogue() if t.timestamp_type == "LogAppendTime"}
    assert stamped == {*names.INPUT_TOPICS, *names.GLOBAL_TOPICS, names.DECISIONS}


def test_what_a_replay_reads_is_kept_as_long_as_the_journal() -> None:
    journal = topic(names.JOURNAL).retention_days
    kept = {name: topic(name).retention_days for name in (*names.INPUT_TOPICS, names.CONTROLS)}
    assert all(days in (FOREVER, journal) for days in kept.values())
    assert topic(names.REFERENCE).compaction_lag_days > journal


def test_the_journal_and_the_orders_are_never_compacted() -> None:
    assert {topic(name).cleanup_policy for name in (names.JOURNAL, names.CONTROLS)} == {"delete"}


def test_an_answer_is_written_in_utc_with_milliseconds() -> None:
    acked = decode_answer(names.CONTROL_ACKS, topic(names.CONTROL_ACKS).valid[0].value.encode())
    assert b'"batch_clock":"2026-03-02T02:00:00.252Z"' in encode(acked)
    assert milliseconds(datetime(2026, 3, 2, 2, 0, 0, 252_000, tzinfo=UTC)) == 1772416800252
