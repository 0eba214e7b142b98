"""What Snakemake is told of jobs."""

import inspect
from types import SimpleNamespace

import pytest
from snakemake.scheduling.job_scheduler import JobScheduler

from pipeline.jobs import start_at_once


@pytest.mark.parametrize("remote", [False, True])
def test_jobs_start_at_once_but_on_a_cluster(remote):
    limiter = object()
    scheduler = SimpleNamespace(job_rate_limiter=limiter)
    start_at_once(SimpleNamespace(remote_exec=remote, scheduler=scheduler))
    assert scheduler.job_rate_limiter is (limiter if remote else None)


def test_snakemake_still_takes_none_for_no_limit():
    source = inspect.getsource(JobScheduler)
    assert "self.job_rate_limiter = (" in source
    assert "if self.job_rate_limiter is not None:" in source
    assert "if self.job_rate_limiter is None:" in source
