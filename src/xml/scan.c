/* SPDX-License-Identifier: MIT
 *
 * The scan is a state machine with one state for each place where the bytes may end; between
 * two such places it runs straight on. .at is then:
 *
 * AT_MARKUP      at a '<' of which not enough is known yet
 * IN_TEXT        in character data, or at a reference or "]]" that is not complete
 * IN_CDATA       in a CDATA section
 * IN_TAG_NAME    in the name of an element; .token, .colon
 * AFTER_TOKEN    in a start tag, right behind its name or a value
 * IN_TAG         in a start tag, where an attribute may begin
 * IN_ATTR_NAME   in the name of an attribute; .token, .colon
 * BEFORE_EQUALS  behind the name
 * BEFORE_QUOTE   behind the '='
 * IN_VALUE       in the value; .token, .quote, .attr
 * IN_END_TAG     behind the name in an end tag
 * IN_DECLARATION in an XML declaration
 *
 * Sources: XML 1.0 fifth edition, Namespaces in XML 1.0 third edition, RFC 6120 section 11.
 */
#include "xml/scan.h"

#include "xml/namespace.h"
#include "xml/scan_room.h"
#include "xml/token.h"

enum state {
	AT_MARKUP, /* where a scan begins: 0 */
	IN_TEXT,
	IN_CDATA,
	IN_TAG_NAME,
	AFTER_TOKEN,
	IN_TAG,
	IN_ATTR_NAME,
	BEFORE_EQUALS,
	BEFORE_QUOTE,
	IN_VALUE,
	IN_END_TAG,
	IN_DECLARATION,
};

/* --- ways out ------------------------------------------------------------------------- */

static enum scan_result
refuse(struct scan *s, enum xml_error error)
{
	token_refused(s, error);
	return SCAN_BAD;
}

static enum scan_result
wait(struct scan *s, enum state state, const byte *base, const byte *p)
{
	s->state = (unsigned char)state;
	token_cut(s, base, p);
	return SCAN_MORE;
}

static enum scan_result
done(struct scan *s, enum scan_result result, const byte *base, const byte *p)
{
	s->at = position(base, p);
	return s->result = result;
}

/* --- elements ------------------------------------------------------------------------- */

/* The steps below return false when they refuse: s->error says why. */

/* A start tag begins at `start`. */
static bool
begin_element(struct scan *s, uint32_t start)
{
	uint32_t depth = s->depth;

	if (!check(s, depth <= s->bounds.depth && s->elements <= s->bounds.elements,
		XML_TOO_COMPLEX))
		return false;
	s->elements++;
	if (depth == s->open_room)
		scan_more_open(s);
	s->open[s->depth++] =
	    (struct scan_open){ .cell = s->cells, .bindings = s->bindings, .ns = s->ns };
	scan_need_cells(s, ELEMENT_CELLS);
	s->tape[s->cells].span.start = start;
	s->tape[s->cells + 1].tag.attr_cells = 0;
	s->tape[s->cells + 1].tag.depth = (uint16_t)depth;
	s->tape[s->cells + 1].tag.flags = 0;
	s->cells += ELEMENT_CELLS;
	s->attributes = 0;
	s->prefixed = s->redeclared = false;
	s->token = start + 1;
	s->colon = 0;
	return true;
}

/* The element's name ends at `end`. */
static bool
name_element(struct scan *s, const byte *base, uint32_t end)
{
	union cell *tag = &s->tape[s->open[s->depth - 1].cell + 1];
	uint32_t len = end - s->token, prefix = s->colon ? s->colon - s->token : 0;
	struct str header = s->scope->header;

	tag->tag.prefix_len = (uint16_t)prefix;
	tag->tag.name_len = (uint16_t)(prefix ? len - prefix - 1 : len);
	/* A second header inside the stream would never end. */
	return check(s,
	    s->depth > 1 || s->mode != SCAN_STANZA ||
		!str_eq(header, str_of((const char *)base + s->token, len)),
	    XML_BAD_FORMAT);
}

/* An attribute's name ends at `end`. */
static bool
name_attribute(struct scan *s, const byte *base, uint32_t end)
{
	uint32_t cell = s->open[s->depth - 1].cell, name = s->token, len = end - name;
	uint32_t prefix = s->colon ? s->colon - name : 0;
	const byte *text = base + name;
	uint16_t flags = 0;
	union cell *a;

	if (!check(s, ++s->attributes <= s->bounds.attributes, XML_TOO_COMPLEX))
		return false;
	if (s->colon) {
		if (prefix == 3 && memcmp(text, "xml", 3) == 0) {
			flags = CELL_XML;
		} else if (prefix == 5 && memcmp(text, "xmlns", 5) == 0) {
			flags = CELL_DECLARES;
		} else {
			flags = CELL_PREFIXED;
			s->prefixed = true;
		}
		name += prefix + 1;
		len -= prefix + 1;
	} else if (len == 5 && memcmp(text, "xmlns", 5) == 0) {
		flags = CELL_DECLARES;
		name += len;
		len = 0;
	}
	/* Those with prefixes are compared when their namespaces are known. */
	for (uint32_t i = cell + ELEMENT_CELLS; i < s->cells; i += attr_step(&s->tape[i])) {
		const union cell *o = &s->tape[i];

		if (o->attr.name_len == len && (o->attr.flags & ~CELL_ESCAPED) == flags &&
		    !(flags & CELL_PREFIXED) && same_bytes(base, o->attr.name, name, len))
			return check(s, false, XML_NOT_WELL_FORMED);
	}
	scan_need_cells(s, 2);
	s->attr = s->cells;
	a = &s->tape[s->cells];
	a->attr.name = name;
	a->attr.name_len = (uint16_t)len;
	a->attr.flags = flags;
	if (flags & CELL_PREFIXED) {
		a[1].attr_ns.ns_len = 0;
		a[1].attr_ns.prefix_len = (uint16_t)prefix;
	}
	s->cells += attr_step(a);
	s->tape[cell + 1].tag.attr_cells =
	    (uint16_t)(s->tape[cell + 1].tag.attr_cells + attr_step(a));
	return true;
}

static bool
is_client_elsewhere(const struct scan *s, const byte *base, struct scan_ns ns)
{
	return ns_is_client_elsewhere(scan_ns_str(s, (const char *)base, ns.at, ns.len));
}

/*
 * A root in the stream's content namespace, or in none of them, makes all of them one (see
 * element.h). Any other is left as it is, with what is in it: it is not for this stream.
 */
static void
choose_translation(struct scan *s, const byte *base, struct scan_ns root)
{
	s->translate = s->mode != SCAN_HEADER;
	if (is_client_elsewhere(s, base, root))
		s->translate = s->mode == SCAN_STANZA &&
			       str_eq(scan_ns_str(s, (const char *)base, root.at, root.len),
				   scope_content_ns(s->scope));
	if (s->translate && is_client_elsewhere(s, base, s->ns))
		s->ns = ns_client(s);
}

/* The start tag is complete up to its '>'. */
static bool
finish_start_tag(struct scan *s, const byte *base)
{
	uint32_t cell = s->open[s->depth - 1].cell;
	struct scan_ns outer = s->open[s->depth - 1].ns, ns = s->ns;
	union cell *tag = &s->tape[cell + 1];
	bool is_root = s->depth == 1, inside = true;

	if (tag->tag.prefix_len) {
		struct scan_binding b;

		if (!ns_resolve(s, base, s->tape[cell].span.start + 1, tag->tag.prefix_len, &b))
			return false;
		ns = (struct scan_ns){ .at = b.ns, .len = b.ns_len };
		inside = ns_is_inside(&b);
	}
	if (is_root)
		choose_translation(s, base, ns);
	if (s->translate && is_client_elsewhere(s, base, ns)) {
		ns = ns_client(s);
		tag->tag.flags |= CELL_BARE;
	}
	tag->tag.ns = ns.at;
	tag->tag.ns_len = ns.len;
	if (is_root) {
		s->root_ns = ns;
		s->ns.foreign = !ns_eq(s, base, s->ns.at, s->ns.len, ns);
	} else if (tag->tag.prefix_len) {
		/* Declared too far out, or no prefix is needed. */
		if (!inside || (tag->tag.flags & CELL_BARE) ||
		    ns_eq(s, base, ns.at, ns.len, s->root_ns))
			s->irregular = true;
	} else if (ns.foreign) {
		s->irregular = true;
	}
	if (!is_root && s->redeclared && ns_eq(s, base, s->ns.at, s->ns.len, s->root_ns) &&
	    (outer.foreign || ns_eq(s, base, outer.at, outer.len, s->root_ns))) {
		/* Says again what holds in the content anyway, and would be wrong in a stream
		 * with another content namespace. */
		s->irregular = true;
	}
	return !s->prefixed || ns_resolve_attributes(s, base, cell);
}

static void
end_element(struct scan *s)
{
	const struct scan_open *o = &s->open[--s->depth];

	s->tape[o->cell].span.next = s->cells;
	s->bindings = o->bindings;
	s->ns = o->ns;
}

/* The name that the end tag must have. */
static struct str
open_name(const struct scan *s, const byte *base)
{
	uint32_t cell;
	const union cell *tag;

	if (s->depth == 0)
		return s->mode == SCAN_STANZA ? s->scope->header : S("");
	cell = s->open[s->depth - 1].cell;
	tag = &s->tape[cell + 1];
	return str_of((const char *)base + s->tape[cell].span.start + 1,
	    (tag->tag.prefix_len ? tag->tag.prefix_len + 1u : 0) + tag->tag.name_len);
}

/* Of "what we wait for" and what is there so far: the difference is already visible. */
static bool
differs(struct str what, const byte *p, const byte *end)
{
	size_t there = (size_t)(end - p);

	return memcmp(what.at, p, there < what.len ? there : what.len) != 0;
}

/* --- the machine ---------------------------------------------------------------------- */

enum scan_result
scan_run(struct scan *s, const char *bytes, size_t len)
{
	const byte *base = (const byte *)bytes, *end = base + len, *p = base + s->at;
	struct str name;
	union cell *span;
	bool empty;

	switch ((enum state)s->state) {
	case AT_MARKUP:
		goto markup;
	case IN_TEXT:
		goto text;
	case IN_CDATA:
		goto cdata;
	case IN_TAG_NAME:
		goto tag_name;
	case AFTER_TOKEN:
		goto after_token;
	case IN_TAG:
		goto tag;
	case IN_ATTR_NAME:
		goto attr_name;
	case BEFORE_EQUALS:
		goto equals;
	case BEFORE_QUOTE:
		goto quote;
	case IN_VALUE:
		goto value;
	case IN_END_TAG:
		goto end_tag;
	case IN_DECLARATION:
		goto declaration;
	}

text:
	if (p < end && *p == '<')
		goto markup;
	s->state = IN_TEXT;
	if (!(p = token_text(s, base, p, end)))
		return s->result;

markup: /* at '<' */
	if (end - p < 2)
		return wait(s, AT_MARKUP, base, p);
	if (p[1] == '/')
		goto end_markup;
	if (p[1] == '!')
		goto bang;
	if (p[1] == '?')
		goto question;
	if (!begin_element(s, position(base, p)))
		return SCAN_BAD;
	p++;

tag_name:
	s->state = IN_TAG_NAME;
	if (!(p = token_name(s, base, p, end)))
		return s->result;
	if (!name_element(s, base, position(base, p)))
		return SCAN_BAD;

after_token:
	/* As everybody writes it: one space, the next name. */
	if (end - p >= 2 && *p == ' ' && char_is(p[1], CHAR_NAME_START)) {
		p++;
		goto attribute;
	}
	if (p == end)
		return wait(s, AFTER_TOKEN, base, p);
	if (*p != '>' && *p != '/' && !char_is(*p, CHAR_SPACE))
		return refuse(s, XML_NOT_WELL_FORMED);

tag:
	p = token_space(p, end);
	if (p == end)
		return wait(s, IN_TAG, base, p);
	if (*p == '>')
		goto tag_end;
	if (*p == '/') {
		if (end - p < 2)
			return wait(s, IN_TAG, base, p);
		if (p[1] != '>')
			return refuse(s, XML_NOT_WELL_FORMED);
		goto tag_end;
	}

attribute:
	s->token = position(base, p);
	s->colon = 0;

attr_name:
	s->state = IN_ATTR_NAME;
	if (!(p = token_name(s, base, p, end)))
		return s->result;
	if (!name_attribute(s, base, position(base, p)))
		return SCAN_BAD;
	if (end - p >= 2 && p[0] == '=' && p[1] == '\'') {
		p++;
		goto quote;
	}

equals:
	p = token_space(p, end);
	if (p == end)
		return wait(s, BEFORE_EQUALS, base, p);
	if (*p++ != '=')
		return refuse(s, XML_NOT_WELL_FORMED);

quote:
	p = token_space(p, end);
	if (p == end)
		return wait(s, BEFORE_QUOTE, base, p);
	if (*p != '\'' && *p != '"')
		return refuse(s, XML_NOT_WELL_FORMED);
	s->quote = *p++;
	s->token = position(base, p);

value:
	s->state = IN_VALUE;
	if (!(p = token_value(s, base, p, end)))
		return s->result;
	s->tape[s->attr].attr.value = s->token;
	s->tape[s->attr].attr.value_len = position(base, p++) - s->token;
	if ((s->tape[s->attr].attr.flags & CELL_DECLARES) && !ns_declare(s, base))
		return SCAN_BAD;
	goto after_token;

tag_end: /* at '>' or "/>" */
	if (!finish_start_tag(s, base))
		return SCAN_BAD;
	empty = *p == '/';
	p += empty ? 2 : 1;
	span = &s->tape[s->open[s->depth - 1].cell];
	span->span.inner = span->span.close = position(base, p);
	if (s->mode == SCAN_HEADER) {
		span->span.next = s->cells;
		s->empty = empty;
		return done(s, SCAN_DONE, base, p);
	}
	if (!empty)
		goto text;
	span[1].tag.flags |= CELL_EMPTY;
	goto close;

end_markup: /* at "</" */
	name = open_name(s, base);
	if (name.len == 0 || differs(name, p + 2, end))
		return refuse(s, XML_NOT_WELL_FORMED);
	if ((size_t)(end - p) < 2 + name.len + 1)
		return wait(s, AT_MARKUP, base, p);
	if (s->depth)
		s->tape[s->open[s->depth - 1].cell].span.close = position(base, p);
	p += 2 + name.len;

end_tag:
	p = token_space(p, end);
	if (p == end)
		return wait(s, IN_END_TAG, base, p);
	if (*p++ != '>')
		return refuse(s, XML_NOT_WELL_FORMED);
	if (s->depth == 0)
		return done(s, SCAN_CLOSE, base, p);

close:
	end_element(s);
	if (s->depth == 0)
		return done(s, SCAN_DONE, base, p);
	goto text;

bang: /* at "<!" */
	name = S("<![CDATA[");
	if (end - p < 3)
		return wait(s, AT_MARKUP, base, p);
	if (p[2] == '-' || p[2] == 'D')
		return refuse(s, XML_RESTRICTED);
	if (s->depth == 0 || differs(name, p, end))
		return refuse(s, XML_NOT_WELL_FORMED);
	if ((size_t)(end - p) < name.len)
		return wait(s, AT_MARKUP, base, p);
	p += name.len;
	s->irregular = true;
	s->tape[s->open[s->depth - 1].cell + 1].tag.flags |= CELL_CDATA;

cdata:
	s->state = IN_CDATA;
	if (!(p = token_cdata(s, base, p, end)))
		return s->result;
	goto text;

question: /* at "<?" */
	name = S("<?xml");
	if (s->mode == SCAN_STANZA || s->declared || s->depth || differs(name, p, end))
		return refuse(s, XML_RESTRICTED);
	if ((size_t)(end - p) < name.len + 1)
		return wait(s, AT_MARKUP, base, p);
	p += name.len;
	if (!char_is(*p, CHAR_SPACE))
		return refuse(s, XML_RESTRICTED);

declaration: /* it holds no '>' but its last */
	while (p < end && char_is(*p, CHAR_TEXT | CHAR_SPACE) && *p != '>')
		p++;
	if (p == end)
		return wait(s, IN_DECLARATION, base, p);
	if (*p++ != '>')
		return refuse(s, XML_NOT_WELL_FORMED);
	if (!declaration_check(str_of(bytes, (size_t)(p - base)), &s->error))
		return refuse(s, s->error);
	return done(s, SCAN_DECLARATION, base, p);
}
