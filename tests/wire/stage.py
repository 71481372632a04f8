# SPDX-License-Identifier: MIT
"""The actors of a dialogue and what they do; the steps are described in tests/dialogue/run."""

import json
import re
import shlex
import signal
import socket
import ssl
import struct
import time

from . import caps, certificates, client, component, server, tls, transports, tree, web

HOST = "localhost"
PASSWORD = "secret"

VERBS = (
    "attaches|shakes hands|beacons|posts|is answered|still waits for|abandons|gets a pong|is closed with|breaks with|is sent to|frames|cannot connect|sends|repeats|gets in order|gets|also gets|hears|says|opens|authenticates|secures|restarts|binds|logs in|"
    "leaves|drops|returns|connects|cannot secure|is closed|is cut off|saw a hash of the offer|"
    "saw no hash of the offer|verifies the capabilities"
)


STANZAS = ("message", "presence", "iq")
STANZA = r"<(?:message|presence|iq)\b(?![^>]*xmlns='jabber:client')"  # not a forwarded one
NS_SM = "urn:xmpp:sm:3"


class Counts:
    """What an actor sent and got since stream management was enabled."""

    def __init__(self):
        self.sent = self.handled = 0


class Script:
    """A file: `fields` before the first step, then `steps`."""

    def __init__(self, path):
        self.fields = {}
        self.steps = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            field = re.match(r"([a-z]+):\s*(.*)", line)
            if field and not self.steps:
                self.fields.setdefault(field[1], []).append(field[2])
            elif line[0].isspace():
                self.steps[-1] += line.strip()
            else:
                self.steps.append(line.strip())

    def words(self, field):
        return " ".join(self.fields.get(field, [])).split()

    def lines(self, field):
        return [one.strip() for one in self.fields.get(field, [])]

    @property
    def title(self):
        return self.fields["title"][0]


def repeat(text):
    """{repeat N TEXT}, where TEXT may hold {n}, counted from 1."""

    def copies(found):
        return "".join(
            found[2].replace("{n}", str(n)) for n in range(1, int(found[1]) + 1)
        )

    return re.sub(r"\{repeat (\d+) ((?:[^{}]|\{n\})*)\}", copies, text)


def shorthand(text):
    """{error TYPE CONDITION} in a stanza, {stream-error CONDITION} with or without a text."""
    text = re.sub(
        r"\{error (\S+) (\S+?)\}",
        r"<error type='\1'><\2 xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>",
        text,
    )
    return re.sub(
        r"\{stream-error (\S+?)\}",
        r"<stream:error><\1 xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>{more}</stream:error>",
        text,
    )


def unescape(text):
    """The bytes of a `says` step."""
    return text.encode().decode("unicode_escape").encode("latin-1")


class Stage:
    def __init__(self, script, running, authority_directory, transport="tcp"):
        self.script = script
        self.transport = transport
        self.server = running
        self.authority_directory = authority_directory
        self.actors = {}
        self.counts = {}  # actor: Counts, once it has stream management
        self.accounts = []
        self.names = {"host": HOST}
        self.barriers = 0
        self.printed = ""
        self.status = 0

    def fill(self, text, actor=None):
        for name, value in self.names.items():
            text = text.replace("{" + name + "}", value)
        if actor in self.counts:
            text = text.replace("{handled}", str(self.counts[actor].handled))
            text = text.replace("{sent}", str(self.counts[actor].sent))
        return repeat(shorthand(text))

    def send(self, actor, text):
        """Markup, of which stream management counts the stanzas (XEP-0198 section 4)."""
        self.actors[actor].send(text)
        if "urn:xmpp:sm:3" in text and "<enable" in text:
            self.counts[actor] = Counts()
            text = text.partition("<enable")[2].partition(">")[2]
        if actor in self.counts:
            self.counts[actor].sent += len(re.findall(STANZA, text))

    def receive(self, actor):
        """The next event; stanzas are counted."""
        kind, got = self.actors[actor].get()
        if kind == "element" and actor in self.counts and got.name[1] in STANZAS:
            self.counts[actor].handled += 1
        return kind, got

    # --- before the first step ---

    def prepare(self):
        users = [actor.partition("/")[0] for field in ("who", "bound", "absent")
                 for actor in self.script.words(field)]
        for user in dict.fromkeys(users):
            self.server.add_user(*self.account(user))
            self.accounts.append(self.address_of(user))
        for pair in self.script.words("contacts"):
            self.befriend(*pair.split("="))
        for actor in self.script.words("bound"):
            self.bind(actor)
        for actor in self.script.words("who"):
            self.log_in(actor)
        self.settle(forget=True)

    @staticmethod
    def account(user):
        local, _, host = user.partition("@")
        return local, host or HOST

    def address_of(self, user):
        return "@".join(self.account(user))

    def befriend(self, one, other):
        """Mutual subscriptions, made by two sessions that leave again."""
        first = self.open_session(f"{one}/befriends")
        second = self.open_session(f"{other}/befriends")
        pairs = ((first, self.address_of(other)), (second, self.address_of(one)))
        for session, contact in pairs:
            session.send(f"<presence type='subscribe' to='{contact}'/>")
            self.ask(session, contact, "<ping xmlns='urn:xmpp:ping'/>")
        for session, contact in pairs:
            session.send(f"<presence type='subscribed' to='{contact}'/>")
        for session, contact in pairs:
            while self.subscription(session, contact) != "both":
                pass
        for session in (first, second):
            session.send("</stream:stream>")
            session.is_cut_off()

    @staticmethod
    def ask(session, address, payload):
        """The answer, which comes behind all that was under way to that address."""
        session.send(f"<iq type='get' to='{address}' id='asked'>{payload}</iq>")
        while True:
            _, got = session.get()
            if got.attributes.get(("", "id")) == "asked":
                return got

    def subscription(self, session, contact):
        own = session.jid.partition("/")[0]
        got = self.ask(session, own, "<query xmlns='jabber:iq:roster'/>")
        for item in got.child("query").elements():
            if item.attributes[("", "jid")] == contact:
                return item.attributes[("", "subscription")]
        return None

    # --- actors ---

    def open_session(self, actor):
        user, _, resource = actor.partition("/")
        local, host = self.account(user)
        port = self.server.address(transports.port(self.transport, False))
        kind = transports.KINDS[self.transport]
        return client.log_in(port, host, local, resource, PASSWORD, kind=kind)

    def bind(self, actor):
        self.actors[actor] = self.open_session(actor)

    def log_in(self, actor):
        self.bind(actor)
        self.actors[actor].send("<presence/>")

    def settle(self, forget=False):
        """Waits until all that is under way has arrived: everybody pings every account, and
        reads up to the last answer. What an account had sent him before it answered has come
        by then; three rounds, for what others did because of it."""
        sessions = {name: one for name, one in self.actors.items() if one.jid}
        for _ in range(3):
            self.barriers += 1
            mark = f"barrier-{self.barriers}"
            for name in sessions:
                for address in self.accounts:
                    stamp = f" from='{sessions[name].jid}'" if is_component(sessions[name]) else ""
                    self.send(
                        name,
                        f"<iq type='get' to='{address}' id='{mark}'{stamp}>"
                        "<ping xmlns='urn:xmpp:ping'/></iq>",
                    )
            for name in sessions:
                self.read_until(name, mark, len(self.accounts), forget)

    def read_until(self, name, mark, count, forget):
        while count:
            kind, got = self.receive(name)
            if kind == "element" and got.attributes.get(("", "id")) == mark:
                count -= 1
            elif not forget and not is_request(kind, got):
                raise AssertionError(f"{name} got more: {got}")

    # --- steps ---

    def play(self):
        """Runs all steps; the exception of one that fails says which."""
        numbered = list(enumerate(self.script.steps, 1))
        while numbered:
            number, text = numbered.pop(0)
            group = [text]
            while numbered and " also gets " in text_before_markup(numbered[0][1]):
                group.append(numbered.pop(0)[1])
            try:
                if len(group) > 1:
                    self.any_order(group)
                else:
                    self.step(text)
            except (AssertionError, TimeoutError, client.Gone, server.Failed) as failure:
                raise AssertionError(f"step {number}: {text}\n  {failure}") from None
        for connection in self.actors.values():
            connection.close()

    def step(self, text):
        if text == "nobody gets more":
            self.settle()
            return
        if text.startswith("admin "):
            self.admin(*text.split(" ", 2)[1:])
            return
        if text.startswith("server "):
            getattr(self, "server_" + text.split(" ", 1)[1].replace(" ", "_"))()
            return
        found = re.fullmatch(rf"(\S+) ({VERBS})(?:\s+(.*))?", text, re.DOTALL)
        if not found:
            raise ValueError(f"not a step: {text}")
        actor, verb, rest = found.groups()
        getattr(self, "do_" + verb.replace(" ", "_"))(actor, rest or "")

    def do_sends(self, actor, rest):
        self.send(actor, self.fill(rest, actor))

    def do_says(self, actor, rest):
        self.actors[actor].send(unescape(self.fill(rest)))

    def next_element(self, actor, wanted):
        kind, got = self.receive(actor)
        while is_request(kind, got) and not wanted.startswith("<r "):
            kind, got = self.receive(actor)
        if kind != "element":
            raise AssertionError(f"expected {wanted}, got the stream's {kind}")
        if got.name == (NS_SM, "resumed"):
            self.actors[actor].jid = actor
        return got

    def do_gets(self, actor, rest):
        self.gets_one(actor, tree.parse(self.fill(rest, actor)), rest)

    def do_gets_in_order(self, actor, rest):
        """Several elements: {repeat N XML}."""
        all_wanted = tree.parse_all(self.fill(rest, actor))
        if len(all_wanted) < 2:
            raise ValueError(f"several elements expected: {rest}")
        for wanted in all_wanted:
            self.gets_one(actor, wanted, wanted)

    def gets_one(self, actor, wanted, shown):
        got = self.next_element(actor, shown)
        try:
            tree.match(wanted, got, self.names)
        except tree.Mismatch as mismatch:
            raise AssertionError(f"{mismatch}\n  expected {shown}\n  got      {got}") from None

    def do_repeats(self, actor, rest):
        """For what happens soon, but not when: the same question until the right answer."""
        question, _, wanted = rest.partition(" until ")
        deadline = time.monotonic() + client.PATIENCE
        while True:
            self.do_sends(actor, question)
            got = self.next_element(actor, wanted)
            try:
                tree.match(tree.parse(self.fill(wanted)), got, self.names)
                return
            except tree.Mismatch as mismatch:
                if time.monotonic() > deadline:
                    raise AssertionError(f"{mismatch}\n  got {got}") from None

    def any_order(self, group):
        """`gets` and the `also gets` behind it: as many elements, in whatever order."""
        actor, _, first = group[0].partition(" gets ")
        wanted = [first] + [text.partition(" also gets ")[2] for text in group[1:]]
        if any(not text.startswith(actor + " ") for text in group):
            raise ValueError("`also gets` belongs to the actor before")
        while wanted:
            got = self.next_element(actor, wanted[0])
            for text in wanted:
                names = dict(self.names)
                try:
                    tree.match(tree.parse(self.fill(text)), got, names)
                except tree.Mismatch:
                    continue
                self.names = names
                wanted.remove(text)
                break
            else:
                raise AssertionError(f"nobody expected {got}\n  but " + "\n  or ".join(wanted))

    def do_hears(self, actor, rest):
        kind, got = self.actors[actor].get()
        if kind != "open":
            raise AssertionError(f"expected a stream header, got {got}")
        wanted = tree.parse(self.fill(rest))
        if got.name != (tree.STREAMS, "stream"):
            raise AssertionError(f"the header is {got.name}")
        for key, value in wanted.attributes.items():
            if value == "{none}":
                if key in got.attributes:
                    raise AssertionError(f"the header has {key[1]}='{got.attributes[key]}'")
                continue
            if key not in got.attributes:
                raise AssertionError(f"the header lacks {key[1]}")
            tree.match_text(value, got.attributes[key], self.names, key[1])

    def do_logs_in(self, actor, _rest):
        self.log_in(actor)

    def do_binds(self, actor, _rest):
        self.bind(actor)

    def do_leaves(self, actor, _rest):
        self.actors[actor].send("</stream:stream>")
        self.do_is_closed(actor, "")

    def do_drops(self, actor, _rest):
        self.actors.pop(actor).drop()

    def do_returns(self, actor, rest):
        """Logs in and does not bind; `over` another transport, perhaps. An actor whose
        connection has ended counts on."""
        words = named_words(rest)
        transport = words.get("over", self.transport)
        user, _, _ = actor.partition("/")
        local, host = self.account(user)
        self.actors[actor] = client.authenticated(
            self.server.address(transports.port(transport, False)), host, local, PASSWORD,
            kind=transports.KINDS[transport],
        )
        if "as" in words:
            self.counts[actor] = self.counts[words["as"]]

    def do_is_closed(self, actor, _rest):
        """The server closes its stream, then the connection."""
        connection = self.actors.pop(actor)
        kind, got = connection.get()
        if kind != "close":
            raise AssertionError(f"expected the end of the stream, got {got}")
        try:
            _, got = connection.get()
        except client.Gone:
            connection.close()
            return
        raise AssertionError(f"after the end of the stream came {got}")

    def do_is_cut_off(self, actor, _rest):
        """The connection ends without a word."""
        connection = self.actors.pop(actor)
        try:
            _, got = connection.get()
        except client.Gone:
            connection.close()
            return
        raise AssertionError(f"expected the end of the connection, got {got}")

    def do_verifies_the_capabilities(self, actor, _rest):
        """Of the server: what the features announced is what its disco#info says."""
        connection = self.actors[actor]
        one = connection.features.find("http://jabber.org/protocol/caps", "c")
        two = connection.features.find("urn:xmpp:caps", "c")
        info = self.ask(
            connection, HOST, "<query xmlns='http://jabber.org/protocol/disco#info'/>"
        ).child("query")
        if caps.first_version(info) != one.attributes[("", "ver")]:
            raise AssertionError(f"XEP-0115: {one} is not the hash of {info}")
        if caps.second_version(info) != two.child("hash").text():
            raise AssertionError(f"XEP-0390: {two} is not the hash of {info}")

    # --- components ---

    def do_attaches(self, actor, rest):
        """A component, up to the server's <handshake/>."""
        words = named_words(rest)
        self.actors[actor] = component.connect(
            self.server.address(words.get("at", "component")), words.get("as", actor),
            words.get("secret", PASSWORD),
        )

    def do_shakes_hands(self, actor, rest):
        """The header and the handshake of a component on a connection that is there."""
        words = named_words(rest)
        connection = self.actors[actor]
        connection.open(words.get("as", actor))
        connection.shake(words.get("secret", PASSWORD))

    # --- streams, step by step ---

    def tls_context(self, words):
        certificate = None
        if "certificate" in words:
            name, _, addresses = words["certificate"].partition(":")
            certificate = self.authority().client(name, self.fill(addresses).split(","))
        return tls.context(words.get("version", "1.3"), certificate, words.get("alpn"))

    def authority(self):
        return certificates.shared_authority(self.authority_directory)

    def do_connects(self, actor, rest):
        direct, words = "tls" in rest.split(), named_words(rest)
        usual = transports.port(self.transport, direct)
        over = words.pop("over", self.transport)
        kind = component.Connection if over == "component" else transports.KINDS[over]
        made = kind(self.server.address(words.pop("at", usual)))
        if "proxied" in words:
            front = proxy_header(words["proxied"], words.get("header", "1"))
            made.put_in_front(front if isinstance(front, bytes) else front.encode())
        if direct:
            made.secure(self.tls_context(words), words.get("sni", HOST))
        made.begin(**{key: self.fill(words[key]) for key in made.begins_with if key in words})
        self.actors[actor] = made

    def do_cannot_connect(self, actor, rest):
        """The opening handshake of a WebSocket is refused with a status."""
        status, _, words = rest.partition(" ")
        try:
            self.do_connects(actor, words)
        except web.Refused as refused:
            if str(refused) != status:
                raise AssertionError(f"refused with {refused}") from None
            return
        raise AssertionError("it was not refused")

    def do_frames(self, actor, rest):
        """A frame as it is: "opcode=9 fin=no rsv=4 mask=no length=N : TEXT"."""
        words, _, text = rest.partition(":")
        words, text = named_words(words), text.removeprefix(" ")
        self.actors[actor].send_frame(
            unescape(self.fill(text)),
            opcode=int(words.get("opcode", "1")),
            fin=words.get("fin") != "no",
            rsv=int(words.get("rsv", "0")),
            masked=words.get("mask") != "no",
            length=int(words["length"]) if "length" in words else None,
        )

    def do_gets_a_pong(self, actor, rest):
        got = self.actors[actor].get_pong()
        if got != unescape(rest):
            raise AssertionError(f"the pong holds {got}")

    def do_posts(self, actor, rest):
        """A request of BOSH as it is, with a number to speak of it."""
        number, _, body = rest.partition(" ")
        self.actors[actor].post(number, self.fill(body))

    def do_beacons(self, actor, rest):
        """A form of a page that goes away: nothing comes back."""
        path, _, form = rest.partition(" ")
        channel = web.Channel(self.server.address("web"))
        fields = {"Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
                  "Origin": "https://portal.example"}
        channel.send(web.request("POST", path, fields, self.fill(form, actor).encode()))
        status, _ = channel.head()
        channel.close()
        if status != 204:
            raise AssertionError(f"answered with {status}")

    def do_is_answered(self, actor, rest):
        number, _, wanted = rest.partition(" ")
        got = tree.parse_document(self.actors[actor].answer(number))
        try:
            tree.match(tree.parse_document(self.fill(wanted)), got, self.names)
        except tree.Mismatch as mismatch:
            raise AssertionError(f"{mismatch}\n  expected {wanted}\n  got      {got}") from None

    def do_still_waits_for(self, actor, rest):
        if self.actors[actor].is_answered(rest):
            raise AssertionError(f"answered: {self.actors[actor].answer(rest)}")

    def do_abandons(self, actor, rest):
        self.actors[actor].abandon(rest)

    def do_breaks_with(self, actor, rest):
        """The connection ends without <close/>, but with a close frame of that code."""
        connection = self.actors[actor]
        self.do_is_cut_off(actor, "")
        if str(connection.code) != rest:
            raise AssertionError(f"closed with {connection.code}")

    def do_is_sent_to(self, actor, rest):
        kind, got = self.actors[actor].get()
        if kind != "close" or got.attributes.get(("", "see-other-uri")) != rest:
            raise AssertionError(f"got {kind} {got}")
        self.actors.pop(actor).close()

    def do_is_closed_with(self, actor, rest):
        """The code of the WebSocket's close frame, behind all that was said."""
        connection = self.actors.pop(actor)
        try:
            kind, got = connection.get()
            if kind != "close":
                raise AssertionError(f"expected the end, got {got}")
            connection.get()
        except client.Gone:
            connection.close()
        if str(connection.code) != rest:
            raise AssertionError(f"closed with {connection.code}")

    def do_secures(self, actor, rest):
        words = named_words(rest)
        self.actors[actor].secure(self.tls_context(words), words.get("sni", HOST))

    def do_cannot_secure(self, actor, rest):
        try:
            self.do_secures(actor, rest)
            kind, got = self.actors[actor].get()
        except (ssl.SSLError, OSError, client.Gone):
            self.actors.pop(actor).close()
            return
        raise AssertionError(f"the handshake succeeded, and {kind} {got} came")

    def do_restarts(self, actor, _rest):
        self.actors[actor].restart()

    def do_opens(self, actor, rest):
        """Sends a header and hears the answer; the features are the next thing to get."""
        words = {name: self.fill(value) for name, value in named_words(rest).items()}
        connection = self.actors[actor]
        features = connection.open(words.pop("to", HOST), **words)
        connection.unget(("element", features))

    def do_authenticates(self, actor, rest):
        """One exchange; <success/> or <failure/> is the next thing to get."""
        rest, _, inline = rest.partition(" with ")
        name, *_ = rest.split()
        words = {key: self.fill(value) for key, value in named_words(rest).items()}
        if "binding_data" in words:
            words["binding_data"] = words["binding_data"].encode()
        connection = self.actors[actor]
        answer = connection.authenticate(
            name,
            words.pop("user", actor.partition("/")[0]),
            words.pop("password", PASSWORD),
            sasl2="sasl2" in rest.split(),
            inline=self.fill(inline),
            **words,
        )
        bound = answer.child("bound")
        if bound and bound.find(NS_SM, "enabled"):
            self.counts[actor] = Counts()
        identifier = answer.child("authorization-identifier")
        if identifier and "/" in identifier.text():
            connection.jid = identifier.text()
        connection.unget(("element", answer))

    def do_saw_a_hash_of_the_offer(self, actor, _rest):
        if not self.actors[actor].machine.saw_hash:
            raise AssertionError("there was none")

    def do_saw_no_hash_of_the_offer(self, actor, _rest):
        if self.actors[actor].machine.saw_hash:
            raise AssertionError("there was one")

    # --- the server and who looks after it ---

    def server_stops(self):
        """Asks it to; what clients get of that can be read before it has ended."""
        self.server.process.send_signal(signal.SIGTERM)

    def server_restarts(self):
        if self.server.process:
            self.server.stop()
        self.server.start()
        self.actors.clear()

    def server_is_killed(self):
        self.server.kill()
        self.actors.clear()

    def server_reloads(self):
        self.server.process.send_signal(signal.SIGHUP)

    def admin(self, verb, rest=""):
        rest = self.fill(rest)
        if verb == "sees":
            self.sees(rest)
            return
        if verb == "begins":
            self.begun = self.server.begin(*shlex.split(rest))
            return
        if verb == "ends":
            self.printed = self.server.finish(self.begun)
            return
        text = ""
        rest, _, spoken = rest.partition(" << ")
        done = self.server.run(*shlex.split(rest), text=spoken + "\n" if spoken else text)
        self.printed = done.stdout + done.stderr
        if verb not in ("runs", "fails"):
            raise ValueError(f"an admin runs, fails, begins, ends or sees, not {verb}")
        if (done.returncode == 0) != (verb == "runs"):
            raise AssertionError(f"status {done.returncode}: {self.printed}")

    def sees(self, rest):
        """A line of what was printed; of JSON, a part of the value."""
        if rest.startswith(("{", "[")) and not rest.startswith("{any}"):
            match_json(json.loads(rest), json.loads(self.printed), self.names)
            return
        for line in self.printed.splitlines():
            try:
                tree.match_text(rest, line.strip(), self.names, "line")
                return
            except tree.Mismatch:
                continue
        raise AssertionError(f"not in:\n{self.printed}")


def proxy_header(client_address, version):
    """What a proxy says in front (the PROXY protocol): whom the connection is for."""
    if version == "1":
        return f"PROXY TCP4 {client_address} 198.51.100.1 50000 443\r\n"
    addresses = socket.inet_aton(client_address) + socket.inet_aton("198.51.100.1")
    nothing = b"\x04\x00\x05abcde"  # a TLV of type NOOP
    body = addresses + struct.pack("!HH", 50000, 443) + nothing
    return b"\r\n\r\n\0\r\nQUIT\n\x21\x11" + struct.pack("!H", len(body)) + body


def is_request(kind, got):
    """<r/>, which comes when the server thinks fit, and only some dialogues are about."""
    return kind == "element" and got.name == (NS_SM, "r")


def is_component(connection):
    return isinstance(connection, component.Connection)


def text_before_markup(step):
    return step.partition("<")[0]


def named_words(text):
    """"a b=c" as {"b": "c"}; values may be quoted as in a shell."""
    return dict(word.split("=", 1) for word in shlex.split(text) if "=" in word)


def match_json(wanted, got, names, where="value"):
    """What is wanted must be there; objects may have more. Texts may hold {any} and names."""
    if isinstance(wanted, dict):
        for key, value in wanted.items():
            if not isinstance(got, dict) or key not in got:
                raise AssertionError(f"{where} lacks {key}: {got}")
            match_json(value, got[key], names, key)
    elif isinstance(wanted, list):
        if not isinstance(got, list) or len(got) != len(wanted):
            raise AssertionError(f"{where} is {got}, not {wanted}")
        for one, other in zip(wanted, got):
            match_json(one, other, names, where)
    elif isinstance(wanted, str):
        try:
            tree.match_text(wanted, str(got), names, where)
        except tree.Mismatch as mismatch:
            raise AssertionError(str(mismatch)) from None
    elif wanted != got:
        raise AssertionError(f"{where} is {got}, not {wanted}")
