# The house rules of Hourglass. Needs Go, a C compiler (for SQLite) and make.

# Whether the program can carry its commit: not outside a git work tree.
STAMP := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo true || echo false)
TOOL  := go tool -modfile=tools/go.mod

# Packages that need no C compiler, and so can be built for other machines.
PORTABLE := ./registry ./experiments ./nn/... ./data

.DEFAULT_GOAL := help

.PHONY: build
build: ## Build bin/hourglass
	go build -buildvcs=$(STAMP) -o bin/hourglass ./cmd/hourglass

.PHONY: demo
demo: build ## Train autoencoders on MNIST and print the table (a minute; then at once)
	bin/hourglass run experiments/code-size.yaml

.PHONY: test
test: vet format ## Run go vet, the gofmt check and all tests (under two minutes)
	go test ./...

.PHONY: test-demo
test-demo: ## Run the demo, and hold it to what the README shows (a minute)
	go test ./cmd/hourglass -run Readme -mnist

.PHONY: vet
vet:
	go vet ./...

.PHONY: format
format:
	@wrong=$$(gofmt -l .); \
	if [ -n "$$wrong" ]; then echo "gofmt would change:"; echo "$$wrong"; exit 1; fi

.PHONY: gate
gate: build ## Hold small trainings of many kinds to the bits that they had (seconds)
	rm -rf bin/gate.db*
	bin/hourglass run --quiet --store bin/gate.db experiments/gate.yaml
	bin/hourglass gate --store bin/gate.db experiments/gate.yaml

.PHONY: ci
ci: build test lint gate race test-portable test-demo ## Run everything that must hold before a change goes in

.PHONY: lint
lint: ## Run staticcheck
	$(TOOL) staticcheck ./...

.PHONY: race
race: ## Look for data races in what runs trials at the same time
	go test -race ./store
	go test -race ./runner -skip PCA
	go test -race ./nn -run 'Thread'

# What runs a program for arm64 here: nothing else on arm64 itself, else qemu, if it is there.
ARM64 := $(shell if [ "$$(go env GOHOSTARCH)" = arm64 ]; then echo env; else command -v qemu-aarch64; fi)
# What holds trainings to their bits.
BITS := Digests|Random|Same
# Tests of arithmetic that take minutes in an emulator and say nothing about an architecture.
ELSEWHERE := CompilerFuses|CallEveryKernel

.PHONY: test-portable
test-portable: ## Hold training to the same bits at GOAMD64=v1 and v3, and on arm64 (minutes)
	GOAMD64=v1 go test -run '$(BITS)' ./nn
	GOAMD64=v1 go test ./nn/internal/...
ifneq ($(shell grep -lw avx2 /proc/cpuinfo 2>/dev/null),)
	GOAMD64=v3 go test -run '$(BITS)' ./nn
	GOAMD64=v3 go test ./nn/internal/...
else
	@echo "test-portable: GOAMD64=v3 is skipped, as it needs a processor with AVX2"
endif
	GOARCH=arm64 CGO_ENABLED=0 go vet $(PORTABLE)
ifneq ($(ARM64),)
	GOARCH=arm64 CGO_ENABLED=0 go test -exec=$(ARM64) -run 'TestDigests$$/neon' -timeout 20m ./nn -every 5
	GOARCH=arm64 CGO_ENABLED=0 go test -exec=$(ARM64) -skip='$(ELSEWHERE)' -timeout 20m ./nn/internal/...
else
	@echo "test-portable: arm64 is built and not run, as that needs qemu-aarch64 (Debian: apt-get install qemu-user)"
	GOARCH=arm64 CGO_ENABLED=0 go build $(PORTABLE)
endif

.PHONY: test-exhaustive
test-exhaustive: ## Measure the errors of exp, log, tanh, sigmoid and softplus on all 2^32 inputs (half an hour)
	go test ./nn/internal/kernel -run TestExhaustively -v -exhaustive -timeout 4h

.PHONY: chaos
chaos: ## Kill a run a hundred times at random moments, and compare what it comes to (minutes)
	go test ./cmd/hourglass -run TestChaos -chaos 100 -count 1 -timeout 1h

.PHONY: bench
bench: ## Measure the training step of each net: time, examples/s, share of the peak, allocations (a minute)
	go run ./bench steps

.PHONY: bench-peers
bench-peers: ## Measure it in turn with PyTorch, and print the ratios (needs python3-torch; three minutes)
	go run ./bench peers

.PHONY: bench-scaling
bench-scaling: build ## Time twelve trials on two cores in turn with PyTorch (needs python3-torch; three minutes)
	go run ./bench scaling

.PHONY: bench-packages
bench-packages: ## Measure kernels, training, specs, store and tables
	go test -run '^$$' -bench . -benchmem ./nn/... ./experiments ./store ./reports

# The interpreter that has PyTorch, NumPy, scikit-learn and scikit-image, for bench-peers, bench-scaling and compare-peers.
export PYTHON ?= python3

.PHONY: compare-peers
compare-peers: build ## Hold losses, steps, PCA and metrics against their peers (needs python3-torch, -sklearn, -skimage; ten minutes)
	$(PYTHON) bench/compare_torch.py
	$(PYTHON) bench/compare_metrics.py
	$(PYTHON) bench/compare_series.py

# Where make papers keeps its results: hours of training, so that clean leaves them.
PAPERS ?= papers.db

.PHONY: papers
papers: build ## Run experiments/papers, which sets published results beside ours (hours; goes on where it stopped)
	for spec in experiments/papers/*.yaml; do bin/hourglass run --yes --store $(PAPERS) $$spec || test $$? = 1 || exit; done
	go run ./bench papers $(PAPERS) experiments/README.md

.PHONY: papers-table
papers-table: build ## Write the table of experiments/README.md from the store that make papers keeps
	go run ./bench papers $(PAPERS) experiments/README.md

.PHONY: clean
clean: ## Remove what build made
	rm -rf bin

.PHONY: help
help: ## Print this
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 18
