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

.PHONY: vet
vet:
	go vet ./...

.PHONY: format
format:
	@wrong=$$(gofmt -l .); \
	if [ -n "$$wrong" ]; then echo "gofmt would change:"; echo "$$wrong"; exit 1; fi

.PHONY: ci
ci: build test lint race portable ## Run everything that must hold before a change goes in

.PHONY: lint
lint: ## Run staticcheck
	$(TOOL) staticcheck ./...

.PHONY: race
race: ## Look for data races in what runs trials at the same time
	go test -race ./store ./runner ./cmd/hourglass

.PHONY: portable
portable: ## Hold the arithmetic to the same bits under other compiler settings, and build it for arm64
	GOARCH=arm64 CGO_ENABLED=0 go vet $(PORTABLE)
	GOARCH=arm64 CGO_ENABLED=0 go build $(PORTABLE)
ifneq ($(shell command -v qemu-aarch64),)
	GOARCH=arm64 CGO_ENABLED=0 go test -exec=qemu-aarch64 -short ./nn/internal/kernel
endif
ifneq ($(shell grep -lw avx2 /proc/cpuinfo 2>/dev/null),)
	GOAMD64=v3 go test ./nn/...
endif

.PHONY: bench
bench: ## Measure kernels, training, specs, store and tables
	go test -run '^$$' -bench . -benchmem ./nn/... ./experiments ./store ./reports

.PHONY: clean
clean: ## Remove what build made
	rm -rf bin

.PHONY: help
help: ## Print this
	@grep -E '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 12
