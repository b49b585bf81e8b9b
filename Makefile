SHELL := bash
.DEFAULT_GOAL := help

SOURCES := $(shell find src bin scripts schemas -type f) package.json tsconfig.json

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z][a-z0-9-]*:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  \1|\2/' | column -t -s '|'

node_modules/.installed: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

dist/.built: node_modules/.installed $(SOURCES)
	npm run --silent build
	@touch $@

.PHONY: install
install: node_modules/.installed ## Install the pinned dependencies

.PHONY: build
build: dist/.built ## Compile to dist/

.PHONY: demo
demo: build ## An hour of a simulated market through the pipe, as a table
	@scripts/demo.sh

.PHONY: test
test: build ## Types, lint, format, import rules, unused code, generated files, and all tests
	npm run --silent types
	npm run --silent lint
	npm run --silent check-format
	npm run --silent check-imports
	npm run --silent check-unused
	npm run --silent check-generated
	bin/qf config check
	npm run --silent test

.PHONY: test-node24
test-node24: build ## The tests of the command line again, on Node 24
	scripts/test-node24.sh

.PHONY: torture
torture: build ## Memory over 50 million ticks; 600,000 through Kafka and Postgres with 500 kills, three times; 10,000 markets against Python; all real data and 3 million ticks on Kafka by every engine and number of workers
	QF_TORTURE_TICKS=50000000 QF_TORTURE_MIN_TICKS=600000 QF_TORTURE_KILLS=500 QF_TORTURE_RUNS=3 npx vitest run test/torture test/integration/full-disk.test.ts
	QF_REAL_DATA=all npx vitest run test/integration/real-data-kafka.test.ts
	QF_ENGINES=all npx vitest run test/integration/kafka-engines.test.ts
	QF_PAPER_SERIES=10000 npx vitest run test/integration/paper-independent.test.ts

.PHONY: mutate
mutate: build ## Break the code on purpose and see that the fast tests notice
	node scripts/mutate.mjs

.PHONY: mutate-kafka
mutate-kafka: build ## Break what counts each record once, and see that the torture notices
	node scripts/mutate.mjs --torture

.PHONY: kernel-coverage
kernel-coverage: build ## Which branches of the WebAssembly kernels the tests reach
	node scripts/kernel-coverage/run.mjs

.PHONY: bench
bench: build ## Measure against other programs and store the result in docs/results/
	node bench/ws.mjs
	node bench/known.mjs
	node bench/run.mjs

.PHONY: bench-kafka
bench-kafka: build ## The same for the stages on Kafka and Postgres, on a stack of its own
	node bench/latency.mjs
	node bench/transfer.mjs
	node bench/kafka.mjs

.PHONY: bench-paper
bench-paper: build ## The same for the paper flow
	node bench/paper.mjs

.PHONY: perf-test
perf-test: build ## Compare two implementations: LOADS, PERF_SCENARIO, PERF_MODE, PERF_TRANSPORT, STAGE_SEC, BARS1S_CMD and others as in docs/perf.md
	@bin/qf perf compare

.PHONY: hot-build
hot-build: build ## Compile the kernels of the fast engine alone
	node scripts/build-kernel.mjs

# One stage of a pipe alone: qf's own, or the command in the variable.
.PHONY: ingest bars1s baragg
ingest: build ## Run INGEST_CMD, or else a simulated market
	@PATH="$(CURDIR)/bin:$$PATH" bash -c "$${INGEST_CMD:-qf ingest sim --count 1000000 --pace max}"
bars1s: build ## Run BARS1S_CMD, or else qf bars1s, on standard input
	@PATH="$(CURDIR)/bin:$$PATH" bash -c "$${BARS1S_CMD:-qf bars1s --max-future off}"
baragg: build ## Run BARAGG_CMD, or else qf agg, on standard input
	@PATH="$(CURDIR)/bin:$$PATH" bash -c "$${BARAGG_CMD:-qf agg --tf 3m,5m,15m}"

.PHONY: up down ps logs doctor topics metrics-list reset
up: build ## Start Kafka, Postgres and the configured stages
	@bin/qf up
down: build ## Stop them
	@bin/qf down
ps: build ## What of them runs
	@bin/qf ps
logs: build ## What they have logged
	@bin/qf logs
doctor: build ## What is wrong with them, and what mends it
	@bin/qf doctor
topics: build ## Topics with partitions and settings
	@bin/qf topics describe
metrics-list: build ## Where the stages serve their metrics, and whether they answer
	@bin/qf metrics list
reset: build ## Stop them and delete all their data
	@bin/qf down --volumes

.PHONY: clean
clean: ## Remove what was built
	rm -rf dist coverage oclif.manifest.json runs/demo runs/test
