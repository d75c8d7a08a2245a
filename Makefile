# PsycheOS. `make help` lists what there is.
.DEFAULT_GOAL := help
.PHONY: help run demo talk test check fmt lint fences clinical-check clinical-drafts observability-check deny machete bench calibrate accept migration psql tools test-tools clean

help: ## What each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 21

tools: ## Installs what running needs (Debian's packages, cargo-nextest), where it is missing
	@deploy/tools.sh

test-tools: ## The same, and what only the tests need (schemathesis)
	@deploy/tools.sh test

run: tools ## Builds and starts everything, with a page on http://127.0.0.1:8088
	cargo build --quiet --workspace --bins
	target/debug/playground run

demo: tools ## Plays the main job by script in the terminal
	cargo build --quiet --workspace --bins
	target/debug/playground demo

talk: tools ## A conversation with one bot in the terminal: make talk BOT=screen
	@test -n "$(BOT)" || { echo "BOT is missing: pro, screen, interpretator, conceptualizator, simulator"; exit 1; }
	cargo build --quiet --workspace --bins
	target/debug/playground talk $(BOT)

test: test-tools ## Every test
	cargo build --quiet --workspace --bins
	cargo test --quiet --workspace --doc
	DB_TESTS_THROUGH_POOLER=1 cargo nextest run --workspace --no-fail-fast -E 'package(psycheos-db)'
	cargo nextest run --workspace --no-fail-fast

check: fmt lint fences observability-check deny machete test ## What a change must pass

fmt: ## Formatting
	cargo fmt --all --check

lint: ## Compiler and clippy without a warning
	cargo clippy --workspace --all-targets --quiet -- -D warnings

fences: ## The architecture's rules
	cargo run --quiet -p psycheos-tidy

clinical-check: fences ## Whether every clinical text is the one that stands in clinical/APPROVALS.toml

clinical-drafts: ## Enters changed clinical texts as drafts that wait for a named person
	cargo run --quiet -p psycheos-tidy drafts

observability-check: ## Alerts are tried, dashboards ask for what there is, the runbook has every alert
	@deploy/tools.sh observability
	cargo build --quiet -p psycheos-ops
	@deploy/observability/check.py --program target/debug/psycheos-ops

deny: ## Licences, bans, sources
	@command -v cargo-deny >/dev/null || cargo install --quiet --locked cargo-deny
	cargo deny --log-level error check bans licenses sources

machete: ## Dependencies nobody uses
	@command -v cargo-machete >/dev/null || cargo install --quiet --locked cargo-machete
	cargo machete

bench: tools ## Measures, beside the bound in the same run
	cargo build --quiet --release -p psycheos-api -p psycheos-worker -p psycheos-sender -p psycheos-ops -p psycheos-bench --bins
	target/release/psycheos-bench

calibrate: ## How Screen's scale reads made-up respondents, and the percentiles behind its labels
	cargo run --quiet --release -p psycheos-bot-screen --example calibrate -- $(SESSIONS)

accept: ## Rewrites what the stories show and the published schema; review the difference like code
	ACCEPT_CHATS=1 cargo nextest run -p psycheos-chat-test every_story
	cargo run --quiet -p psycheos-api --example artifact_schema > docs/artifact-1.0.schema.json

migration: ## A new migration: make migration NAME=what_it_does
	@test -n "$(NAME)" || { echo "NAME is missing"; exit 1; }
	@dir="migrations/$$(date +%Y-%m-%d)-$$(date +%H%M%S)_$(NAME)"; mkdir -p "$$dir"; \
	printf -- '-- %s\n\nSELECT psycheos.secure();\n' "$(NAME)" > "$$dir/up.sql"; \
	cp "$$(ls -d migrations/*/ | head -1)down.sql" "$$dir/down.sql"; echo "$$dir"

psql: ## A shell on the playground's database
	psql -h 127.0.0.1 -p "$$(sed -n 4p .local/pg/data/postmaster.pid)" -U psycheos_admin psycheos

clean: ## Throws the playground's data away
	rm -rf .local
