# The commands of this project. `make` alone lists them.

ARGS ?=
RELEASE = .build/release
# What runs for real: without the check of exclusive access, which the debug builds of the tests make, and in one file, which calls
# the standard library without detours. Both together are a tenth of an order's processor time.
BUILD = swift build -c release --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked

.PHONY: help setup build package-functions demo up test test-all test-clients soak bench bench-compare bench-filters bench-tables bench-http bench-queues bench-pipes bench-functions bench-telemetry bench-metrics simulate docs lint format clean faults attack fuzz sanitize

help: ## list the commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /|/' | awk -F'|' '{printf "make %-17s %s\n", $$1, $$2}'

setup: ## install what the build needs from Debian and PyPI (nothing the second time)
	@Scripts/setup

build: setup ## build sluice and the functions for release
	$(BUILD) --product sluice
	$(BUILD) --product OrderProcessorFunction
	$(BUILD) --product PremiumServiceFunction

package-functions: setup ## build the functions and pack them as zips for AWS: .build/functions/NAME.zip
	$(BUILD) --product sluice
	$(RELEASE)/sluice package --max-megabytes 15

demo: build ## run the pipeline on the real orders: make demo ARGS="--rate 500 --limit 5000"
	$(RELEASE)/sluice demo $(ARGS)

up: build ## run template.yaml here until Ctrl-C: make up ARGS="--port 4570"
	$(RELEASE)/sluice up $(ARGS)

test: setup ## build and run the quick tests; the slow ones too, as CI does: make test SLOW=1
	swift build --build-tests
	@$(if $(SLOW)$(ARGS),,SLUICE_QUICK=1) Scripts/test $(ARGS)

test-all: setup ## all tests, with 20,000 simulated runs and fifty kills
	swift build --build-tests
	@SLUICE_SEEDS=20000 SLUICE_KILLS=50 Scripts/test $(ARGS)

K ?=
test-clients: setup ## run tests of Tests/Clients alone, by pytest's words: make test-clients K="test_a_name or test_b_name"
	swift build --product sluice
	swift build --product OrderProcessorFunction
	swift build --product PremiumServiceFunction
	@Scripts/test-clients "$(K)"

MINUTES ?= 10
soak: build ## run for long under load, faults, restarts and time jumps, and judge it: make soak MINUTES=60 ARGS="--seed 7"
	@Scripts/soak --minutes $(MINUTES) $(ARGS)

bench: setup ## measure everything and write Documentation/performance.md: make bench ARGS="--quick --only pipes"
	@for product in sluice OrderProcessorFunction PremiumServiceFunction BenchmarkFunction FilterBenchmark TableBenchmark \
		FunctionBenchmark PipeBenchmark TelemetryBenchmark PerformanceBenchmark; do \
		$(BUILD) --product $$product || exit 1; done
	$(RELEASE)/PerformanceBenchmark $(ARGS)

bench-compare: setup ## say whether this is faster or slower than a revision: make bench-compare BASE=main BENCH="put backlog"
	@BUILD="$(BUILD)" Scripts/bench-compare "$(BASE)" $(foreach figure,$(BENCH),--only $(figure)) $(ARGS)

bench-filters: setup ## measure the filters and print a table: make bench-filters ARGS="--filter template --check"
	$(BUILD) --product FilterBenchmark
	$(RELEASE)/FilterBenchmark $(ARGS)

bench-tables: setup ## measure the Orders table beside RocksDB alone: make bench-tables ARGS="--quick --check"
	$(BUILD) --product sluice
	$(BUILD) --product TableBenchmark
	$(RELEASE)/TableBenchmark $(ARGS)

bench-http: setup ## measure the endpoint under wrk, which must be installed: make bench-http SECONDS_EACH=20
	$(BUILD) --product sluice
	@Scripts/bench-http

bench-queues: setup ## measure queues: SendMessage under wrk, which must be installed, and the way to a receiver that waits
	$(BUILD) --product sluice
	@Scripts/bench-queues

bench-pipes: setup ## measure pipes with function processes: make bench-pipes ARGS="--quick --check"
	@for product in sluice OrderProcessorFunction PremiumServiceFunction BenchmarkFunction PipeBenchmark; do \
		$(BUILD) --product $$product || exit 1; done
	$(RELEASE)/PipeBenchmark $(ARGS)

bench-functions: setup ## measure functions: cold starts, calls, memory: make bench-functions ARGS="--quick --check"
	@for product in OrderProcessorFunction BenchmarkFunction FunctionBenchmark; do \
		$(BUILD) --product $$product || exit 1; done
	$(RELEASE)/FunctionBenchmark $(ARGS)

bench-telemetry: setup ## measure metrics: records, queries, room: make bench-telemetry ARGS="--quick --check"
	$(BUILD) --product TelemetryBenchmark
	$(RELEASE)/TelemetryBenchmark $(ARGS)

bench-metrics: setup ## measure GetMetricData over HTTP: ten metrics by the minute over two weeks
	$(BUILD) --product sluice
	@Scripts/bench-metrics

attack: setup ## attack a real engine and measure what other clients notice: make attack ARGS="--only idle --json"
	$(BUILD) --product sluice
	@Scripts/attack $(ARGS)

SECONDS ?= 60
fuzz: setup ## feed random bytes to what reads them, each target for a minute: make fuzz SECONDS=600 TARGET="items gateway"
	@Scripts/fuzz --seconds $(SECONDS) $(TARGET)

sanitize: setup ## run the unit tests under the address and the thread sanitizer: make sanitize ARGS="address --filter ItemsTests"
	@Scripts/sanitize $(ARGS)

SEEDS ?= 100000
simulate: setup ## run pipes with faults everywhere and check the laws after each step: make simulate SEEDS=1000000
	@Scripts/simulate $(SEEDS)

ROUNDS ?= 1000
faults: setup ## lose power, fail calls, flip bits; nothing answered may be lost: make faults ROUNDS=1000 ARGS="--seed 7"
	@Scripts/faults --rounds $(ROUNDS) $(ARGS)

docs: setup ## make the documentation of the libraries: .build/documentation
	swift build
	@Scripts/docs

lint: ## check the formatting
	swift format lint --strict --recursive --parallel Package.swift Benchmarks Examples Fuzz Sources Tests

format: ## format the sources in place
	swift format --in-place --recursive --parallel Package.swift Benchmarks Examples Fuzz Sources Tests

clean: ## remove build output
	swift package clean
