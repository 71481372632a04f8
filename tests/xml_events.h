/* SPDX-License-Identifier: MIT
 *
 * What the XML parser says about some bytes, as text, so that two runs can be compared. For
 * unit tests and fuzzers.
 *
 *     open {http://etherx.jabber.org/streams}stream to="a"
 *     element {jabber:client}message id="1"("text" {jabber:client}body("hi"))
 *     close
 *     bad restricted-xml
 */
#ifndef TESTS_XML_EVENTS_H
#define TESTS_XML_EVENTS_H

#include "base/buf.h"
#include "xml/parser.h"

static inline void
add(struct buf *out, struct str text)
{
	if (buf_add(out, text) != OK)
		abort();
}

static inline void
add_name(struct buf *out, struct str ns, struct str name)
{
	if (ns.len) {
		add(out, S("{"));
		add(out, ns);
		add(out, S("}"));
	}
	add(out, name);
}

static inline void
add_quoted(struct buf *out, struct str text)
{
	add(out, S("\""));
	add(out, text);
	add(out, S("\""));
}

/* Names, attributes, text (joined) and children. */
static inline void
add_element(struct buf *out, struct elem e)
{
	struct str ns, name, value, text;
	struct arena a;

	arena_init(&a, 1024);
	add_name(out, elem_ns(e), elem_name(e));
	for (uint32_t at = 0; elem_attr_each(e, &at, &a, &ns, &name, &value);) {
		add(out, S(" "));
		add_name(out, ns, name);
		add(out, S("="));
		add_quoted(out, value);
	}
	text = elem_text(e, &a);
	if (text.len || elem_exists(elem_first(e)))
		add(out, S("("));
	if (text.len)
		add_quoted(out, text);
	for (struct elem c = elem_first(e); elem_exists(c); c = elem_next(c)) {
		if (c.at != elem_first(e).at || text.len)
			add(out, S(" "));
		add_element(out, c);
	}
	if (text.len || elem_exists(elem_first(e)))
		add(out, S(")"));
	arena_fini(&a);
}

static inline struct str
xml_error_name(enum xml_error error)
{
	switch (error) {
	case XML_NOT_WELL_FORMED:
		return S("not-well-formed");
	case XML_RESTRICTED:
		return S("restricted-xml");
	case XML_BAD_ENCODING:
		return S("unsupported-encoding");
	case XML_BAD_PREFIX:
		return S("bad-namespace-prefix");
	case XML_TOO_LARGE:
		return S("too-large");
	case XML_TOO_COMPLEX:
		return S("too-complex");
	case XML_BAD_FORMAT:
		return S("bad-format");
	}
	return S("?");
}

/* Feeds a piece and adds a line for each event; false after XML_BAD. */
static inline bool
add_events(struct buf *out, struct xml_parser *p, struct str piece)
{
	for (;;) {
		struct frozen *f = NULL;
		enum xml_error error;

		switch (xml_parser_next(p, &piece, &f, &error)) {
		case XML_MORE:
			if (piece.len)
				abort();
			return true;
		case XML_STREAM_OPEN:
			add(out, S("open "));
			add_element(out, frozen_root(f));
			break;
		case XML_ELEMENT:
			add(out, S("element "));
			add_element(out, frozen_root(f));
			break;
		case XML_STREAM_CLOSE:
			add(out, S("close"));
			break;
		case XML_BAD:
			add(out, S("bad "));
			add(out, xml_error_name(error));
			add(out, S("\n"));
			return false;
		}
		add(out, S("\n"));
		frozen_free(&f);
	}
}

#endif
