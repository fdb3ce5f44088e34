from mien.batch.jobs import WORKER_BYTES, choose_jobs


def test_as_many_as_cores() -> None:
    assert choose_jobs(0, cores=6, free_bytes=100 * WORKER_BYTES).count == 6
    assert choose_jobs(3, cores=6, free_bytes=100 * WORKER_BYTES).count == 3
    assert choose_jobs(9, cores=6, free_bytes=100 * WORKER_BYTES).remark is None


def test_memory_sets_the_bound_and_says_so() -> None:
    few = choose_jobs(0, cores=16, free_bytes=5 * WORKER_BYTES)
    assert few.count == 5
    assert few.remark is not None
    assert "5 files at a time instead of 16" in few.remark
    assert choose_jobs(4, cores=2, free_bytes=0).count == 1


def test_the_machine_is_looked_at() -> None:
    assert choose_jobs().count >= 1
