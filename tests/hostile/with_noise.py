# SPDX-License-Identifier: MIT
"""Random bytes, and real dialogues with mistakes in them, on each port. What comes of it is
not said here, only that the server ends the connection when there is nothing more to come."""

import base64
import json
import re
import socket

from scene import END, HEADER, HOST, PASSWORD, PATIENCE, hello
from wire.settings import setting

PLAIN = base64.b64encode(f"\0mallory\0{PASSWORD}".encode()).decode()

# What a client says before it has logged in.
BEFORE = HEADER + b"""<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>\
biwsbj1tYWxsb3J5LHI9YWJj</auth><response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>\
Yz1iaXdzLHI9YWJjLHA9QUFBQQ==</response><abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\
<iq type='get' id='r' to='localhost'><query xmlns='jabber:iq:register'/></iq>\
<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"""

# What it says then: all that the server knows, one of each.
AFTER = "".join((
    "<presence><priority>1</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' "
    "node='n' ver='v'/></presence>",
    "<iq type='get' id='1'><query xmlns='jabber:iq:roster' ver=''/></iq>",
    "<iq type='set' id='2'><query xmlns='jabber:iq:roster'><item jid='a@localhost' name='A'>"
    "<group>g</group></item></query></iq>",
    "<presence to='romeo@localhost' type='subscribe'/>",
    "<presence to='a@localhost' type='unsubscribed'/>",
    "<message to='romeo@localhost' type='chat' id='3' xml:lang='fr'><body>salut</body>"
    "<x:y xmlns:x='urn:x' x:z='1'>&lt;&#65;&amp;<![CDATA[<&>]]></x:y></message>",
    "<message to='mallory@localhost/away' type='normal'><body>to oneself</body></message>",
    "<iq type='get' id='4' to='localhost'><query "
    "xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    "<iq type='get' id='5'><blocklist xmlns='urn:xmpp:blocking'/></iq>",
    "<iq type='set' id='6'><block xmlns='urn:xmpp:blocking'><item jid='b@c'/></block></iq>",
    "<iq type='set' id='7'><unblock xmlns='urn:xmpp:blocking'/></iq>",
    "<iq type='set' id='8'><vCard xmlns='vcard-temp'><FN>M</FN></vCard></iq>",
    "<iq type='get' id='9' to='romeo@localhost'><vCard xmlns='vcard-temp'/></iq>",
    "<iq type='set' id='10'><query xmlns='jabber:iq:private'><a xmlns='urn:a'>b</a></query></iq>",
    "<iq type='get' id='11'><query xmlns='jabber:iq:private'><a xmlns='urn:a'/></query></iq>",
    "<iq type='get' id='12' to='a@localhost'><query xmlns='jabber:iq:last'/></iq>",
    "<iq type='get' id='13' to='localhost'><time xmlns='urn:xmpp:time'/></iq>",
    "<iq type='result' id='14' to='romeo@localhost'/>",
    "<iq type='set' id='15'><session xmlns='urn:ietf:params:xml:ns:xmpp-session'/></iq>",
    "<presence type='unavailable'/>",
)).encode() + END

# A whole visit in one breath, over TLS.
VISIT = (
    HEADER +
    f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{PLAIN}</auth>".encode() +
    HEADER +
    b"<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>" + AFTER
)
VISIT2 = (
    HEADER +
    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>"
    f"{PLAIN}</initial-response><user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'/>"
    "<bind xmlns='urn:xmpp:bind:0'><tag>T</tag></bind><request-token xmlns='urn:xmpp:fast:0' "
    "mechanism='HT-SHA-256-NONE'/></authenticate>".encode() + AFTER
)

PIECES = (b"<", b">", b"/>", b"</", b"'", b"&", b";", b"=", b"\0", b"\xff", b"\xc3", b" ", b"<!",
          b"<?", b"]]>", b"xmlns='", b"</stream:stream>", b"<a>", b"&#0;", b"\xf0\x9f\x98\x80",
          b"stream:", b"xml:", b":", b"@", b"\r\n", HEADER)


def spoil(random, text):
    """A few mistakes: bytes changed, left out, put in, said twice or in another order."""
    text = bytearray(text)
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at = random.randrange(len(text) + 1)
        to = min(len(text), at + random.choice((1, 2, 8, 64, 512)))
        match random.randrange(6):
            case 0:
                text[at:at + 1] = random.randbytes(1)
            case 1:
                del text[at:to]
            case 2:
                text[at:at] = random.choice(PIECES)
            case 3:
                text[at:at] = text[at:to] * random.choice((1, 2, 50))
            case 4:
                piece = text[at:to]
                del text[at:to]
                at = random.randrange(len(text) + 1)
                text[at:at] = piece
            case 5:
                del text[at:]
                text += b"x"
    return bytes(text)


def play(scene, listener, texts, secure=False):
    """Each in a connection of its own, with others beside it."""
    beside = []
    for number, text in enumerate(texts):
        one = scene.stranger(listener, secure=secure)
        beside.append(one)
        one.push(text)
        if len(beside) < 10:
            continue
        for other in beside:
            with other:
                other.leave()
        beside.clear()
        if number % 100 == 99:
            scene.talk()
    for other in beside:
        with other:
            other.leave()


def noise(random, n):
    return [random.randbytes(random.choice((1, 5, 100, 5000, 50000))) for _ in range(n)]


# Where somebody else's server passes connections on.
BEHIND = ("listen.behind.port=0", "listen.behind.proxy=yes", "connections.proxies=127.0.0.1")

PROXY1 = b"PROXY TCP4 192.0.2.1 192.0.2.2 5000 5222\r\n"
PROXY2 = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(range(12))


@setting(*BEHIND)
def test_random_bytes(scene):
    """random bytes on each port, and inside TLS"""
    for listener in ("c2s", "c2s_tls", "web", "behind"):
        play(scene, listener, noise(scene.random, 150))
    for listener in ("c2s_tls", "web"):
        play(scene, listener, noise(scene.random, 100), secure=True)
    play(scene, "c2s", (HEADER + one for one in noise(scene.random, 100)))


@setting(*BEHIND)
def test_strangers_with_mistakes(scene):
    """what clients say before they log in, with mistakes"""
    play(scene, "c2s", (spoil(scene.random, BEFORE) for _ in range(500)))
    for header in (PROXY1, PROXY2):
        with scene.stranger("behind") as one:
            one.push(header + HEADER)
            one.hear(b"</stream:features>")
        play(scene, "behind", (spoil(scene.random, header) + BEFORE for _ in range(100)))
        play(scene, "behind", (header + spoil(scene.random, BEFORE) for _ in range(50)))


@setting("c2s.negotiation_timeout=1s")
def test_visits_with_mistakes(scene):
    """whole visits, with mistakes"""
    for visit in (VISIT, VISIT2):
        with scene.stranger("c2s_tls", secure=True) as one:
            one.push(visit)
            assert one.until_ended() is None, bytes(one.got[-1000:])
        scene.hear(scene.romeo, "salut")  # said before the end
        for _ in range(2):
            many = [scene.stranger("c2s_tls", secure=True) for _ in range(200)]
            for one in many:
                one.push(spoil(scene.random, visit))
            for one in many:
                with one:
                    # Who waits for what is missing is cut off; who is in leaves in the middle.
                    while not one.ended and not re.search(b"<jid>|<bound", one.got):
                        one.hear_more()
                    one.leave()
            scene.talk()


def test_users_with_mistakes(scene):
    """what clients say once they have logged in, with mistakes"""
    for number in range(300):
        with scene.mallory() as one:
            one.push(spoil(scene.random, AFTER))
            one.leave()
        if number % 100 == 99:
            scene.talk()


def test_handshakes_with_mistakes(scene):
    """what begins a TLS handshake, with mistakes, on each port"""
    begun = hello()
    for listener in ("c2s_tls", "web"):
        play(scene, listener, (spoil(scene.random, begun) for _ in range(200)))
    with scene.stranger() as one:
        one.push(HEADER + b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        one.hear(b"<proceed")
        one.push(HEADER)
        one.until_ended()
    for _ in range(100):
        with scene.stranger() as one:
            one.push(HEADER + b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
            one.hear(b"<proceed")
            one.push(spoil(scene.random, begun))
            one.leave()


def test_the_wrong_protocol(scene):
    """what was meant for another port or another program"""
    wrong = (b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", b"EHLO localhost\r\n", b"SSH-2.0-x\r\n",
             b"\x16\x03\x01", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", HEADER, hello(), b"\0" * 100000)
    for listener in ("c2s", "c2s_tls", "web"):
        play(scene, listener, wrong * 5)
    for listener in ("c2s_tls", "web"):
        play(scene, listener, wrong * 5, secure=True)


def test_the_control_socket(scene):
    """its owner's mistakes, which may change accounts but not what the server is"""
    asked = [{"op": "user.list"}, {"op": "user.show", "args": {"address": f"nurse@{HOST}"}},
             {"op": "session.list", "args": {"limit": 3}}, {"op": "stats"}, {"op": "nothing"},
             {"op": "user.add", "args": {"address": f"nurse@{HOST}", "password": "x"}}, [], 1, None]
    text = b"".join(json.dumps(one).encode() + b"\n" for one in asked)
    texts = [spoil(scene.random, text) for _ in range(300)]
    for one in (*texts, *noise(scene.random, 100), b"[" * 100000 + b"\n", b'{"op":' * 9000 + b"\n"):
        with socket.socket(socket.AF_UNIX) as owner:
            owner.settimeout(PATIENCE)
            owner.connect(str(scene.server.data / "control.sock"))
            try:
                owner.sendall(one)
                owner.shutdown(socket.SHUT_WR)
                while owner.recv(65536):
                    pass
            except (BrokenPipeError, ConnectionResetError):
                pass
    assert f"romeo@{HOST}" in scene.server.command("user", "list")
