# make setup build build-tests demo run test test-on promise rounds torture follow-rounds check docs
#   package image programs vm-test vm-smoke fuzz sanitize bench bench-filters bench-mounts
#   bench-connections bench-dashboard bench-files bench-watched filesystems picture scale api-test
#   tls-test format clean
#
# The two programs are built for release with the Swift runtime linked in: the launcher runs as root
# and must load nothing that it does not use, and one file each is all there is to install. Tests
# are built apart, for debugging: Swift Testing exists as a shared library only, and the runtime
# can not be in a process twice.

SWIFT ?= swift
JOBS ?= $(shell nproc)
# What `make run` serves, for example: make run ARGS="-w /usr/bin/ffmpeg -p 8080"
ARGS ?= -w /usr/bin/ffmpeg,/usr/bin/ffprobe
# For test-on, package, image, programs, vm-test and vm-smoke: a Debian suite, for instance trixie.
# Then all of it is done in a root of that suite (scripts/test-on.sh); without it, on this system.
SUITE ?=
IN_SUITE = scripts/test-on.sh $(SUITE) make --no-print-directory
# Settings of scripts/image.sh as arguments of make: a root of a suite has another environment.
IMAGE_SETTINGS = $(foreach name,PROGRAMS MIRROR,$\
  $(if $(filter undefined,$(origin $(name))),,$(name)='$($(name))'))

BIN := $(CURDIR)/.build/release
# Tables of relocations are read-only once a program runs. The bfd linker has no room for that in
# what Swift compiles; without gold, which Swift takes where it is, the toolchain's lld does it.
LINKER := $(if $(shell command -v ld.gold),,-Xswiftc -use-ld=lld) -Xlinker -z -Xlinker relro \
  -Xlinker -z -Xlinker now
RELEASE := $(SWIFT) build -j $(JOBS) -c release --static-swift-stdlib $(LINKER)
AS_ROOT := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

export SWIFT JOBS
export HTTP_RUNNER_BIN := $(BIN)

.PHONY: all setup build build-tests demo run test test-on promise rounds torture check docs \
  follow-rounds package image programs vm-test vm-smoke fuzz sanitize bench bench-filters \
  bench-mounts bench-connections bench-dashboard bench-files bench-watched filesystems \
  picture scale api-test tls-test format clean
all: build

setup:
	@scripts/setup.sh

build:
	@scripts/setup.sh build
	$(RELEASE) --product http-runner
	$(RELEASE) --product http-runner-launcher

# All that `scripts/test.sh` runs, without running it.
build-tests:
	@scripts/setup.sh build demo test clients
	@$(MAKE) --no-print-directory build
	$(SWIFT) build -j $(JOBS) --build-tests

demo:
	@scripts/setup.sh build demo
	@$(MAKE) --no-print-directory build
	@scripts/demo.sh

run: build
	$(AS_ROOT) $(BIN)/http-runner $(ARGS)

# All of the suite, or with FILTER the tests whose names match it, of which there must be some.
# The results, with the numbers of promises, are in .build/report.
test: build-tests
	@scripts/test.sh $(if $(FILTER),--filter '$(FILTER)')

# The tests of one promise of docs/promises.md and of its twins: make promise P=017
promise: build-tests
	@scripts/test.sh --promise $(P)

# All parts of the suite but `scale` over and over, up to the first failure, beside BURNERS programs
# that keep the processors busy.
rounds: build-tests
	@scripts/rounds.sh $(or $(ROUNDS),20) $(or $(BURNERS),4)

# Demo and tests on another Debian release. SHORT=yes leaves out what CI has no time for.
test-on:
	@scripts/test-on.sh $(if $(SHORT),--short) $(SUITE)

# Lives of one service that end in the midst of a load. SEED makes the same choices again.
torture: export HTTP_RUNNER_TORTURE_ROUNDS = $(ROUNDS)
torture: export HTTP_RUNNER_TORTURE_SEED = $(SEED)
torture:
	@scripts/setup.sh build test
	@$(MAKE) --no-print-directory build
	$(SWIFT) build -j $(JOBS) --build-tests
	@scripts/test.sh --filter TortureTests

# A follower over kill -9 of the service with the last line of a job, ROUNDS times.
follow-rounds: export HTTP_RUNNER_FOLLOW_ROUNDS = $(or $(ROUNDS),500)
follow-rounds:
	@scripts/setup.sh build test
	@$(MAKE) --no-print-directory build
	$(SWIFT) build -j $(JOBS) --build-tests
	@scripts/test.sh --filter 'ClientRestartTests.*last.line'

# Inputs of libFuzzer for each parser of foreign bytes, SECONDS for each; TARGETS names some.
fuzz:
	@scripts/setup.sh build
	@SECONDS_EACH=$(or $(SECONDS),60) scripts/fuzz.sh $(TARGETS)

# The unit tests under ThreadSanitizer and AddressSanitizer, each with a build of its own; KINDS
# names one of them.
sanitize:
	@scripts/setup.sh build test
	@scripts/sanitize.sh $(KINDS)

check:
	@scripts/setup.sh build test
	@scripts/check.sh

# Pages that are made from code and tables: docs/promises.md, docs/folders.md.
docs:
	@scripts/setup.sh build test
	$(SWIFT) build -j $(JOBS) --build-tests
	DOCUMENTS=write $(SWIFT) test --skip-build --disable-xctest --filter TidyTests --skip LinkTests

ifneq ($(SUITE),)
package vm-test vm-smoke programs:
	@$(IN_SUITE) $@

image:
	@$(IN_SUITE) $@ $(IMAGE_SETTINGS)
else
package:
	@scripts/setup.sh build package
	@$(MAKE) --no-print-directory build
	@scripts/package.sh

# An image for container engines, with the package and PROGRAMS for jobs in it: docs/containers.md.
image:
	@scripts/setup.sh build package image
	@$(MAKE) --no-print-directory build
	@scripts/image.sh "$$(scripts/package.sh)"

# The suite in a Debian machine of its own; the emulation takes most of the time.
vm-test:
	@scripts/setup.sh build test vm
	@$(MAKE) --no-print-directory package
	$(SWIFT) build -j $(JOBS) --build-tests
	@scripts/vm-test.sh

# The same machine and service without the suite and what it needs: a few minutes.
vm-smoke:
	@scripts/setup.sh build vm
	@$(MAKE) --no-print-directory package
	@scripts/vm-test.sh --smoke

# Ordinary programs as jobs; writes the tables of docs/programs.md. Installs what it runs.
programs:
	@scripts/setup.sh build programs
	@$(MAKE) --no-print-directory build
	@scripts/programs.sh
endif

bench:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory build
	$(RELEASE) --product launch-bench
	@$(AS_ROOT) python3 Tests/Bench/bench.py --bin $(BIN)

# What our seccomp filters cost, beside the list and the binary tree of libseccomp (docs/decisions).
bench-filters:
	@scripts/setup.sh build test bench
	$(SWIFT) build -j $(JOBS) --build-tests
	@mkdir -p .build/filters
	@HTTP_RUNNER_FILTER_FOLDER=$(CURDIR)/.build/filters scripts/test.sh --filter FilterSizeTests
	@gcc -O2 -Wall -Wextra -Werror -o .build/filters/cost Tests/Bench/filter_cost.c
	@cd .build/filters && ./cost 101 - compute-* standard-* network-*

# What a launch costs on a host with many mounts, beside the same with few.
bench-mounts:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory build
	$(RELEASE) --product launch-bench
	@$(AS_ROOT) python3 Tests/Bench/mounts.py --bin $(BIN)

# Requests that schemathesis makes of the served OpenAPI document: a few minutes.
api-test:
	@scripts/setup.sh build test api
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) env HTTP_RUNNER_BIN=$(BIN) scripts/api-test.sh

# The TLS listener as testssl.sh judges it: a few minutes.
tls-test:
	@scripts/setup.sh build tls
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) env HTTP_RUNNER_BIN=$(BIN) scripts/tls-test.sh

# What idle and hostile connections cost, held against bars.
bench-connections:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) python3 Tests/Bench/connections.py --bin $(BIN) --strict

# Files of a job beside the same files of nginx, held against bars.
bench-files:
	@scripts/setup.sh build bench files
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) python3 Tests/Bench/files.py --bin $(BIN)

# What it costs to look on: lines to a terminal, jobs that are watched, progress; against bars.
bench-watched:
	@scripts/setup.sh build bench watched
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) python3 Tests/Bench/watched.py --bin $(BIN)

# Results on every file system that this machine can make.
filesystems:
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) python3 Tests/Bench/filesystems.py --bin $(BIN)

# The dashboard in Chromium: paint, 100,000 jobs, a log of 1 GB, 50 pages; held against bars.
bench-dashboard:
	@scripts/setup.sh build bench clients
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) python3 Tests/Bench/dashboard.py --bin $(BIN) --json .build/dashboard.json

# The picture of the dashboard in README, drawn anew in Chromium.
picture:
	@scripts/setup.sh build clients watched
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) unshare --mount python3 Tests/Clients/picture.py --bin $(BIN) docs/dashboard.png

# What a large store and a long queue cost, held against bars.
scale:
	@scripts/setup.sh build bench
	@$(MAKE) --no-print-directory build
	@$(AS_ROOT) python3 Tests/Bench/scale.py --bin $(BIN) --strict

format:
	$(SWIFT) format --in-place --parallel --recursive Package.swift Sources Tests

clean:
	rm -rf .build
