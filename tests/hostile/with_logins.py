# SPDX-License-Identifier: MIT
"""Logins that are given up, broken off or confused, at every point of every exchange."""

import base64

from scene import END, HEADER, HOST, PASSWORD
from wire import sasl
from wire.settings import setting

NS = {False: "urn:ietf:params:xml:ns:xmpp-sasl", True: "urn:xmpp:sasl:2"}
SCRAM = ("SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512")
KNOWN = (*SCRAM, "SCRAM-SHA-1-PLUS", "PLAIN")
UNKNOWN = ("EXTERNAL", "ANONYMOUS", "HT-SHA-256-NONE", "X-UNKNOWN", "", "a" * 5000)


def begin(mechanism, sasl2, initial):
    if sasl2:
        return (f"<authenticate xmlns='{NS[True]}' mechanism='{mechanism}'>"
                f"<initial-response>{initial}</initial-response></authenticate>")
    return f"<auth xmlns='{NS[False]}' mechanism='{mechanism}'>{initial}</auth>"


def respond(sasl2, data):
    return f"<response xmlns='{NS[sasl2]}'>{data}</response>"


# What comes instead of the next message, and what the answer must have, if the connection was
# not simply cut.
ENDINGS = (
    (lambda sasl2: f"<abort xmlns='{NS[sasl2]}'/>", b"<aborted"),
    (lambda sasl2: respond(sasl2, "***"), b"<incorrect-encoding"),
    (lambda sasl2: respond(sasl2, "A"), b"<incorrect-encoding"),
    (lambda sasl2: respond(sasl2, "=" * 9), b"<incorrect-encoding"),
    (lambda sasl2: respond(sasl2, "A" * 8000), b"<malformed-request"),
    (lambda sasl2: respond(sasl2, "AAAA"), b"<malformed-request"),
    (lambda sasl2: respond(sasl2, ""), b"<malformed-request"),
    (lambda sasl2: respond(not sasl2, "AAAA"), b"<stream:error"),
    (lambda sasl2: begin("SCRAM-SHA-1", sasl2, "AAAA"), b"<stream:error"),
    (lambda sasl2: "<message to='romeo@localhost'><body>hi</body></message>", b"<stream:error"),
    (lambda sasl2: "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>",
     b"<stream:error"),
    (lambda sasl2: HEADER.decode(), b"<stream:error"),
    (lambda sasl2: "<response", None),
    (lambda sasl2: "\xff", b"<stream:error"),
    (lambda sasl2: "", None),
)


def exchanges(scene, secure):
    """Strangers, each at one point of an exchange: (attacker, whether of SASL2, whether a
    response is awaited)."""
    listener = "c2s_tls" if secure else "c2s"
    for sasl2 in (False, True) if secure else (False,):
        for mechanism in SCRAM:
            for step in ("initial", "response"):
                attacker = scene.stranger(listener, secure=secure)
                attacker.push(HEADER)
                machine = sasl.mechanism(mechanism, "mallory", PASSWORD)
                attacker.push(begin(mechanism, sasl2, sasl.b64(machine.initial())))
                attacker.hear(b"</challenge>")
                if step == "response":
                    text = bytes(attacker.got).rpartition(b"</challenge>")[0].rpartition(b">")[2]
                    machine.step(base64.b64decode(text))
                    # Cut short: everything is right but the proof.
                    attacker.push(respond(sasl2, "biws"))
                    attacker.hear(b"</failure>")
                    attacker.got.clear()
                yield attacker, sasl2, step == "initial"


def play(scene, secure):
    for ending, answer in ENDINGS:
        for attacker, sasl2, awaited in exchanges(scene, secure):
            with attacker:
                attacker.push(ending(sasl2).encode("latin-1"))
                if awaited and answer:
                    attacker.hear(answer)
                if answer != b"<stream:error":
                    attacker.push(END)
                attacker.leave()
        for attacker, sasl2, _ in exchanges(scene, secure):
            attacker.push(ending(sasl2).encode("latin-1"))
            attacker.drop()
        scene.talk()


def test_sasl(scene):
    """exchanges of SASL end at every point, however they are ended"""
    play(scene, secure=False)


def test_sasl2(scene):
    """the same over TLS, with SASL2"""
    play(scene, secure=True)


@setting("c2s.auth_attempts=100")
def test_first_messages(scene):
    """first messages that say nothing, or nothing that can be understood, fail"""
    datas = ("", "=", "====", "AA", "***", "A" * 5000, "biws", "AAAA",
             sasl.b64(b"n,,n=,r="), sasl.b64(b"n,,n=mallory"), sasl.b64(b"y,,n=mallory,r=a,m=x"),
             sasl.b64(b"p=tls-none,,n=mallory,r=a"), sasl.b64(b"n,a=romeo,n=mallory,r=a"),
             sasl.b64(b"n,,n=\xff,r=a"), sasl.b64(b"n,,n=" + b"a" * 2000 + b",r=a"),
             sasl.b64(b"\0mallory\0"), sasl.b64(b"\0\0"), sasl.b64(b"\0mallory\0\xff"),
             sasl.b64(b"romeo@localhost\0mallory\0secret"), sasl.b64(b"\0" * 3000))
    for mechanism in (*KNOWN, *UNKNOWN):
        for sasl2 in (False, True):
            for data in datas:
                with scene.stranger("c2s_tls", secure=True) as attacker:
                    attacker.push(HEADER)
                    attacker.push(begin(mechanism, sasl2, data))
                    # Nothing is no message: it is asked for.
                    asked = not data and not sasl2 and mechanism in KNOWN
                    attacker.hear(b"<challenge" if asked else b"</failure>")
                    attacker.push(END)
                    attacker.leave()
    scene.talk()


@setting("c2s.auth_attempts=100")
def test_hashing(scene):
    """many wrong passwords, each of which a helper has to hash, hold nobody up"""
    many = [scene.stranger("c2s_tls", secure=True) for _ in range(100)]
    wrong = base64.b64encode(b"\0mallory\0wrong").decode()
    for number, one in enumerate(many):
        one.push(HEADER + begin("PLAIN", number % 2 == 1, wrong).encode())
    scene.talk()
    for number, one in enumerate(many):
        if number % 4 < 2:
            one.drop()  # while the helper works, or before
        else:
            with one:
                one.hear(b"<not-authorized")
                one.push(END)
                one.leave()


def test_requests_before_the_login(scene):
    """who has not logged in can do nothing, and has lost the stream by trying"""
    for text in ("<message to='romeo@localhost'><body>said 0</body></message>",
                 "<presence to='romeo@localhost'/>",
                 "<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>",
                 f"<iq type='set' id='1' to='{HOST}'><query xmlns='jabber:iq:auth'>"
                 "<username>mallory</username><password>secret</password>"
                 "<resource>a</resource></query></iq>",
                 "<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"):
        for secure in (False, True):
            with scene.stranger("c2s_tls" if secure else "c2s", secure=secure) as attacker:
                attacker.push(HEADER + text.encode())
                assert attacker.until_ended() == "not-authorized", bytes(attacker.got[-500:])
    scene.talk()
