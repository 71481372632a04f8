# SPDX-License-Identifier: MIT
"""Components that do not read, that die, that claim to be others, and who guesses their secret."""

import re
import select

from scene import END, PASSWORD, PATIENCE, Attacker, expect
from wire import client, component
from wire.settings import setting

NAME = "irc.localhost"
SETTINGS = ("listen.component.enabled=yes", "listen.component.port=0", "c2s.rate=1GiB",
            "c2s.burst=1GiB",
            f'components."{NAME}"={{ secret: {PASSWORD} }}')


def attach(scene, receive_bytes=None):
    """A component that is connected."""
    connection = component.Connection(scene.server.address("component"), receive_bytes)
    connection.open(NAME)
    connection.shake(PASSWORD)
    connection.get_element("handshake")
    return Attacker.of(connection)


def message(number, n_bytes=10000):
    return (f"<message to='a{number}@{NAME}' id='m{number}' type='headline'>"
            f"<body>{'x' * n_bytes}</body></message>")


def flood(sender, condition):
    """Sends until that error comes back."""
    for number in range(5000):
        assert sender.push(message(number))
        if condition in sender.got:
            return
    raise AssertionError(f"no {condition}")


@setting(*SETTINGS, "connections.output_max=256KiB")
def test_a_deaf_component(scene):
    """what is for a component that does not read comes back, each once, and others go on"""
    with attach(scene, receive_bytes=4096) as deaf, scene.mallory() as sender:
        flood(sender, b"<resource-constraint")
        scene.talk()
        sender.push(END)
        sender.until_ended()
        back = re.findall(rb"<message [^>]*id='(m\d+)'", sender.got)
        assert len(back) == len(set(back))
        assert not deaf.ended
        while len(deaf.got) < 256 * 1024:  # what was not refused is there
            deaf.hear_more()
        got = re.findall(rb"<message [^>]*id='(m\d+)'", deaf.got)
        assert not set(got) & set(back), set(got) & set(back)
        assert not deaf.ended


@setting(*SETTINGS, "connections.output_max=256KiB", "connections.slow_timeout=1s")
def test_a_component_that_hangs(scene):
    """a component that reads nothing for a while is cut off"""
    with attach(scene, receive_bytes=4096), scene.mallory() as sender:
        flood(sender, b"<resource-constraint")
        while b"<remote-server-timeout" not in sender.got:
            sender.got.clear()
            sender.push(message("-last") + "<iq type='get' id='then'><ping "
                        "xmlns='urn:xmpp:ping'/></iq>")
            sender.hear(b"id='then'")
    with attach(scene) as again, scene.mallory() as sender:
        sender.push(message(1, 10))
        again.hear(b"id='m1'")


@setting(*SETTINGS)
def test_a_component_that_dies(scene):
    """connections that break while much is said leave nothing behind"""
    with scene.mallory() as sender:
        for _ in range(20):
            dying = [attach(scene) for _ in range(3)]
            for number in range(50):
                sender.push(message(number, 1000))
            for one in dying:
                one.push("<message from='b@irc.localhost' to='romeo@localhost'/>" * 10
                         + f"<message from='b@{NAME}' to='romeo@loc")
                one.drop()
        flood(sender, b"<remote-server-timeout")


SENDERS = 50


def arrivals(ends):
    """Where ten messages of each sender arrive, and in which order: (sender, end): numbers."""
    came = {}
    while sum(map(len, came.values())) < 10 * SENDERS:
        ready, _, _ = select.select([end.socket for end in ends], [], [], PATIENCE)
        assert ready, f"only {came} came"
        for end in ends:
            if end.socket in ready:
                end.take()
        came = {}
        for end in ends:
            for sender, number in re.findall(
                    rb"<message [^>]*from='a(\d+)@sms.localhost/(\d+)'", end.got):
                came.setdefault((sender, end), []).append(int(number))
    for end in ends:
        end.got.clear()
    return came


def share(sms, ends, first):
    """Each sender says ten things, all of which must come to one end, in order: which."""
    sms.send("".join(f"<message from='a{sender}@sms.localhost/{number}' to='b@{NAME}'/>"
                     for number in range(first, first + 10) for sender in range(SENDERS)))
    came = arrivals(ends)
    assert all(numbers == list(range(first, first + 10)) for numbers in came.values()), came
    assert len(came) == SENDERS, came
    return dict(came.keys())


@setting(*SETTINGS, f'components."sms.localhost"={{ secret: {PASSWORD} }}')
def test_several_connections(scene):
    """connections share the senders, each of whom stays with one; when one goes, only its own move"""
    sms = component.connect(scene.server.address("component"), "sms.localhost", PASSWORD)
    ends = [attach(scene) for _ in range(3)]
    before = share(sms, ends, 0)
    assert set(before.values()) == set(ends), before
    assert share(sms, ends, 10) == before
    gone = ends.pop()
    gone.drop()
    while f"component.closed name={NAME}" not in scene.server.read_log():
        scene.talk()
    after = share(sms, ends, 20)
    assert all(after[sender] is end for sender, end in before.items() if end is not gone)
    assert set(after.values()) == set(ends), after
    for end in ends:
        end.drop()
    sms.close()


@setting(*SETTINGS)
def test_forgeries(scene):
    """a component that claims to be somebody else is cut off, each time"""
    for claimed in (scene.romeo.jid, "localhost", f"a.{NAME}", f"x{NAME}", f"{NAME}@localhost",
                    f"localhost/{NAME}", f"{NAME}@{NAME}@localhost", "@", ""):
        with attach(scene) as one:
            one.push(f"<message from='{claimed}' to='{scene.juliet.jid}'><body>forged</body>"
                     "</message>" * 50)
            expect(one, "invalid-from")


@setting(*SETTINGS)
def test_guesses(scene):
    """who does not know the secret gets nowhere, however it is said"""
    for said in ("<handshake/>", "<handshake>0</handshake>", "<handshake>" + "0" * 40
                 + "</handshake>", f"<handshake>{PASSWORD}</handshake>", "<handshake>"
                 + "a" * 5000 + "</handshake>", "<handshake><a/></handshake>",
                 f"<message from='b@{NAME}' to='romeo@localhost'/>",
                 "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>"):
        with Attacker(scene.server.address("component")) as one:
            one.push(component.Connection.header(None, NAME) + said)
            expect(one, "not-authorized")
    # the proof is worth nothing on another stream
    first = component.Connection(scene.server.address("component"))
    first.open(NAME)
    second = component.Connection(scene.server.address("component"))
    second.open(NAME)
    second.id = first.id
    second.shake(PASSWORD)
    assert second.get_element().name[1] == "error"
    assert second.is_cut_off()
    first.shake(PASSWORD)
    first.get_element("handshake")
    first.close()
    # and there is one handshake only
    with attach(scene) as one:
        one.push("<handshake>" + "0" * 40 + "</handshake>")
        expect(one, "unsupported-stanza-type")
    try:
        client.log_in(scene.server.address("component"), "localhost", "romeo", None, PASSWORD)
        raise AssertionError("a client logged in where components do")
    except AssertionError as refused:
        assert "invalid-namespace" in str(refused), refused
