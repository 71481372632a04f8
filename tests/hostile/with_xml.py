# SPDX-License-Identifier: MIT
"""Markup that is to use up memory or time, or to be understood in two ways."""

from scene import END, HEADER, expect

LAUGHS = b"<!DOCTYPE lolz [<!ENTITY a 'lol'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (c, b"&%c;" % (c - 1) * 10) for c in b"bcdefghij"
) + b"]>"
MANY = 20  # of each at a time
MEGABYTE = 1000 * 1000


def by_strangers(scene, text, condition):
    """Many at a time, before they log in; the two talk while all are connected."""
    many = [scene.stranger() for _ in range(MANY)]
    for one in many:
        one.push(text)
    scene.talk()
    for one in many:
        with one:
            expect(one, condition)


def by_users(scene, text, condition):
    many = [scene.mallory() for _ in range(MANY)]
    for one in many:
        one.push(text)
    scene.talk()
    for one in many:
        with one:
            expect(one, condition)


def test_entity_bombs(scene):
    """entities that would multiply are not even declared"""
    by_strangers(scene, LAUGHS + HEADER + b"<a>&j;</a>", "restricted-xml")
    by_strangers(scene, HEADER + LAUGHS, "restricted-xml")
    by_strangers(scene, HEADER + b"<a>&j;</a>", "restricted-xml")
    by_users(scene, b"<message><body>&j;</body></message>", "restricted-xml")
    by_users(scene, b"<message><body>&#" + b"0" * MEGABYTE + b"65;</body></message>",
             "policy-violation")


def test_depth_bombs(scene):
    """elements in elements in elements end at a bound"""
    by_strangers(scene, HEADER + b"<a>" * MEGABYTE, "policy-violation")
    by_users(scene, b"<message>" + b"<a>" * MEGABYTE, "policy-violation")
    by_users(scene, b"<a xmlns='urn:a'>" * 100000, "policy-violation")


def test_attributes(scene):
    """ten thousand attributes, or namespaces, end the stream"""
    attributes = b"".join(b" a%d='1'" % n for n in range(10000))
    spaces = b"".join(b" xmlns:a%d='urn:%d'" % (n, n) for n in range(10000))
    for many in (attributes, spaces):
        by_strangers(scene, b"<stream:stream" + many, "policy-violation")
        by_strangers(scene, HEADER + b"<a" + many + b"/>", "policy-violation")
        by_users(scene, b"<message" + many + b"/>", "policy-violation")
        by_users(scene, b"<message><a" + many + b"/></message>", "policy-violation")


def test_names(scene):
    """names, prefixes, namespaces and values of a megabyte end the stream"""
    giant = b"a" * MEGABYTE
    for text in (b"<" + giant, b"<" + giant + b":b xmlns:" + giant + b"='urn:a'/>",
                 b"<a " + giant + b"='1'/>", b"<a xmlns='" + giant + b"'/>",
                 b"<a b='" + giant + b"'/>", b"<a" + b" " * MEGABYTE + b"/>",
                 b"<a>" + giant + b"</a>"):
        by_strangers(scene, HEADER + text, "policy-violation")
        by_users(scene, b"<message>" + text, "policy-violation")
    by_strangers(scene, b"<?xml version='1.0' " + b" " * MEGABYTE, "policy-violation")
    by_strangers(scene, b"<stream:" + giant, "policy-violation")


def test_encodings(scene):
    """what is no UTF-8, or no character of XML, ends the stream wherever it stands"""
    for wrong, condition in (
            (b"\xc0\xaf", "unsupported-encoding"),  # overlong
            (b"\xe0\x80\xaf", "unsupported-encoding"),
            (b"\xed\xa0\x80", "unsupported-encoding"),  # a surrogate
            (b"\xf4\x90\x80\x80", "unsupported-encoding"),  # above U+10FFFF
            (b"\xff", "unsupported-encoding"),
            (b"\xe2\x82<", "unsupported-encoding"),  # cut short
            (b"\0", "not-well-formed"),
            (b"\x1f", "not-well-formed"),
            (b"\xef\xbf\xbf", "not-well-formed"),  # U+FFFF
            (b"&#xD800;", "not-well-formed"),
            (b"&#x110000;", "not-well-formed"),
            (b"&#99999999999999999999;", "not-well-formed"),
    ):
        for text in (b"<message><body>%s</body></message>", b"<message to='%s'/>"):
            with scene.mallory() as one, scene.stranger() as other:
                one.push(text % wrong)
                expect(one, condition)
                other.push(HEADER + text % wrong)
                expect(other, condition)
    scene.talk()


def test_prefixes(scene):
    """reserved prefixes and namespaces are nobody's to declare"""
    for attribute in ("xmlns:xml='urn:other'", "xmlns:xmlns='urn:other'",
                      "xmlns:a='http://www.w3.org/XML/1998/namespace'",
                      "xmlns='http://www.w3.org/XML/1998/namespace'",
                      "xmlns:a='http://www.w3.org/2000/xmlns/'", "xmlns:a=''"):
        for text in (f"<message {attribute}/>", f"<message><a {attribute}/></message>"):
            with scene.mallory() as one, scene.stranger() as other:
                one.push(text)
                expect(one, "bad-namespace-prefix")
                other.push(HEADER + text.encode())
                expect(other, "bad-namespace-prefix")
    scene.talk()


def test_halves(scene):
    """halves of stanzas are forgotten with those who sent them, however they leave"""
    stanza = ("<message to='romeo@localhost' type='chat'><x xmlns='urn:x' a='1'>&lt;"
              "</x><body>half</body></message>").encode()
    for cut in range(1, len(stanza), 7):
        with scene.mallory() as one, scene.stranger() as other:
            one.push(stanza[:cut])
            other.push(HEADER + stanza[:cut])
            if cut % 2:
                one.drop()
                other.drop()
            else:
                one.leave()
                other.leave()
    many = [scene.mallory() for _ in range(MANY)]
    for one in many:
        one.push(b"<message><body>" + b"x" * 200000)
    scene.talk()
    for number, one in enumerate(many):
        with one:
            if number % 2:
                one.push(END)  # inside the stanza
                expect(one, "not-well-formed")
            else:
                one.drop()
