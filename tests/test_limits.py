"""Counting is exact, whoever counts at once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from portal import clock
from portal.limits import DatabaseStorage, forget_expired, limiter


def test_two_hundred_counts_at_once_are_two_hundred(own_app):
    storage = DatabaseStorage()

    def count(_n):
        with own_app.app_context():
            return storage.incr("key", 60)

    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(count, range(200)))
    assert sorted(numbers) == list(range(1, 201))


def test_a_limit_of_five_lets_exactly_five_through(own_app):
    own_app.config["LIMIT_RATING_ADDRESS"] = "5/hour"

    def rate(_n):
        return own_app.test_client().post("/projects/2026-01/rate", data={"level": "5"}).status_code

    with ThreadPoolExecutor(8) as threads:
        codes = list(threads.map(rate, range(24)))
    assert codes.count(429) == 19
    assert codes.count(404) == 5


def test_a_window_that_is_over_starts_anew_and_is_forgotten(s, monkeypatch):
    storage = DatabaseStorage()
    assert [storage.incr("key", 60) for _ in range(2)] == [1, 2]
    later = clock.now() + timedelta(seconds=61)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert storage.get("key") == 0
    assert storage.incr("key", 60) == 1
    assert forget_expired(later + timedelta(seconds=61)) == 1


def test_the_limits_are_counted_in_our_own_database(app):
    assert isinstance(limiter.storage, DatabaseStorage)
