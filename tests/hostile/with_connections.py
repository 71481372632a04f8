# SPDX-License-Identifier: MIT
"""Connections in large numbers, that say nothing, do not read, or end at the wrong moment."""

import concurrent.futures
import signal

from scene import END, HEADER, HOST, expect, hello
from wire.settings import setting

SILENT = 2000


def test_silence(scene):
    """two thousand connections that say nothing keep nobody from logging in"""
    begun = hello()
    silent = []
    for number in range(SILENT):
        one = scene.stranger("c2s" if number % 2 else "c2s_tls")
        silent.append(one)
        if number % 5 == 0:
            one.push(HEADER)
        elif number % 5 == 1:
            one.push(begun[:number % len(begun)])
    scene.talk()
    with scene.mallory() as mallory:
        mallory.push("<presence/>")
        mallory.hear(b"<presence")
    for number, one in enumerate(silent):
        if number % 4 == 0:
            one.leave()
        elif number % 4 == 1:
            one.drop()
    scene.talk()
    scene.server.stop()  # while the others are still there
    for number, one in enumerate(silent):
        if number % 4 > 1:
            with one:
                one.until_ended()
    scene.server.start()
    scene.come()


@setting("c2s.negotiation_timeout=1s")
def test_patience(scene):
    """who does not log in is cut off after a while, at whatever point"""
    begun = hello()
    waiting = [(scene.stranger("c2s"), b""), (scene.stranger("c2s"), HEADER),
               (scene.stranger("c2s"), HEADER + b"<auth"), (scene.stranger("c2s_tls"), b""),
               (scene.stranger("c2s_tls"), begun[:50]), (scene.stranger("c2s_tls"), begun),
               (scene.stranger("c2s_tls", secure=True), HEADER),
               (scene.stranger("c2s"),
                HEADER + b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")]
    for one, text in waiting:
        one.push(text)
    for one, text in waiting:
        with one:
            condition = one.until_ended()
            if text.startswith(HEADER) and b"<starttls" not in text:
                assert condition == "connection-timeout", condition
    scene.talk()


@setting("connections.trusted_networks=192.0.2.0/24",
         "connections.max_unauthenticated_per_address=50",
         "connections.burst_per_address=100000", "connections.rate_per_address=100000")
def test_one_address(scene):
    """one address has so many strangers; others, and who has logged in, notice nothing"""
    many = [scene.stranger() for _ in range(300)]
    for one in many[50:]:
        with one:
            one.until_ended()
    scene.talk()
    with scene.stranger(source="127.0.0.2") as other:
        other.push(HEADER)
        other.hear(b"</stream:features>")
    for one in many[:50]:
        with one:
            one.push(HEADER)
            one.hear(b"</stream:features>")
    scene.talk()


def test_churn(scene):
    """connections that break at every point of a handshake and a login leave nothing behind"""
    begun = hello()
    login = HEADER + b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" + begun
    for number in range(1500):
        one = scene.stranger("c2s" if number % 3 else "c2s_tls")
        text = login if number % 3 else begun
        one.push(text[:scene.random.randrange(len(text))])
        if number % 2:
            one.drop()
        else:
            one.socket.close()
    scene.talk()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: scene.mallory().drop(), range(200)))
    scene.talk()


def message(to, n_bytes):
    return f"<message to='{to}' type='headline'><body>{'x' * n_bytes}</body></message>"


@setting("connections.output_max=256KiB")
def test_a_deaf_client(scene):
    """who does not read is cut off when too much waits for it; the sender notices nothing"""
    with scene.mallory(receive_bytes=4096) as deaf, scene.mallory() as sender:
        for _ in range(1000):
            assert sender.push(message(deaf.jid, 10000))
        scene.talk()
        assert b"<stream:error" not in sender.got, bytes(sender.got[-1000:])
        sender.push(END)
        sender.until_ended()
        deaf.until_ended()
        assert len(deaf.got) < 10000 * 1000 / 2, len(deaf.got)


@setting("connections.output_max=256KiB")
def test_deaf_requests(scene):
    """who asks and asks, and never reads the answers, is not read from, or is cut off"""
    ask = "<iq type='get' id='{}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
    asked = "".join(ask.format(n) for n in range(200000))
    deaf = [scene.mallory(receive_bytes=4096) for _ in range(5)]
    for one in deaf:
        one.push(asked, hear=False)
    scene.talk()
    for number, one in enumerate(deaf):
        if number % 2:
            one.drop()
        else:
            with one:
                one.leave()


@setting("connections.output_max=1GiB", "connections.slow_timeout=1s")
def test_a_slow_client(scene):
    """who reads next to nothing is cut off after a while, however much may wait"""
    with scene.mallory(receive_bytes=4096) as deaf, scene.mallory() as sender:
        for _ in range(1000):  # more than sockets hold
            assert sender.push(message(deaf.jid, 10000))
        scene.talk()
        while deaf.jid in scene.server.command("session", "list", f"mallory@{HOST}"):
            pass
        assert sender.jid in scene.server.command("session", "list", f"mallory@{HOST}")


def test_the_end(scene):
    """the server ends cleanly in the middle of a flood, and everybody is told"""
    many = [scene.mallory() for _ in range(10)]
    for one in many:
        one.push("<presence/>")

    def flood(number):
        text = "".join(message(many[(number + n) % 10].jid, 200) +
                       f"<message to='nobody{n}@{HOST}'><body>x</body></message>"
                       f"<message to='romeo@{HOST}/gone'><body>x</body></message>"
                       for n in range(50))
        while many[number].push(text) and not many[number].ended:
            pass

    with concurrent.futures.ThreadPoolExecutor(10) as pool:
        done = pool.map(flood, range(10))
        scene.talk()
        scene.server.process.send_signal(signal.SIGTERM)
        list(done)
    for one in many:
        with one:
            expect(one, "system-shutdown")
    scene.server.wait()
    scene.server.start()
    scene.come()
