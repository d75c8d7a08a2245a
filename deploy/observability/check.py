#!/usr/bin/env python3
"""Checks what stands in this folder: that rules and dashboards ask for metrics the programs have, that every alert is tried and has a section
in the runbook, that everything can be read. Needs promtool (Debian: prometheus); amtool is used where it is there.

    deploy/observability/check.py                                          against metrics.txt
    deploy/observability/check.py --program target/debug/psycheos-ops      and metrics.txt against what the program prints
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
RUNBOOK = "docs/RUNBOOK.md"
# One per service, and three across them.
DASHBOARDS = {"api", "worker", "sender", "cron", "queues", "money", "safety"}
TYPES = {"counter", "gauge", "histogram"}
# What Prometheus itself makes.
BUILT_IN = {"up", "ALERTS"}
KEYWORDS = {"and", "or", "unless", "by", "without", "on", "ignoring", "group_left", "group_right", "offset", "bool", "atan2", "inf", "nan"}
SEVERITIES = {"page", "ticket"}

problems = []


def problem(where, what):
    problems.append(f"{where}: {what}")


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + done.stderr).strip()


def metrics_in(text, where):
    """Name and type, a line each."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 2 or words[1] not in TYPES:
            problem(f"{where}:{number}", f"is not «name type» with a type of {', '.join(sorted(TYPES))}")
        elif words[0] in found:
            problem(f"{where}:{number}", f"{words[0]} stands there twice")
        else:
            found[words[0]] = words[1]
            if (words[1] == "counter") != words[0].endswith("_total"):
                problem(f"{where}:{number}", f"{words[0]}: counters, and nothing else, end with _total")
    return found


def series_of(metrics):
    """What can be asked for: a histogram is its buckets, sum and count."""
    series = set(BUILT_IN)
    for name, kind in metrics.items():
        series |= {f"{name}_{part}" for part in ("bucket", "sum", "count")} if kind == "histogram" else {name}
    return series


def names_in(expression):
    """The metrics a PromQL expression asks for."""
    rest = re.sub(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'', "", expression)
    rest = re.sub(r"\{[^{}]*\}", "", rest)
    rest = re.sub(r"\[[^\]]*\]", "", rest)
    rest = re.sub(r"\b(by|without|on|ignoring|group_left|group_right)\s*\([^()]*\)", " ", rest)
    words = re.finditer(r"(?<![\w:.])([a-zA-Z_:][\w:]*)(\s*\()?", rest)
    return {word[1] for word in words if not word[2] and word[1].lower() not in KEYWORDS}


def rules_in(text):
    """Alerts and recording rules of a file as it is written here: one key a line, expressions in a line or a block."""
    rules = []
    lines = text.splitlines()
    for number, line in enumerate(lines):
        begins = re.match(r"( +)- (alert|record): (\S+)$", line)
        if begins:
            rules.append({"kind": begins[2], "name": begins[3], "line": number + 1, "expr": "", "severity": None})
            continue
        if not rules:
            continue
        rule = rules[-1]
        key = re.match(r" +(expr|summary|runbook): (.*)$", line)
        if key and key[1] == "expr" and key[2] in ("|", ">", "|-", ">-"):
            inside = len(line) - len(line.lstrip()) + 1
            block = []
            for following in lines[number + 1 :]:
                if following.strip() and len(following) - len(following.lstrip()) < inside:
                    break
                block.append(following)
            rule["expr"] = "\n".join(block)
        elif key:
            rule[key[1]] = key[2].strip("\"'")
        severity = re.search(r"\bseverity: (\w+)", line)
        if severity:
            rule["severity"] = severity[1]
    return rules


def anchors_in(markdown):
    """Headings as they can be linked to."""
    anchors = set()
    for heading in re.findall(r"^#+ +(.*?) *$", markdown, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        anchors.add(re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-"))
    return anchors


def check_names(where, expression, known):
    names = names_in(expression)
    if not names and "vector(" not in expression:
        problem(where, f"asks for no metric: {expression.strip()}")
    for name in sorted(names - known):
        problem(where, f"{name} is no metric of ours")


def check_rules(series):
    path = "deploy/observability/alerts.yml"
    rules = rules_in(read(path))
    alerts = [rule for rule in rules if rule["kind"] == "alert"]
    recorded = {rule["name"] for rule in rules if rule["kind"] == "record"}
    anchors = anchors_in(read(RUNBOOK))
    tests = read("deploy/observability/alerts.test.yml")
    seen = set()
    for rule in rules:
        where = f"{path}:{rule['line']} {rule['name']}"
        if rule["name"] in seen:
            problem(where, "stands there twice")
        seen.add(rule["name"])
        check_names(where, rule["expr"], series | recorded)
    for rule in alerts:
        where = f"{path}:{rule['line']} {rule['name']}"
        if rule["severity"] not in SEVERITIES:
            problem(where, f"severity is one of {', '.join(sorted(SEVERITIES))}")
        if not rule.get("summary"):
            problem(where, "has no summary")
        link = rule.get("runbook", "")
        file, _, anchor = link.partition("#")
        if file != RUNBOOK or not anchor:
            problem(where, f"links no section of {RUNBOOK}")
        elif anchor not in anchors:
            problem(where, f"{RUNBOOK} has no section «{anchor}»")
        always = rule["expr"].strip() == "vector(1)"
        for way in ["fires"] + ([] if always else ["is quiet"]):
            if f"- name: {rule['name']} {way}\n" not in tests:
                problem(where, f"alerts.test.yml has no «{rule['name']} {way}»")
    if not any(rule["expr"].strip() == "vector(1)" for rule in alerts):
        problem(path, "there is no alert that always fires")
    return alerts, recorded


def expressions_of(dashboard):
    for panel in dashboard.get("panels", []):
        for target in panel.get("targets", []):
            if "expr" in target:
                yield panel.get("title", "?"), target["expr"]
        yield from expressions_of(panel)


def check_dashboards(known):
    folder = HERE / "grafana" / "dashboards"
    found, uids, expressions = set(), set(), []
    for path in sorted(folder.glob("*.json")):
        where = str(path.relative_to(ROOT))
        found.add(path.stem)
        try:
            dashboard = json.loads(path.read_text(encoding="utf-8"))
        except ValueError as error:
            problem(where, f"is no JSON: {error}")
            continue
        uid = dashboard.get("uid")
        if not uid or uid in uids or not dashboard.get("title"):
            problem(where, "needs a title, and a uid of its own")
        uids.add(uid)
        asked = list(expressions_of(dashboard))
        if not asked:
            problem(where, "asks for nothing")
        for title, expression in asked:
            check_names(f"{where} «{title}»", expression, known)
            expressions.append((f"{where} «{title}»", expression))
    for name in sorted(DASHBOARDS - found):
        problem("deploy/observability/grafana/dashboards", f"{name}.json is missing")
    return expressions


def check_syntax(expressions):
    """Prometheus reads the dashboards' expressions as if they were rules."""
    lines = ["groups:", "  - name: dashboards", "    rules:"]
    for number, (_, expression) in enumerate(expressions):
        lines += [f"      - record: panel:{number}", f"        expr: {json.dumps(expression)}"]
    with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        code, said = run("promtool", "check", "rules", "--lint=none", file.name)
        if code:
            for number in sorted({int(found) for found in re.findall(r"panel:(\d+)", said)}) or [None]:
                where, expression = expressions[number] if number is not None else ("dashboards", "")
                problem(where, f"Prometheus cannot read {expression}" if expression else said)


def check_tools():
    for what in (
        ("check", "rules", "alerts.yml"),
        ("check", "config", "prometheus.yml"),
        ("check", "config", "prometheus.railway.yml"),
        ("test", "rules", "alerts.test.yml"),
    ):
        code, said = run("promtool", *what[:2], str(HERE / what[2]))
        if code:
            problem(f"promtool {' '.join(what)}", said)
    if shutil.which("amtool"):
        # Older ones do not know addresses in files.
        text = re.sub(r"url_file: [^,\s}]+", "url: http://127.0.0.1/", (HERE / "alertmanager.yml").read_text(encoding="utf-8"))
        with tempfile.NamedTemporaryFile("w", suffix=".yml", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            code, said = run("amtool", "check-config", file.name)
            if code:
                problem("amtool check-config alertmanager.yml", said)


def check_inhibitions(alerts):
    names = {rule["name"] for rule in alerts}
    text = (HERE / "alertmanager.yml").read_text(encoding="utf-8")
    for listed in re.findall(r"alertname (?:=|=~) \"?([\w|]+)", text):
        for name in listed.split("|"):
            if name not in names:
                problem("deploy/observability/alertmanager.yml", f"there is no alert {name}")


def check_program(program, metrics):
    code, said = run(program, "metrics")
    if code:
        problem(f"{program} metrics", said or f"ended with {code}")
        return
    printed = metrics_in(said, f"{program} metrics")
    for name in sorted(metrics.keys() | printed.keys()):
        listed, has = metrics.get(name), printed.get(name)
        if listed != has:
            problem("deploy/observability/metrics.txt", f"{name} is {listed or 'not there'}, the program says {has or 'nothing'}")


def main():
    arguments = argparse.ArgumentParser(description="Checks rules, dashboards and the runbook.")
    arguments.add_argument("--program", help="psycheos-ops, to compare metrics.txt with what it prints")
    program = arguments.parse_args().program
    if not shutil.which("promtool"):
        sys.exit("promtool is missing: deploy/tools.sh observability installs it")
    metrics = metrics_in(read("deploy/observability/metrics.txt"), "deploy/observability/metrics.txt")
    if program:
        check_program(program, metrics)
    series = series_of(metrics)
    alerts, recorded = check_rules(series)
    expressions = check_dashboards(series | recorded)
    check_syntax(expressions)
    check_tools()
    check_inhibitions(alerts)
    for line in problems:
        print(line)
    compared = f"compared with {program}" if program else "not compared with a program"
    print(f"{len(metrics)} metrics ({compared}), {len(alerts)} alerts, {len(expressions)} expressions of dashboards: {len(problems)} problems")
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
