# Each command sets itself up in .venv, and repeats cheaply. `make` alone lists them.

# The first Python that is new enough; `make PYTHON=... site` picks another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
READY := .venv/.ready

export NO_MKDOCS_2_WARNING := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help site offline serve test check browser look speed snippets times clean

help:
	@echo "make site      build the site, strictly, into site/"
	@echo "make offline   pack the built site into site/nnfund-site.zip, and offer it on the site"
	@echo "make serve     build it and serve it at http://127.0.0.1:8000, live"
	@echo "make test      run the tests"
	@echo "make check     lint, formatting, workflow security"
	@echo "make browser   look at the built site in Chromium: accessibility, links, errors"
	@echo "make look      photograph every page of the built site, four views, into look/; LOOK=... another folder"
	@echo "make speed     score the built site as Lighthouse does, on a slow phone; NNFUND_PAGES=5 takes a sample"
	@echo "make snippets  run a sample of the code on the built site as a reader copies it; NNFUND_SNIPPETS=all: every piece"
	@echo "make times     measure how long each page runs, and note it in tutorials_src/run_times.json"
	@echo "make clean     remove what was built; .venv and downloaded data stay"

site: $(READY)
	$(BIN)/python -m mkdocs build --strict

offline: $(READY)
	$(BIN)/python docs/hooks/offline_zip.py site

serve: $(READY)
	$(BIN)/python -m mkdocs serve

test: $(READY)
	$(BIN)/python -m pytest -n auto --dist loadscope -m "not browser and not snippets"

check: $(READY)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/zizmor --offline --quiet .github

browser: $(READY)
	$(BIN)/python -m pytest -n auto -m browser tests/site

look: $(READY)
	$(BIN)/python tests/site/look.py $(or $(LOOK),look)

speed: $(READY)
	$(BIN)/python tests/site/site_scores.py

snippets: $(READY)
	$(BIN)/python -m pytest -n auto -m snippets tests/site

times: $(READY)
	PYTHONPATH=docs/hooks $(BIN)/python -m pagebuild times

clean:
	rm -rf site .cache

$(READY): pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { \
		echo "nnfund needs Python 3.11 or newer; this machine has: $$(python3 --version 2>&1)."; \
		echo "Install one (python.org, your system's packages, or uv), then: make PYTHON=/path/to/python3 $(MAKECMDGOALS)"; \
		exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "PYTHON=$(PYTHON) is $$($(PYTHON) --version 2>&1); nnfund needs Python 3.11 or newer."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { \
		echo "No virtual environment could be made; on Debian and Ubuntu, install python3-venv first."; rm -rf .venv; exit 1; }
	$(BIN)/python -m pip install -q -c constraints.txt -e ".[dev]"
	@touch $(READY)
