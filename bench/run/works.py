# SPDX-License-Identifier: MIT
"""What is measured: the generator's scenarios, how long each runs, and which of their results
are shown, with the budget that we set ourselves (per core of a current machine)."""

import collections

# What is shown of a run: its name, unit, the budget or None, and how it comes from the results.
Figure = collections.namedtuple("Figure", "title unit budget of")


class Work:
    """One run of the generator.

    name       what the command line of script/bench calls it; several may share it
    scenario   the generator's
    tls        whether with TLS
    transport  how stanzas travel; other than tcp only to us
    full       the generator's options
    quick      more of them, when there is little time
    fresh      needs a server that has done nothing before
    ours       only our server does it
    """

    def __init__(self, name, title, scenario, tls, figures, full, quick=(), fresh=False,
                 transport="tcp", ours=False):
        self.name, self.title, self.scenario, self.tls = name, title, scenario, tls
        self.figures, self.full, self.quick, self.fresh = figures, full, quick, fresh
        self.transport, self.ours = transport, ours

    def options(self, quick):
        return [*self.full, *(self.quick if quick else ())]


def micro(name):
    return lambda results: results[name]


def milli(name):
    return lambda results: results[name] / 1e3


def plain(name):
    return lambda results: results[name]


def kib(name):
    return lambda results: results[name] / 1024


def cost(title, budget):
    return Figure(title, "µs", budget, micro("server_us"))


def rate(title):
    return Figure(title, "/s", None, micro("per_second"))


# Accounts, by number: the first have contacts, those behind them have none.
FRIENDS, GROUP = 105, 21
LONERS = str(FRIENDS)

SHORT = ["--warmup", "500ms", "--measure", "2s"]


def chat(name, title, tls, budget, p99_budget=None, more=(), transport="tcp"):
    figures = [cost("CPU of a message", budget)]
    if p99_budget:
        figures += [Figure("median latency", "ms", None, milli("p50_us")),
                    Figure("99th percentile", "ms", p99_budget, milli("p99_us"))]
    else:
        figures += [rate("messages")]
    return Work(name, title, "chat", tls, figures,
                ["--first", LONERS, "--clients", "100", "--window", "4", *more], SHORT,
                transport=transport)


def idle(tls, budget, name="idle", title=None, transport="tcp"):
    title = title or f"idle connection, {'TLS' if tls else 'plain TCP'}"
    return Work(name, title, "idle", tls, [Figure("memory", "KiB", budget, kib("bytes_each"))],
                ["--first", LONERS, "--clients", "10000"],
                ["--clients", "500"], fresh=True, transport=transport)


def presence(tls, budget):
    return Work("presence", f"presence to 20 contacts, {'TLS' if tls else 'plain TCP'}",
                "presence", tls, [cost("CPU of a delivery", budget), rate("deliveries")],
                ["--clients", str(FRIENDS), "--group", str(GROUP)], SHORT)


# Told to 20 contacts whose clients want to know.
PEP = Work("pep", "an event of a node to 20 contacts, plain TCP", "pep", False,
           [cost("CPU of a delivery", 4), rate("deliveries")],
           ["--clients", str(FRIENDS), "--group", str(GROUP)], SHORT, ours=True)

# Every client of each group loses its connection twenty times, and all of them once together.
FLAP = Work("presence", "presence while the network fails, 20 contacts", "flap", False,
            [Figure("stanzas sent, of naive broadcasting", "%", 40, plain("percent")),
             Figure("when one is lost and back", "%", None, plain("one_percent")),
             Figure("when all are lost and back", "%", None, plain("all_percent"))],
            ["--clients", str(FRIENDS), "--group", str(GROUP), "--logins", str(20 * FRIENDS)],
            ["--logins", str(10 * FRIENDS)])
# Ten rooms of fifty, in each of which four talk.
ROOMS = Work("rooms", "message in a room of 50, plain TCP", "rooms", False,
             [cost("CPU of a delivery", 4), rate("deliveries")],
             ["--first", LONERS, "--clients", "500", "--group", "50", "--window", "4"],
             [*SHORT, "--clients", "200"])
ROOMS_ARCHIVED = Work("rooms-archived", "message in a room of 50, archived, plain TCP", "rooms",
                      False, [cost("CPU of a delivery", 4.5), rate("deliveries")],
                      ROOMS.full, ROOMS.quick)
# A room of a thousand, and one of ten thousand who are not seen: twenty more come in.
CROWD = Work("crowd", "entering a room of 1,000, plain TCP", "crowd", False,
             [Figure("CPU of who enters", "ms", 5, milli("server_us"))],
             ["--first", LONERS, "--clients", "1020"], ["--clients", "300"], fresh=True,
             ours=True)
SILENT = Work("crowd", "entering a room of 10,000 silent visitors, plain TCP", "crowd", False,
              [Figure("CPU of who enters", "ms", 5, milli("server_us"))],
              ["--first", LONERS, "--clients", "10000", "--silent", "yes"],
              ["--clients", "1000"], fresh=True, ours=True)
LOGIN = Work("login", "login, TLS", "login", True, [cost("CPU of a login", 500), rate("logins")],
             ["--first", LONERS, "--clients", "500"], ["--clients", "200"])
CHAT = chat("chat", "chat, plain TCP, saturated", False, 6)
CHAT_TLS = chat("chat", "chat, TLS, saturated", True, 8)
# Each of half the clients is cut off, sent a hundred messages, and comes back.
RESUME = Work("resume", "resumption after a cut, 100 messages waiting, plain TCP", "resume", False,
              [cost("CPU of a resumption", 300), rate("resumptions")],
              ["--first", LONERS, "--clients", "400", "--pending", "100"], ["--clients", "100"],
              ours=True)
IDLE = idle(False, 3)
# The same with stream management and carbons, and an archive and inbox that could be asked.
IDLE_MANAGED = idle(False, None, title="idle session, managed, plain TCP")
IDLE_MANAGED.full.extend(["--managed", "yes"])
IDLE_MANAGED.ours = True
MANAGED_KIB = 1  # of a session
# Logins come late: what they leave behind slows some servers down, which is churn's subject.
WORKS = [
    CHAT,
    CHAT_TLS,
    chat("calm", "chat, plain TCP, 1,000/s", False, 35, 2, ["--rate", "1000"]),
    chat("calm", "chat, TLS, 1,000/s", True, None, 2, ["--rate", "1000"]),
    presence(False, 4),
    presence(True, None),
    ROOMS,
    PEP,
    CROWD,
    SILENT,
    FLAP,
    RESUME,
    LOGIN,
    IDLE,
    IDLE_MANAGED,
    idle(True, 18),
]

CHURN = Work("churn", "hours of use", "churn", True, [],
             ["--first", LONERS, "--clients", "500", "--logins", "5000"], ["--logins", "500"])

# What one worker and what two carry.
WORKERS = chat("workers", "chat, plain TCP, saturated", False, None,
               more=["--clients", "400", "--window", "4"])

# Both sides' archives get it; again and again, while they grow.
ARCHIVE = chat("archive", "chat, TLS, saturated, archived", True, 20,
               more=["--warmup", "1s", "--measure", "3s"])

# What bench/micro_archive asks of long archives, and what the slowest hundredth may take, in ms.
QUESTIONS = {"page, all indexed": 2, "hits of a common word": 20, "hits of a rare word": 20,
             "hits of two words": 20}

# The same over each transport, on the one port, with the multiple of TCP that we allow.
TRANSPORTS = [
    (chat("transports", "chat, one port, TCP", True, None), None),
    (chat("transports", "chat, one port, WebSocket", True, None, transport="websocket"), 1.25),
    (chat("transports", "chat, one port, BOSH", True, None, transport="bosh"), 4),
]
IDLE_TRANSPORTS = [
    (idle(True, None, "transports", "idle, one port, TCP"), None),
    (idle(True, None, "transports", "idle, one port, WebSocket", "websocket"), 1.2),
]

NAMES = [*dict.fromkeys(w.name for w in WORKS), "churn", "workers", "archive", "rooms-archived",
         "transports", "http"]


def accounts_needed(works, quick):
    """So many that no run meets an account that does not exist."""
    most = FRIENDS
    for work in works:
        options = work.options(quick)
        values = {name: int(options[i + 1]) for i, name in enumerate(options)
                  if name in ("--first", "--clients")}  # the last of each counts
        most = max(most, values.get("--first", 0) + values["--clients"])
    return most
