# SPDX-License-Identifier: MIT
"""XML as the dialogues see it: elements with namespace, attributes and children; a stream
parser that yields them; and the comparison of what came with what was expected."""

import re
import xml.parsers.expat

SEPARATOR = "\x01"
STREAMS = "http://etherx.jabber.org/streams"


class Element:
    """An element: `name` is "namespace name"; children are Elements and strings."""

    def __init__(self, name, attributes):
        self.name = name
        self.attributes = attributes
        self.children = []

    def __str__(self):
        namespace, local = self.name
        text = "<" + local
        if namespace != "jabber:client":
            text += f" xmlns='{namespace}'"
        text += "".join(f" {key[1]}='{value}'" for key, value in self.attributes.items())
        inner = "".join(str(child) for child in self.children)
        return f"{text}>{inner}</{local}>" if inner else text + "/>"

    def elements(self):
        return [child for child in self.children if isinstance(child, Element)]

    def text(self):
        return "".join(child for child in self.children if isinstance(child, str))

    def child(self, local):
        for child in self.elements():
            if child.name[1] == local:
                return child
        return None

    def find(self, namespace, local):
        for child in self.elements():
            if child.name == (namespace, local):
                return child
        return None


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;")


def split(name):
    namespace, _, local = name.rpartition(SEPARATOR)
    return (namespace, local)


class StreamParser:
    """Feeds on bytes; `events` collects ("open", Element), ("element", Element), ("close",)."""

    def __init__(self):
        self.events = []
        self.restart()

    def restart(self):
        self.parser = xml.parsers.expat.ParserCreate(namespace_separator=SEPARATOR)
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text
        if hasattr(self.parser, "SetReparseDeferralEnabled"):
            self.parser.SetReparseDeferralEnabled(False)
        self.open = []

    def start(self, name, attributes):
        element = Element(split(name), {split(key): value for key, value in attributes.items()})
        if not self.open:
            self.events.append(("open", element))
        elif len(self.open) > 1:
            self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, _name):
        element = self.open.pop()
        if len(self.open) == 1:
            self.events.append(("element", element))
        elif not self.open:
            self.events.append(("close", element))

    def text(self, data):
        if len(self.open) > 1:
            children = self.open[-1].children
            if children and isinstance(children[-1], str):
                children[-1] += data
            else:
                children.append(data)

    def feed(self, data):
        self.parser.Parse(data, False)


def parse_all(text):
    """Elements in the content namespace of a client's stream."""
    parser = StreamParser()
    parser.feed(
        f"<s:s xmlns:s='{STREAMS}' xmlns:stream='{STREAMS}' xmlns='jabber:client'>{text}</s:s>"
    )
    return [event[1] for event in parser.events if event[0] == "element"]


def parse(text):
    """One of these."""
    found = parse_all(text)
    if len(found) != 1:
        raise ValueError(f"one element expected: {text}")
    return found[0]


def parse_document(text):
    """One element around which nothing is declared."""
    parser = StreamParser()
    parser.feed(f"<around>{text}</around>")
    found = [event[1] for event in parser.events if event[0] == "element"]
    if len(found) != 1:
        raise AssertionError(f"a document has one element: {text}")
    return found[0]


def declared(element):
    """What stands on a client's stream, with the declarations it needs to stand alone."""
    tag, more = re.match(r"<[^\s/>]+", element)[0], ""
    start = element.partition(">")[0]
    if ":" not in tag and not re.search(r"\sxmlns\s*=", start):
        more += " xmlns='jabber:client'"
    if "stream:" in element and "xmlns:stream" not in element:
        more += f" xmlns:stream='{STREAMS}'"
    return tag + more + element[len(tag) :]


def top_level(text):
    """The elements of a stream's text, each able to stand alone, and the stream's end tag. A
    text that is not well-formed stays in one piece."""
    end = "</stream:stream>"
    text = text.strip()
    ends = text.endswith(end)
    text = text[: -len(end)].strip() if ends else text
    around = f"<s xmlns:stream='{STREAMS}'>"
    starts, depth = [], 0
    parser = xml.parsers.expat.ParserCreate()

    def on_start(_name, _attributes):
        nonlocal depth
        depth += 1
        if depth == 2:
            starts.append(parser.CurrentByteIndex - len(around))

    def on_end(_name):
        nonlocal depth
        depth -= 1

    parser.StartElementHandler, parser.EndElementHandler = on_start, on_end
    data = text.encode()
    try:
        parser.Parse(around.encode() + data + b"</s>", True)
    except xml.parsers.expat.ExpatError:
        starts = []
    starts = starts or ([0] if data else [])
    pieces = [
        data[start:stop].decode()
        for start, stop in zip(starts, [*starts[1:], len(data)])
    ]
    pieces = [declared(piece.strip()) if piece[0] == "<" else piece for piece in pieces]
    return pieces + ([end] if ends else [])


# What the server may add to the head of any stanza without being asked.
HEAD = {("", "to"), ("", "from"), ("", "id"), ("http://www.w3.org/XML/1998/namespace", "lang")}

# What the server adds to the content of messages that it archives.
STANZA_ID = ("urn:xmpp:sid:0", "stanza-id")


class Mismatch(Exception):
    pass


def match_text(expected, actual, names, where):
    """A text with {any} and {name}: a name holds what it first matched."""
    pattern = ""
    groups = []
    for piece in re.split(r"(\{[^{}]*\})", expected):
        if piece == "{any}":
            pattern += "(?:.*)"
        elif piece.startswith("{") and piece.endswith("}"):
            name = piece[1:-1]
            if name in names:
                pattern += re.escape(names[name])
            else:
                groups.append(name)
                pattern += "(.*)"
        else:
            pattern += re.escape(piece)
    found = re.fullmatch(pattern, actual, re.DOTALL)
    if not found:
        raise Mismatch(f"{where}: expected {expected!r}, got {actual!r}")
    names.update(zip(groups, found.groups()))


def match(expected, actual, names, root=True):
    """Raises Mismatch unless `actual` is what was expected. Only the head of a stanza may
    have attributes that were not; `{any}` as text stands for any content. Beside {more} there
    must be nothing like a child that says {absent}. Ids of archived messages are compared when one is expected."""
    where = f"<{expected.name[1]}>"
    if expected.name != actual.name:
        raise Mismatch(f"expected {expected.name}, got {actual.name}")
    for key, value in expected.attributes.items():
        if key not in actual.attributes:
            raise Mismatch(f"{where} lacks {key[1]}")
        match_text(value, actual.attributes[key], names, f"{where} {key[1]}")
    for key in actual.attributes:
        if key not in expected.attributes and not (root and key in HEAD):
            raise Mismatch(f"{where} has {key[1]}='{actual.attributes[key]}'")
    if expected.text().strip() == "{any}" and not expected.elements():
        return
    wanted, got = expected.elements(), actual.elements()
    if expected.name == ("jabber:client", "message") and not expected.find(*STANZA_ID):
        got = [child for child in got if child.name != STANZA_ID]
    more = "{more}" in expected.text()
    if more:
        wanted = without_absent(wanted, got, names)
        got = pick(wanted, got, names)
    if len(wanted) != len(got):
        raise Mismatch(f"{where}: expected {len(wanted)} children, got {len(got)}")
    for one, other in zip(wanted, got):
        match(one, other, names, root=False)
    if not wanted and not more:
        match_text(expected.text(), actual.text(), names, where)


def without_absent(wanted, got, names):
    """Those that are to be there; the others, which say {absent}, must not."""
    for one in wanted:
        for other in got if one.text() == "{absent}" else []:
            try:
                match(Element(one.name, one.attributes), other, dict(names), root=False)
            except Mismatch:
                continue
            raise Mismatch(f"{other} is there")
    return [one for one in wanted if one.text() != "{absent}"]


def pick(wanted, got, names):
    """Of the children those that match, in order; others are passed over."""
    chosen = []
    for one in wanted:
        while got:
            candidate, got = got[0], got[1:]
            try:
                match(one, candidate, dict(names), root=False)
            except Mismatch:
                continue
            chosen.append(candidate)
            break
    return chosen
