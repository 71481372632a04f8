# SPDX-License-Identifier: MIT
"""Results as a table, and the document made of it."""

import collections
import datetime
import os
import platform
import statistics

NOTES = "docs/performance-notes.md"

# What one row shows: work's and figure's title, unit, budget or None.
Row = collections.namedtuple("Row", "work figure unit budget")


class Results:
    """Values by row and server; each may have been measured several times."""

    def __init__(self, servers):
        self.servers = servers
        self.rows = {}  # Row: {server: [value, ...]}

    def add(self, row, server, value):
        self.rows.setdefault(row, {}).setdefault(server, []).append(value)

    def median(self, row, server):
        values = self.rows[row].get(server)
        return statistics.median(values) if values else None

    def base(self, server):
        """Whom a server is compared with: ours with the relay, all others with ours."""
        if server == "relay":
            return None
        first = next((s for s in self.servers if s != "relay"), None)
        return "relay" if server == first else first

    def cell(self, row, server):
        value, base = self.median(row, server), self.base(server)
        if value is None:
            return ""
        text = number(value)
        compared = self.median(row, base) if base in self.servers else None
        if compared and compared > 0:
            text += f" ({number(value / compared)}×)"
        return text

    def table(self):
        """Lines of cells; the first is the head."""
        yield ["", "", "unit", "budget", *self.servers]
        before = None
        for row in self.rows:
            yield [row.work if row.work != before else "", row.figure, row.unit,
                   "" if row.budget is None else "≤ " + number(row.budget),
                   *(self.cell(row, s) for s in self.servers)]
            before = row.work


def number(value):
    """Three digits or so."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 10 or value == int(value):
        return f"{value:.3g}"
    return f"{value:.2g}" if abs(value) < 0.995 else f"{value:.3g}"


def as_text(results):
    lines = list(results.table())
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    return "\n".join("  ".join(
        cell.ljust(width) if i < 3 else cell.rjust(width)
        for i, (cell, width) in enumerate(zip(line, widths))).rstrip() for line in lines)


def as_markdown(results):
    lines = list(results.table())
    head = "| " + " | ".join(lines[0]) + " |"
    rule = "|---|---|---|" + "--:|" * (len(lines[0]) - 3)
    return "\n".join([head, rule, *("| " + " | ".join(line) + " |" for line in lines[1:])])


def machine():
    """What it was measured on, in one line."""
    model, memory = "unknown processor", ""
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        for line in f:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    with open("/proc/meminfo", encoding="utf-8") as f:
        memory = f"{round(int(f.readline().split()[1]) / 2**20)} GiB"
    return f"{model}, {os.cpu_count()} cores, {memory}, Linux {platform.release()}"


def busy():
    """Other work on the machine disturbs: how much there was in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


DOCUMENT = """# Performance

Made by `{command}` on {date}; do not edit. {notes_hint}

CPU is user and system time of all the server's processes, divided by the number of things
done; memory is the proportional set size of all the server's processes, divided by the number
of connections. Each figure is the median of {repeats} runs, {order}. Loopback, one machine:
the generator takes a part of it, so rates say less than costs. In brackets: ours as a multiple
of the relay, which forwards bytes and does nothing else; the others as a multiple of ours.
Nothing was lost, duplicated or reordered unless the end of the table says so.

{table}
{problems}
What is measured: `bench/run/works.py`; how the others are configured: `bench/run/others.py`.

| | |
|---|---|
| machine | {machine} |
| load while it ran | {load} |
{versions}
{notes}"""


def write_document(path, results, **facts):
    notes = ""
    if os.path.exists(NOTES):
        with open(NOTES, encoding="utf-8") as f:
            notes = "\n" + f.read()
    with open(path, "w", encoding="utf-8") as f:
        f.write(DOCUMENT.format(
            date=datetime.date.today().isoformat(), table=as_markdown(results),
            machine=machine(), notes=notes,
            notes_hint=f"What stands below the tables comes from `{NOTES}`." if notes else "",
            **facts))
