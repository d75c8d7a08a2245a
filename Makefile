# PsycheOS. `make help` lists what there is.
# With examples cargo chooses the features that tests use: nothing is built twice.
PROGRAMS := cargo build --quiet --workspace --bins --examples
RELEASED := -p psycheos-api -p psycheos-worker -p psycheos-sender -p psycheos-cron -p psycheos-ops
.DEFAULT_GOAL := help
.PHONY: help run demo talk test check fmt lint fences clinical-check clinical-drafts observability-check deny machete accept-dod load chaos chaos-mutants bench bench-peers calibrate accept migration psql tools test-tools clean

help: ## What each target does
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 21

tools: ## Installs what running needs (Debian's packages, cargo-nextest), where it is missing
	@deploy/tools.sh

test-tools: ## The same, and what only the tests need (schemathesis)
	@deploy/tools.sh test

run: tools ## Builds and starts everything, with a page on http://127.0.0.1:8088
	$(PROGRAMS)
	target/debug/playground run

demo: tools ## Plays the main job by script in the terminal
	$(PROGRAMS)
	target/debug/playground demo

talk: tools ## A conversation with one bot in the terminal: make talk BOT=screen
	@test -n "$(BOT)" || { echo "BOT is missing: pro, screen, interpretator, conceptualizator, simulator"; exit 1; }
	$(PROGRAMS)
	target/debug/playground talk $(BOT)

test: test-tools ## Every test
	$(PROGRAMS)
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

accept-dod: tools ## The definition of done over two copies of each service, each line with what was counted
	$(PROGRAMS)
	target/debug/psycheos-proof dod

load: tools ## Scripted chats of all five bots at once, Telegram's limits on: make load CHATS=300
	cargo build --quiet --release $(RELEASED) -p psycheos-proof --bins
	target/release/psycheos-proof load --chats $(or $(CHATS),30)

chaos: test-tools ## Thirty chats while services, links and servers are taken away: make chaos SEED=1
	$(PROGRAMS)
	target/debug/psycheos-proof chaos --seed $(or $(SEED),1)

chaos-mutants: tools ## Each guard is switched off in turn, and the checker has to see it
	$(PROGRAMS)
	target/debug/psycheos-proof mutants

PEERS ?= $(or $(TMPDIR),/tmp)/psycheos-peers

bench: tools ## Measures, beside the bound in the same run: make bench ARGS="--grown --markdown docs/BENCHMARKS.md"
	cargo build --quiet --release $(RELEASED) -p psycheos-bench --bins
	target/release/psycheos-bench $(ARGS)

bench-peers: tools ## The same, and other queues on the same server (needs Node 20 and Python's venv)
	crates/bench/peers/install.sh $(PEERS)
	cargo build --quiet --release $(RELEASED) -p psycheos-bench --bins
	target/release/psycheos-bench --peers $(PEERS) $(ARGS)

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
