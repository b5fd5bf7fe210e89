"""What runs the expressions: DuckDB on this machine, Spark where one machine ends. Both read and write Parquet."""

from __future__ import annotations

import resource
import shutil
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from os import environ
from pathlib import Path
from typing import Any, Final, Protocol
from uuid import uuid4

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis import Table

from dure.analytics.errors import EngineUnknown, SparkMissing
from dure.kernel.must import must

ENGINES: Final = ("duckdb", "spark")
_KIBIBYTE: Final = 1024

Row = tuple[Any, ...]


class Engine(Protocol):
    """Runs Ibis expressions over Parquet files."""

    def read(self, files: Sequence[Path]) -> Table:
        """All rows of ``files``; a folder stands for the files in it."""
        ...

    def write(self, expression: Table, folder: Path) -> None:
        """Write the rows as Parquet into ``folder``, which must be new."""
        ...

    def rows(self, expression: Table) -> list[Row]:
        """The rows, for answers that are small."""
        ...

    def prepared(self, expression: Table) -> Callable[[], list[Row]]:
        """:meth:`rows`, to be asked for again and again; what can be done once is done now."""
        ...

    def peak_rss_bytes(self) -> int:
        """The most memory that it held beside this process's own."""
        ...

    def close(self) -> None:
        """Give everything back."""
        ...


def open_engine(name: str, *, scratch: Path, memory_mb: int, threads: int) -> Engine:
    """``scratch``: a folder for what doesn't fit into memory. Refuses with EngineUnknown, SparkMissing."""
    must(memory_mb >= 1 and threads >= 1, "a question needs memory and a thread")
    if name == "duckdb":
        return DuckDB(scratch, memory_mb, threads)
    if name == "spark":
        return Spark(scratch, memory_mb, threads)
    raise EngineUnknown(name=name, known=", ".join(ENGINES))


class DuckDB:
    """DuckDB within ``memory_mb``; beyond it, it sets work aside in ``scratch``."""

    def __init__(self, scratch: Path, memory_mb: int, threads: int) -> None:
        self._connection = ibis.duckdb.connect(
            memory_limit=f"{memory_mb}MB",
            threads=threads,
            temp_directory=str(scratch / "spill"),
            preserve_insertion_order=False,
        )

    def read(self, files: Sequence[Path]) -> Table:
        return self._connection.read_parquet([_inside(path) for path in files])

    def write(self, expression: Table, folder: Path) -> None:
        folder.mkdir(parents=True)
        self._connection.to_parquet(expression, folder / "part-000000.parquet", compression="zstd")

    def rows(self, expression: Table) -> list[Row]:
        return self.prepared(expression)()

    def prepared(self, expression: Table) -> Callable[[], list[Row]]:
        # To put a question into SQL takes longer than DuckDB takes to answer most of them.
        statement = self._connection.compile(expression)
        # DuckDB's own types are not always those that Ibis promised: a day and an interval make a moment.
        schema = expression.schema().to_pyarrow()

        def ask() -> list[Row]:
            found = self._connection.con.sql(statement).to_arrow_table().cast(schema)
            return list(zip(*map(_values, found.columns), strict=True))

        return ask

    def peak_rss_bytes(self) -> int:
        return 0

    def close(self) -> None:
        self._connection.disconnect()


class Spark:
    """Spark, on this machine unless Spark's own configuration names a cluster (``spark.master``)."""

    def __init__(self, scratch: Path, memory_mb: int, threads: int) -> None:
        self._scratch = scratch
        self._session = _spark_session(scratch, memory_mb, threads)
        self._connection = ibis.pyspark.connect(self._session)

    def read(self, files: Sequence[Path]) -> Table:
        frame = self._session.read.parquet(*(_inside(path) for path in files))
        name = f"dure_{uuid4().hex}"
        frame.createOrReplaceTempView(name)
        return self._connection.table(name)

    def write(self, expression: Table, folder: Path) -> None:
        self._connection.to_parquet(expression, str(folder))

    def rows(self, expression: Table) -> list[Row]:
        # Through a file: what Spark hands over in memory depends on the versions of two more libraries.
        folder = self._scratch / f"answer-{uuid4().hex}"
        self.write(expression, folder)
        columns = pq.read_table(folder).to_pydict()
        shutil.rmtree(folder)
        return list(zip(*columns.values(), strict=True))

    def prepared(self, expression: Table) -> Callable[[], list[Row]]:
        return lambda: self.rows(expression)

    def peak_rss_bytes(self) -> int:
        process = getattr(self._session.sparkContext._gateway, "proc", None)
        return peak_rss_bytes(process.pid) if process else 0

    def close(self) -> None:
        self._session.stop()


def peak_rss_bytes(pid: int | None = None) -> int:
    """The most memory that a process held, this one by default; 0 if it is gone.

    Read from Linux' own count: what ``getrusage`` says begins with the peak of the process that started this one.
    """
    status = Path(f"/proc/{pid or 'self'}/status")
    if status.exists():
        lines = status.read_text(encoding="ascii", errors="replace").splitlines()
        return sum(int(line.split()[1]) * _KIBIBYTE for line in lines if line.startswith("VmHWM:"))
    if pid is not None:
        return 0
    unit = 1 if sys.platform == "darwin" else _KIBIBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _values(column: pa.ChunkedArray) -> list[Any]:
    """As Python's own; numbers by way of numpy, which is five times as fast."""
    is_plain = pa.types.is_integer(column.type) and not column.null_count
    found: list[Any] = column.to_numpy().tolist() if is_plain else column.to_pylist()
    return found


def _inside(path: Path) -> str:
    return str(path / "*.parquet") if path.is_dir() else str(path)


def _spark_session(scratch: Path, memory_mb: int, threads: int) -> Any:
    if find_spec("pyspark") is None:
        raise SparkMissing(why="the Python package pyspark is not installed")
    if shutil.which("java") is None and not (Path(environ.get("JAVA_HOME", "")) / "bin" / "java").is_file():
        raise SparkMissing(why="no Java was found in JAVA_HOME or on the PATH")
    from pyspark import SparkConf, SparkContext
    from pyspark.sql import SparkSession

    wanted = {
        "spark.master": f"local[{threads}]",
        "spark.app.name": "dure",
        "spark.local.dir": str(scratch),
        "spark.sql.warehouse.dir": str(scratch / "warehouse"),
        "spark.sql.shuffle.partitions": str(threads),
        "spark.sql.session.timeZone": "UTC",
        # Nobody outside this machine is asked or answered, unless a cluster is configured.
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    # Java begins with the memory it may have; only then is known what Spark's own configuration says.
    environ.setdefault("PYSPARK_SUBMIT_ARGS", f"--driver-memory {memory_mb}m pyspark-shell")
    SparkContext._ensure_initialized()
    conf = SparkConf()
    for name, value in wanted.items():
        conf.setIfMissing(name, value)
    return SparkSession.builder.config(conf=conf).getOrCreate()
