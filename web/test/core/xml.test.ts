// SPDX-License-Identifier: MIT

import { describe, expect, it } from "vitest";

import { XML_MAX, XmlError, child, childText, elements, parse, text, withAttrs, write, xml } from "../../src/core/xml.js";

const NS = "jabber:client";

describe("reading", () => {
  it("gives local names, namespaces, attributes and text", () => {
    const el = parse("<message xmlns='jabber:client' to='a@b' xml:lang='fr'><body>h&lt;i<![CDATA[ & ]]>you</body><x:y xmlns:x='urn:x' x:z='1'/></message>");
    expect(el).toEqual({
      name: "message",
      ns: NS,
      attrs: { to: "a@b", "xml:lang": "fr" },
      children: [
        { name: "body", ns: NS, attrs: {}, children: ["h<i & you"] },
        { name: "y", ns: "urn:x", attrs: {}, children: [] },
      ],
    });
  });

  it.each([
    ["broken", "<a><b></a>"],
    ["nothing", ""],
    ["two", "<a/><b/>"],
    ["an entity nobody declared", "<a>&nbsp;</a>"],
    ["a prefix nobody declared", "<x:a/>"],
    ["a document type", "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"],
    ["a forbidden character", "<a>\u0001</a>"],
  ])("refuses %s", (_, source) => expect(() => parse(source)).toThrow(XmlError));

  it("is not fooled by somebody's own parsererror", () => {
    const source = "<message xmlns='jabber:client'><parsererror xmlns='http://www.w3.org/1999/xhtml'>no</parsererror></message>";
    expect(parse(source).children).toHaveLength(1);
    expect(() => parse(source.replace("</message>", ""))).toThrow(XmlError);
  });

  it("has bounds for depth, number and length", () => {
    const nested = (n: number): string => "<a>".repeat(n) + "</a>".repeat(n);
    expect(parse(nested(XML_MAX.depth)).name).toBe("a");
    expect(() => parse(nested(XML_MAX.depth + 1))).toThrow("too deep");
    expect(() => parse(`<a>${"<b/>".repeat(XML_MAX.elements)}</a>`)).toThrow("too many");
    expect(() => parse(`<a>${"x".repeat(XML_MAX.chars)}</a>`)).toThrow("too long");
  });
});

describe("writing", () => {
  it("declares a namespace where it changes", () =>
    expect(write(xml("message", NS, { to: "a@b" }, xml("body", NS, {}, "hi"), xml("x", "urn:x")))).toBe(
      "<message xmlns='jabber:client' to='a@b'><body>hi</body><x xmlns='urn:x'/></message>",
    ));

  it("comes back the same, whatever the text", () => {
    const hostile = "<script>'\"&amp;]]> \t\r\n \u{1F600}\u202E";
    const el = xml("message", NS, { id: hostile }, xml("body", NS, {}, hostile));
    expect(parse(write(el))).toEqual(el);
  });

  it("replaces what XML cannot carry", () => expect(text(parse(write(xml("a", NS, {}, "a\u0000b\uD800c\uFFFE"))))).toBe("a\uFFFDb\uFFFDc\uFFFD"));

  it("leaves out what is undefined", () => expect(xml("a", NS, { b: undefined, c: 0 }, undefined, "")).toEqual(xml("a", NS, { c: "0" })));
});

it("finds children by name and namespace", () => {
  const el = xml("a", NS, {}, xml("b", NS, {}, "1"), "t", xml("b", "urn:x", {}, "2"));
  expect(elements(el, "b")).toHaveLength(2);
  expect(text(child(el, "b", "urn:x"))).toBe("2");
  expect(childText(el, "b")).toBe("1");
  expect(childText(el, "c")).toBeUndefined();
  expect(withAttrs(el, { to: "x" }).attrs).toEqual({ to: "x" });
});
