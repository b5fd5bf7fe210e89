"""Why a big question gets no answer."""

from __future__ import annotations

from dure.kernel.refusals import Refusal


class EngineUnknown(Refusal):
    code = "engine_unknown"
    says = "There is no engine {name!r} for big questions. Known are: {known}."
    status = 422


class QuestionUnknown(Refusal):
    code = "question_unknown"
    says = "There is no question {name!r}. Known are: {known}."
    status = 422


class SparkMissing(Refusal):
    code = "spark_missing"
    says = (
        "Spark can't be used here: {why}. Install the extra dure[spark] and Java 17 or newer "
        "(docs/howto/install.md), or ask with --engine duckdb."
    )
    status = 503


class FilesUnreadable(Refusal):
    code = "analytics_files_unreadable"
    says = "The files with the entries can't be read as they should be: {why}. Run `dure ledger verify`."
    status = 500


class MemoryTooSmall(Refusal):
    code = "analytics_memory_too_small"
    says = "The question needs more memory than the {memory_mb} MB it may have, or more disk to set work aside: {why}."
    status = 503


class QuestionTooLong(Refusal):
    code = "question_too_long"
    says = "The question was stopped after {seconds} seconds. Ask for fewer days, or give it more time."
    status = 503
