"""What Snakemake is told of jobs."""

from types import SimpleNamespace

import pytest
from snakemake.cli import get_argument_parser
from snakemake.scheduling.job_scheduler import JobRateLimiter
from snakemake.settings.types import MaxJobsPerTimespan
from snakemake.workflow import Workflow

from pipeline.jobs import start_at_once


def limiter(text: str) -> JobRateLimiter:
    return JobRateLimiter(MaxJobsPerTimespan.parse_choice(text))


USUAL = get_argument_parser().get_default("max_jobs_per_timespan")


@pytest.mark.parametrize(
    ("local", "limit", "kept"), [(True, USUAL, False), (False, USUAL, True), (True, "5/1m", True)]
)
def test_jobs_start_at_once_but_on_a_cluster_or_where_a_user_limits_them(local, limit, kept):
    scheduler = SimpleNamespace(job_rate_limiter=limiter(limit))
    start_at_once(SimpleNamespace(local_exec=local, scheduler=scheduler))
    assert (scheduler.job_rate_limiter is not None) == kept


def test_where_there_is_no_limit_none_is_taken_away():
    scheduler = SimpleNamespace(job_rate_limiter=None)
    start_at_once(SimpleNamespace(local_exec=True, scheduler=scheduler))
    assert scheduler.job_rate_limiter is None


def test_snakemake_says_whether_jobs_run_here():
    assert isinstance(Workflow.local_exec, property)
