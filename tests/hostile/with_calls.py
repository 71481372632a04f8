# SPDX-License-Identifier: MIT
"""The relay for calls (STUN and TURN): who forges, repeats, floods, and would reach others."""

import contextlib
import socket
import time

from scene import HOST, PATIENCE, hello
from wire import stun
from wire.settings import setting

# No network is trusted: refusals are counted for these addresses as for any.
SETTINGS = ("modules.external.relay=yes", "listen.turn.enabled=yes",
            "listen.turn.address=127.0.0.1", "turn.allowed_peers=[127.0.0.1]", "turn.max_allocations_per_account=3",
            "turn.max_allocations=8", "connections.trusted_networks=[]")
REFUSALS = 50  # a second to one address, TURN_REFUSALS_PER_S


def login(person):
    """What the server gives to an account that asks (XEP-0215)."""
    person.send(f"<iq type='get' to='{HOST}' id='relay'>"
                "<services xmlns='urn:xmpp:extdisco:2' type='turn'/></iq>")
    while True:
        _, got = person.get(PATIENCE)
        if got.attributes.get(("", "id")) == "relay":
            service = got.elements()[0].elements()[0].attributes
            return service[("", "username")], service[("", "password")]


def client(scene, person=None, **how):
    return stun.Client(scene.server.address("turn"), login(person) if person else ("", ""),
                       **how)


class Peer:
    """Somebody whom calls go to."""

    def __init__(self, host="127.0.0.1"):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, 0))
        self.host, self.port = self.socket.getsockname()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def hear(self, patience=PATIENCE):
        """None: nothing came."""
        self.socket.settimeout(patience)
        try:
            return self.socket.recv(65536)
        except TimeoutError:
            return None


def passes(caller, peer, word):
    """Data goes both ways. What is lost on the way is said again, as over any network."""
    assert caller.permit(peer.host) == 0
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        caller.send(peer.host, peer.port, word)
        if peer.hear(stun.AGAIN) != word:
            continue
        peer.socket.sendto(word, caller.relayed)
        while data := caller.hear(stun.AGAIN):
            if data[:2] == b"\0\x17" and stun.Answer(data).get(stun.VALUE) == word:
                return
    raise AssertionError(f"{word} does not pass")


@setting(*SETTINGS)
def test_forged_integrity(scene):
    """a request with one bit turned anywhere, another password or another's name does nothing"""
    with client(scene, scene.romeo) as romeo, client(scene, scene.romeo) as forger, \
            Peer() as peer:
        assert romeo.allocate() == 0
        forger.learn()
        good = forger.request(stun.ALLOCATE, stun.UDP)
        for at in range(len(good)):
            forger.push(good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:])
        password, forger.password = forger.password, "guessed"
        assert forger.ask(stun.ALLOCATE, stun.UDP).code() == 401
        forger.password = password
        end, tag = forger.username.split(":")
        forger.username = f"{int(end) + 86400}:{tag}"
        assert forger.ask(stun.ALLOCATE, stun.UDP).code() == 401
        forger.username = f"{end}:{tag}"
        assert forger.ask(stun.REFRESH).code() == 437, "a forged one was taken"
        assert forger.allocate() == 0
        passes(romeo, peer, b"still here")


@setting(*SETTINGS)
def test_nonces_and_replays(scene):
    """what was said is of no use to somebody else, and twice does the same as once"""
    with client(scene, scene.romeo) as romeo, client(scene) as thief, Peer() as peer:
        romeo.learn()
        said = romeo.request(stun.ALLOCATE, stun.UDP)
        first = romeo.answer(said)
        romeo.relayed = first.address(stun.RELAYED)
        assert romeo.answer(said).address(stun.RELAYED) == romeo.relayed
        assert romeo.ask(stun.ALLOCATE, stun.UDP).code() == 437
        # Heard on the way, and said again from elsewhere.
        assert thief.answer(said).code() == 438
        ending = romeo.request(stun.REFRESH, (stun.LIFETIME, bytes(4)))
        assert thief.answer(ending).code() == 438
        # A nonce that was never given out, and one of somebody else.
        nonce, romeo.nonce = romeo.nonce, b"f" * len(romeo.nonce)
        stale = romeo.ask(stun.REFRESH)
        assert stale.code() == 438
        thief.learn()
        romeo.nonce = thief.nonce
        assert romeo.ask(stun.REFRESH).code() == 438
        romeo.nonce = nonce
        passes(romeo, peer, b"still here")
        romeo.take_nonce(stale)
        assert romeo.ask(stun.REFRESH).code() == 0
        assert romeo.answer(ending).code() == 0
        assert romeo.answer(ending).code() == 437


@setting(*SETTINGS)
def test_around_permissions(scene):
    """nobody is reached whom the relay may not reach, or with whom there is no permission"""
    with client(scene, scene.romeo) as romeo, client(scene, scene.enter("mallory")) as mallory, \
            Peer() as peer, Peer("127.0.0.2") as hidden:
        assert romeo.allocate() == 0
        assert mallory.allocate() == 0
        for host in ("127.0.0.2", "10.0.0.1", "169.254.169.254", "224.0.0.1", "0.0.0.0",
                     "::ffff:127.0.0.2", "::ffff:10.0.0.1"):
            assert mallory.permit(host) == 403, host
            assert mallory.bind(0x4000, host, 9) == 403, host
        for host in ("::1", "::127.0.0.2", "fe80::1"):
            assert mallory.permit(host) == 443, host
        # One of several that may not be reached: none is permitted.
        assert mallory.ask(stun.PERMISSION, stun.peer(peer.host, 1),
                           stun.peer(hidden.host, 1)).code() == 403
        mallory.send(peer.host, peer.port, b"without permission")
        mallory.send(hidden.host, hidden.port, b"to where nobody may")
        assert romeo.bind(0x4001, peer.host, peer.port) == 0
        for number in (0x4000, 0x4001, 0x4FFF, 0x5000, 0x7FFF):
            mallory.channel(number, b"of another's channel")
        assert mallory.bind(0x5000, peer.host, peer.port) == 400
        assert mallory.bind(0x3FFF, peer.host, peer.port) == 400
        mallory.push(b"\x40\1\xff\xffcut")
        # To romeo's relayed address: by the relay itself, and by a stranger's port.
        own = romeo.relayed
        mallory.send(*own, b"through the back door")
        with Peer("127.0.0.3") as stranger:
            stranger.socket.sendto(b"without permission", own)
        romeo.channel(0x4001, b"first")
        assert peer.hear() == b"first"
        peer.socket.sendto(b"second", own)
        while (data := romeo.hear())[0] & 0xC0 == 0:  # an answer that came twice
            assert data[:2] != b"\0\x17", data
        assert data == b"\x40\1\0\6second"
        assert hidden.hear(0.001) is None


@setting(*SETTINGS)
def test_allocation_flood(scene):
    """an account has no more than its share, all of them no more than there is, and others theirs"""
    with contextlib.ExitStack() as held:
        def one(person):
            return held.enter_context(client(scene, person))

        romeo = one(scene.romeo)
        assert romeo.allocate() == 0
        greedy = [one(scene.enter("mallory")) for _ in range(20)]
        assert [each.allocate() for each in greedy] == 3 * [0] + 17 * [486]
        assert [one(scene.juliet).allocate() for _ in range(4)] == 3 * [0] + [486]
        assert one(scene.romeo).allocate() == 0
        assert one(scene.romeo).allocate() == 486, "more than there are"
        assert greedy[0].ask(stun.REFRESH, (stun.LIFETIME, bytes(4))).code() == 0
        assert greedy[5].allocate() == 0
        with Peer() as peer:
            passes(romeo, peer, b"still here")


@setting(*SETTINGS)
def test_garbage(scene):
    """noise, lies about lengths and giants are let go, while a call goes on"""
    with client(scene, scene.romeo) as romeo, client(scene) as noisy, Peer() as peer:
        assert romeo.allocate() == 0
        valid = [romeo.request(stun.ALLOCATE, stun.UDP), romeo.request(stun.REFRESH),
                 romeo.request(stun.PERMISSION, stun.peer(peer.host, 1)), b"\x40\0\0\4abcd"]
        for turn in range(20):
            for _ in range(100):
                noisy.push(scene.random.randbytes(scene.random.randrange(200)))
                torn = bytearray(scene.random.choice(valid))
                for _ in range(scene.random.randrange(1, 4)):
                    torn[scene.random.randrange(len(torn))] = scene.random.randrange(256)
                noisy.push(torn[:scene.random.randrange(len(torn) + 1)])
            noisy.push(b"\0\1\0\0" + bytes(65000))
            romeo.ask(stun.BINDING, signed=False)
            passes(romeo, peer, b"turn %d" % turn)


@setting(*SETTINGS)
def test_reflection(scene):
    """who asks in the name of others gets few and short answers for them, and keeps nobody out"""
    with client(scene, scene.romeo) as romeo, client(scene, source="127.0.0.5") as liar, \
            Peer() as peer:
        kinds = [liar.request(stun.ALLOCATE, stun.UDP, signed=False),
                 liar.request(stun.REFRESH, signed=False),
                 liar.request(stun.BINDING, (0x24, bytes(4)), signed=False),  # not understood
                 liar.request(0x7F, signed=False)]
        liar.nonce = b"0" * 32
        kinds.append(liar.request(stun.ALLOCATE, stun.UDP))
        began = time.monotonic()
        answers = []
        for _ in range(40):
            for request in kinds:
                for _ in range(10):
                    liar.push(request)
            while data := liar.hear(0.001):
                answers.append(data)
        # What has not come yet comes before this.
        last = liar.request(stun.BINDING, signed=False)
        liar.push(last)
        while (data := liar.hear(stun.AGAIN)) is None or data[8:20] != last[8:20]:
            if data:
                answers.append(data)
            else:
                liar.push(last)
        seconds = time.monotonic() - began
        assert len(answers) <= REFUSALS * (seconds + 2), (len(answers), seconds)
        assert 0 < max(map(len, answers)) <= 100
        assert romeo.allocate() == 0
        passes(romeo, peer, b"still here")


@setting("modules.external.relay=yes", "listen.turn_tcp.enabled=yes",
         "listen.turn_tls.enabled=yes", "turn.allowed_peers=[127.0.0.1]", "turn.idle=1s", "connections.greeting_timeout=1s")
def test_half_connections(scene):
    """who is silent, never ends his handshake, or says a message byte by byte is let go"""
    with contextlib.ExitStack() as held:
        def one(listener):
            return held.enter_context(scene.stranger(listener))

        with stun.Stream(scene.server.address("turn_tcp"), login(scene.romeo)) as romeo, \
                Peer() as peer:
            assert romeo.allocate() == 0
            assert romeo.bind(0x4001, peer.host, peer.port) == 0
            lost = [one(name) for name in ("turn_tcp", "turn_tls") for _ in range(20)]
            for attacker in lost[20:30]:
                attacker.push(hello()[:100])
            for attacker in lost[:10]:
                attacker.push(b"\0\1\0\x0c\x21\x12\xa4\x42")
            for attacker in lost[:20]:
                attacker.push(b"\0")  # one byte more, or the first
            for data in (b"\x80\0\0\0", b"\0\1\xff\xfc", b"\0\1\0\1", b"\x40\1\xff\xff"):
                lost.append(one("turn_tcp"))
                lost[-1].push(data)
            for attacker in lost:
                attacker.until_ended()
            romeo.channel(0x4001, b"said")
            assert peer.hear() == b"said"
            peer.socket.sendto(b"back", romeo.relayed)
            assert romeo.hear() == b"\x40\1\0\4back"


@setting("modules.external.relay=yes", "listen.turn_tcp.enabled=yes",
         "turn.allowed_peers=[127.0.0.1]", "turn.rate=unlimited")
def test_client_that_does_not_read(scene):
    """what waits for a client over TCP is bounded, others are served, and it goes on when it reads"""
    with stun.Stream(scene.server.address("turn_tcp"), login(scene.romeo)) as slow, \
            stun.Stream(scene.server.address("turn_tcp"), login(scene.juliet)) as juliet, \
            Peer() as peer, Peer() as other:
        assert slow.allocate() == 0
        assert juliet.allocate() == 0
        assert slow.bind(0x4001, peer.host, peer.port) == 0
        assert juliet.bind(0x4001, other.host, other.port) == 0
        for number in range(20000):
            peer.socket.sendto(number.to_bytes(4, "big") + bytes(1196), slow.relayed)
            if number % 1000 == 0:
                juliet.channel(0x4001, b"%d" % number)
                assert other.hear() == b"%d" % number
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            peer.socket.sendto(b"last", slow.relayed)
            while data := slow.hear(stun.AGAIN):
                if data[4:] == b"last":
                    return
        raise AssertionError("it hears nothing more")
