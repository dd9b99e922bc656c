# Each target installs what it needs into .venv and is safe to repeat.
.PHONY: install run test sabotage check bench pictures migration translations requirements
PYTHON ?= python3
VENV = .venv/bin
FLASK = $(VENV)/flask --app wsgi
# What Python has compiled it keeps, whatever the machine says: without it every start compiles 1,500 modules again.
export PYTHONDONTWRITEBYTECODE =

.venv/run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit("Kriyaloka needs Python 3.11 or newer: make run PYTHON=python3.12") if sys.version_info < (3, 11) else 0'
	@test -x $(VENV)/python || $(PYTHON) -m venv .venv
	@echo "installing what Kriyaloka needs into .venv …"
	@$(VENV)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "installing what the tests need into .venv …"
	@$(VENV)/python -m pip install --quiet --no-compile --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

install: .venv/run translations
	@$(VENV)/python -m compileall -qq -j 0 .venv/lib catalog marketplace

run: .venv/run translations
	@$(VENV)/python -m marketplace

test: .venv/dev translations
	@$(VENV)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder $(ARGS)

sabotage: .venv/dev translations
	@$(VENV)/python -m tests.sabotage $(ARGS)

check: .venv/dev
	@$(VENV)/ruff check . && $(VENV)/ruff format --check . && $(VENV)/mypy && $(VENV)/lint-imports

bench: .venv/dev translations
	@$(VENV)/python -m benchmarks $(ARGS)

pictures: .venv/dev translations
	@$(VENV)/python -m benchmarks.pictures $(ARGS)

translations: .venv/run
	@$(VENV)/python -m marketplace.translations

requirements:
	uv pip compile --quiet --custom-compile-command "make requirements" --generate-hashes --no-emit-index-url --universal --python-version 3.11 pyproject.toml -o requirements.txt
	uv pip compile --quiet --custom-compile-command "make requirements" --generate-hashes --no-emit-index-url --universal --python-version 3.11 --extra dev pyproject.toml -o requirements-dev.txt
