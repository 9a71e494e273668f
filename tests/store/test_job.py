"""A job keeps what it came to first, whoever still waits for it."""

from chatls.errors import NotFound
from chatls.store.job import Job


def test_work_that_is_done_again_keeps_its_first_value() -> None:
    job = Job(lambda _: 1)
    job.succeed(1)
    job.succeed(2)
    job.fail(NotFound("No."))
    assert job.value.result() == 1
    job = Job(lambda _: 1)
    job.fail(NotFound("No."))
    job.succeed(1)
    assert isinstance(job.value.exception(), NotFound)


def test_nobody_can_take_back_what_was_handed_in() -> None:
    job = Job(lambda _: 1)
    assert not job.value.cancel()
    assert not job.kept.cancel()
