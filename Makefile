# Needs python3 (3.11 or newer), make and git; everything else is fetched into .venv or found on the machine.
.DEFAULT_GOAL := help
.PHONY: help setup demo test prove bench lint format lock screenshots clean
PY := .venv/bin/python
# Bytecode is written even where the shell says not to: each of the many programs started would compile all again.
export PYTHONDONTWRITEBYTECODE :=

help: ## what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*##/ —/'

.venv/ready: requirements/dev.lock pyproject.toml tools/setup.py
	@python3 tools/setup.py

setup: .venv/ready ## make .venv from the hash-locked requirements (quick when nothing changed)

demo: .venv/ready ## a whole day of a movement on real towns, then the site on this machine
	@DURE_HOME="$(CURDIR)/var/demo" .venv/bin/dure demo $(ARGS)

test: .venv/ready ## every test at small sizes, on SQLite and on PostgreSQL, in a real Chromium
	@$(PY) -m tools.provide chromium postgres spark strace
	$(PY) -m pytest -n 3 --dist loadgroup -m "not full" $(ARGS)
	$(PY) -m tools.with_postgres $(PY) -m pytest -n 3 --dist loadgroup -m "not full" tests/base tests/movement tests/operations tests/race

prove: .venv/ready ## the same tests at full size
	@$(PY) -m tools.provide chromium postgres spark strace
	$(PY) -m pytest -n 2 --dist loadgroup
	$(PY) -m tools.with_postgres $(PY) -m pytest -n 2 --dist loadgroup tests/base tests/movement tests/operations tests/race

bench: .venv/ready ## speed and memory, each against a peer or a limit in the same run
	$(PY) -m bench.log --entries 1000000
	$(PY) -m bench.matching --people 100000 --peers ortools-all,greedy
	$(PY) -m bench.day --people 100000

# Settings make a data folder when they are read: linting gets one of its own, never the user's.
lint: .venv/ready ## ruff, mypy --strict, import contracts, migrations
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	DURE_HOME="$(CURDIR)/var/lint" .venv/bin/mypy
	.venv/bin/lint-imports --no-cache
	DURE_HOME="$(CURDIR)/var/lint" DJANGO_SETTINGS_MODULE=dure.config.settings $(PY) -m django makemigrations --check --dry-run

format: .venv/ready ## let ruff format and mend what it can
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

screenshots: .venv/ready ## take the pictures of docs/img from the demo's real pages
	@$(PY) -m tools.provide chromium
	$(PY) -m tools.screenshots

lock: ## renew requirements/*.lock (developers; needs uv)
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header pyproject.toml -o requirements/base.lock
	uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --extra dev pyproject.toml -o requirements/dev.lock
	(echo "# Spark for the tests and for whoever outgrows one machine; it also needs Java 17 or newer (docs/howto/install.md)."; echo "pyspark>=4.0,<4.1" | uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header -c requirements/dev.lock -) > requirements/spark.lock
	(echo "# What Spark's own package needs to be built, installed before it (tools/provide.py spark)."; echo "setuptools>=77" | uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header --allow-unsafe -) > requirements/spark-build.lock
	echo "flit-core>=3.12" | uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url --no-annotate --no-header - -o requirements/build.lock

clean: ## remove what make made: .venv and var
	rm -rf .venv var
