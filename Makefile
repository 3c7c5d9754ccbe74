.DEFAULT_GOAL := help
PY := .venv/bin/python
PYTEST := $(PY) -m pytest
OUT := out

.PHONY: help demo test quick slow models lint bench clean

help:  ## what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /\t/' | expand -t 10

demo:  ## score a file of rollouts and explain one of them
	@scripts/setup main
	@mkdir -p $(OUT)
	$(PY) -m rewards score examples/cli/rollouts.jsonl --config examples/cli/reward.toml -o $(OUT)/demo.jsonl --restart || [ $$? -eq 1 ]
	$(PY) -m rewards explain examples/cli/rollouts.jsonl --config examples/cli/reward.toml --row 2

test: lint  ## everything but what is slow, on a fresh clone too
	@scripts/trainer_envs
	$(PYTEST) --doctest-modules rewards sandbox --ignore rewards/code/inside
	$(PYTEST) -m "not slow" tests

quick:  ## the tests, without setting anything up
	$(PYTEST) -q -m "not slow" tests

slow:  ## the slow tests
	@scripts/setup test
	@scripts/trainer_envs
	$(PYTEST) -m slow

models:  ## slow tests with real models: fetches 1.2 GB, installs vLLM for CPUs
	@scripts/setup test
	@scripts/vllm_env
	$(PY) scripts/get_models smollm2 qwen
	.venv-vllm/bin/python -m pytest -m slow tests/models

lint:  ## ruff and mypy
	@scripts/setup test
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy

bench:  ## the benchmarks
	@scripts/setup test
	$(PY) benchmarks/core.py
	$(PY) benchmarks/rules.py
	$(PY) benchmarks/accuracy.py
	$(PY) benchmarks/language.py --rewards
	$(PY) benchmarks/grm.py
	$(PY) benchmarks/code.py

clean:  ## remove what was made here
	rm -rf .venv .venv-openrlhf .venv-verl .venv-vllm .venv-gpu $(OUT) .pytest_cache .mypy_cache .ruff_cache build *.egg-info
