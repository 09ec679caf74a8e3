# The commands of this repository; `make` alone lists them.

DATA ?= data
HOST ?= 127.0.0.1
PORT ?= 8080
SANDBOXES ?= yes
export DATA HOST PORT SANDBOXES

.DEFAULT_GOAL := help
.PHONY: help up cluster test drills lint format bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## build and serve a shop at http://127.0.0.1:8080 until interrupted (DATA=data HOST=127.0.0.1 PORT=8080 SANDBOXES=yes)
	@scripts/install-deps run
	@scripts/build-release
	@scripts/up

cluster: ## build and keep a shop of three replicas over three PostgreSQL nodes until interrupted (CLUSTER=directory keeps its data)
	@scripts/install-deps test
	@scripts/build-release
	@scripts/cluster/run $(CLUSTER)

test: ## install what the tests need, then run them all
	@scripts/install-deps test
	@scripts/run-tests

drills: ## the long forms of the tests with faults, outages and kills
	@scripts/install-deps test
	@scripts/build-release
	@scripts/drills

lint: ## check format, scripts, YAML, the links between documents and the picture of the rooms
	@scripts/install-deps lint
	@scripts/lint

format: ## format the Swift code in place
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

bench: ## run the side-by-side benchmark against a server of its own
	@scripts/install-deps test
	@scripts/build-release
	@scripts/bench

clean: ## remove what was built (the data directory stays)
	@rm -rf .build
