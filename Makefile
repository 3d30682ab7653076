# The front door. Everything longer than a line lives in `cargo xtask`.
.DEFAULT_GOAL := help
.PHONY: help demo setup test test-peers check generate bench fuzz docs deny

help: ## List the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: ## Build pacto and walk the lifecycle on the example estate
	cargo xtask demo

setup: ## Install what the tests need (Debian packages, Go tools)
	cargo xtask setup

test: setup ## Install what the tests need and run everything
	cargo xtask test

test-peers: ## Compare with what oasdiff and buf find (downloads them and some npm packages)
	cargo xtask peers

check: ## What to run before each commit: format, lints, tests without neighbours
	cargo xtask test --fast

generate: ## Write the generated pages and fixtures
	cargo xtask generate

bench: ## Measure against the budgets and print a table
	cargo xtask bench

fuzz: ## Fuzz every parser for ten minutes each (FUZZ_SECONDS to change)
	cargo xtask fuzz

docs: ## Build the book into docs/book/html
	mdbook build docs

deny: ## Check licences, sources and duplicate dependencies
	cargo deny check licenses bans sources
