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

#include "xml/run.h"
#include "xml/text.h"

typedef unsigned char byte;

enum state {
	AT_MARKUP,
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

const struct str NS_OF_XML = { "http://www.w3.org/XML/1998/namespace", 36 };
const struct str NS_OF_XMLNS = { "http://www.w3.org/2000/xmlns/", 29 };

/* --- memory --------------------------------------------------------------------------- */

enum { FIRST_CELLS = 256, FIRST_OPEN = 32, FIRST_BINDINGS = 16, FIRST_TAIL = 256 };

/* Where the tape of nearly every element fits; free for the next scan when one ends. */
static _Thread_local struct {
	union cell tape[FIRST_CELLS];
	struct scan_open open[FIRST_OPEN];
	struct scan_binding binding[FIRST_BINDINGS];
	char tail[FIRST_TAIL];
} first;

/* Room for at least `need` units, of which `used` are kept; `own` is the thread's array. */
static void *
more_room(void *at, const void *own, uint32_t used, uint32_t need, uint32_t *room, size_t unit)
{
	void *grown;

	while (*room < need)
		*room = *room ? *room * 2 : 8;
	if (at != own)
		return mem_resize(at, *room * unit);
	grown = mem_alloc(*room * unit);
	if (used)
		memcpy(grown, at, used * unit);
	return grown;
}

static void
need_cells(struct scan *s, uint32_t n)
{
	if (s->cells_room - s->cells < n)
		s->tape = more_room(s->tape, first.tape, s->cells, s->cells + n, &s->cells_room,
		    sizeof(s->tape[0]));
}

static uint32_t
add_to_tail(struct scan *s, struct str text)
{
	uint32_t at = s->tail_len, len = (uint32_t)text.len;

	if (s->tail_room - at < len)
		s->tail = more_room(s->tail, first.tail, at, at + len, &s->tail_room, 1);
	if (len)
		memcpy(s->tail + at, text.at, len);
	s->tail_len += len;
	return at | NS_IN_TAIL;
}

void
scan_init(struct scan *s, const struct scope *scope, const struct xml_bounds *bounds,
    enum scan_mode mode)
{
	s->scope = scope;
	s->bounds = *bounds;
	s->prefixes_max = XML_PREFIXES_MAX;
	s->mode = mode;
	s->at = 0;
	s->state = AT_MARKUP;
	s->declared = s->empty = s->irregular = false;
	s->elements = 0;
	s->tape = first.tape;
	s->cells = 0;
	s->cells_room = FIRST_CELLS;
	s->open = first.open;
	s->depth = 0;
	s->open_room = FIRST_OPEN;
	s->binding = first.binding;
	s->bindings = 0;
	s->bindings_room = FIRST_BINDINGS;
	s->tail = first.tail;
	s->tail_len = 0;
	s->tail_room = FIRST_TAIL;
	for (uint32_t i = 0; i < scope->n; i++)
		s->scope_ns[i] = 0;
	s->ns = (struct scan_ns){ .at = NS_IN_TAIL, .len = (uint16_t)scope->default_ns.len };
	add_to_tail(s, scope->default_ns);
}

void
scan_fini(struct scan *s)
{
	if (s->tape != first.tape)
		free(s->tape);
	if (s->open != first.open)
		free(s->open);
	if (s->binding != first.binding)
		free(s->binding);
	if (s->tail != first.tail)
		free(s->tail);
}

void
scan_keep(struct scan *s)
{
	if (s->tape == first.tape) {
		s->cells_room = 0;
		s->tape = more_room(s->tape, first.tape, s->cells, s->cells, &s->cells_room,
		    sizeof(s->tape[0]));
	}
	if (s->open == first.open) {
		s->open_room = 0;
		s->open = more_room(
		    s->open, first.open, s->depth, s->depth, &s->open_room, sizeof(s->open[0]));
	}
	if (s->binding == first.binding) {
		s->bindings_room = 0;
		s->binding = more_room(s->binding, first.binding, s->bindings, s->bindings,
		    &s->bindings_room, sizeof(s->binding[0]));
	}
	if (s->tail == first.tail) {
		s->tail_room = 0;
		s->tail =
		    more_room(s->tail, first.tail, s->tail_len, s->tail_len, &s->tail_room, 1);
	}
}

size_t
scan_held(const struct scan *s)
{
	return s->cells_room * sizeof(s->tape[0]) + s->open_room * sizeof(s->open[0]) +
	       s->bindings_room * sizeof(s->binding[0]) + s->tail_room;
}

struct str
scan_ns_str(const struct scan *s, const char *bytes, uint32_t at, uint16_t len)
{
	return str_of(at & NS_IN_TAIL ? s->tail + (at & ~NS_IN_TAIL) : bytes + at, len);
}

/* --- ways out ------------------------------------------------------------------------- */

/* Positions fit: an element has at most XML_BYTES_MAX bytes. */
static inline uint32_t
position(const byte *base, const byte *p)
{
	return (uint32_t)(p - base);
}

static const byte *
bad(struct scan *s, enum xml_error error)
{
	s->error = error;
	s->result = SCAN_BAD;
	return NULL;
}

static const byte *
more(struct scan *s, const byte *base, const byte *p)
{
	s->at = position(base, p);
	s->result = SCAN_MORE;
	return NULL;
}

static enum scan_result
refuse(struct scan *s, enum xml_error error)
{
	bad(s, error);
	return SCAN_BAD;
}

static enum scan_result
wait(struct scan *s, enum state state, const byte *base, const byte *p)
{
	s->state = (unsigned char)state;
	more(s, base, p);
	return SCAN_MORE;
}

static enum scan_result
done(struct scan *s, enum scan_result result, const byte *base, const byte *p)
{
	s->at = position(base, p);
	return s->result = result;
}

/* --- tokens --------------------------------------------------------------------------- */

/*
 * Those below begin at p and return where their token ends, or NULL when the scan stops
 * inside: s->result says why.
 */

static const byte *
skip_char(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	uint32_t code;
	int n = char_decode(p, end, &code);

	if (n == 0)
		return more(s, base, p);
	if (n < 0)
		return bad(s, XML_BAD_ENCODING);
	if (!char_is_allowed(code))
		return bad(s, XML_NOT_WELL_FORMED);
	return p + n;
}

/* At '&'. Only characters and the five entities of XML itself (RFC 6120 section 11.1). */
static const byte *
skip_reference(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	static const struct str known[] = { { "lt", 2 }, { "gt", 2 }, { "amp", 3 },
		{ "quot", 4 }, { "apos", 4 } };
	const byte *name = p + 1, *c = name;
	struct str text;

	if (c < end && *c == '#') {
		uint32_t code = 0, base_of = 10;
		const byte *digits = ++c;

		if (c < end && *c == 'x') {
			base_of = 16;
			digits = ++c;
		}
		for (; c < end && *c != ';'; c++) {
			uint32_t digit;

			if (*c >= '0' && *c <= '9')
				digit = *c - (uint32_t)'0';
			else if (base_of == 16 && (*c | 0x20) >= 'a' && (*c | 0x20) <= 'f')
				digit = (*c | 0x20) - (uint32_t)'a' + 10;
			else
				return bad(s, XML_NOT_WELL_FORMED);
			code = code * base_of + digit;
			if (code > 0x10ffff)
				return bad(s, XML_NOT_WELL_FORMED);
			if (c - p >= XML_REFERENCE_MAX)
				return bad(s, XML_TOO_COMPLEX);
		}
		if (c == end)
			return more(s, base, p);
		if (c == digits || !char_is_allowed(code))
			return bad(s, XML_NOT_WELL_FORMED);
		return c + 1;
	}
	while (c < end && char_is(*c, c == name ? CHAR_NAME_START : CHAR_NAME))
		c++;
	/* Longer than all we know, or of other characters: whatever it is, it is an entity. */
	if (c - name > 4 || (c < end && (*c >= 0x80 || *c == ':')))
		return bad(s, XML_RESTRICTED);
	if (c == end)
		return more(s, base, p);
	if (*c != ';' || c == name)
		return bad(s, XML_NOT_WELL_FORMED);
	text = str_of((const char *)name, (size_t)(c - name));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(text, known[i]))
			return c + 1;
	return bad(s, XML_RESTRICTED);
}

/* True when "]]>" stands at p, where a ']' is; false also when the bytes end inside. */
static bool
ends_cdata(const byte *p, const byte *end)
{
	return end - p >= 3 && p[1] == ']' && p[2] == '>';
}

/* True when it could still become one. */
static bool
may_end_cdata(const byte *p, const byte *end)
{
	return end - p < 2 || (end - p < 3 && p[1] == ']');
}

/* Character data up to the next '<'. */
static const byte *
skip_text(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	uint16_t *flags = &s->tape[s->open[s->depth - 1].cell + 1].tag.flags;

	while (p) {
		p = run_text(p, end);
		if (p == end)
			return more(s, base, p);
		if (*p == '<')
			return p;
		if (*p == '&') {
			*flags |= CELL_ESCAPED;
			p = skip_reference(s, base, p, end);
		} else if (*p == '\r') {
			*flags |= CELL_ESCAPED;
			p++;
		} else if (*p == ']') {
			if (ends_cdata(p, end))
				return bad(s, XML_NOT_WELL_FORMED);
			if (may_end_cdata(p, end))
				return more(s, base, p);
			p++;
		} else {
			p = skip_char(s, base, p, end);
		}
	}
	return NULL;
}

/* The inside of a CDATA section, up to behind its "]]>". */
static const byte *
skip_cdata(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	while (p) {
		while (p < end && char_is(*p, CHAR_CDATA))
			p++;
		if (p == end)
			return more(s, base, p);
		if (*p == ']') {
			if (ends_cdata(p, end))
				return p + 3;
			if (may_end_cdata(p, end))
				return more(s, base, p);
			p++;
		} else {
			p = skip_char(s, base, p, end);
		}
	}
	return NULL;
}

/* An attribute's value up to the closing quote. */
static const byte *
skip_value(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	byte quote = s->quote;

	while (p) {
		p = run_value(p, end, quote);
		if (p == end)
			return more(s, base, p);
		if (*p == quote)
			return p;
		switch (*p) {
		case '\'':
		case '"':
			p++;
			break;
		case '<':
			return bad(s, XML_NOT_WELL_FORMED);
		case '&':
			s->tape[s->attr].attr.flags |= CELL_ESCAPED;
			p = skip_reference(s, base, p, end);
			break;
		case '\t':
		case '\n':
		case '\r':
			s->tape[s->attr].attr.flags |= CELL_ESCAPED;
			p++;
			break;
		default:
			p = skip_char(s, base, p, end);
		}
	}
	return NULL;
}

/*
 * A name with at most one colon (Namespaces in XML, QName), from s->token on; notes the
 * colon.
 */
static const byte *
skip_any_name(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *part = base + (s->colon ? s->colon + 1 : s->token);

	for (;;) {
		uint32_t code;
		int n;

		if (p == part && p < end && *p < 0x80 && !char_is(*p, CHAR_NAME_START))
			return bad(s, XML_NOT_WELL_FORMED);
		p = run_name(p, end);
		if (p == end)
			return more(s, base, p);
		if (*p >= 0x80) {
			n = char_decode(p, end, &code);
			if (n == 0)
				return more(s, base, p);
			if (n < 0)
				return bad(s, XML_BAD_ENCODING);
			if (!(p == part ? char_starts_name(code) : char_continues_name(code)))
				return bad(s, XML_NOT_WELL_FORMED);
			p += n;
			continue;
		}
		if (*p != ':')
			break;
		if (s->colon)
			return bad(s, XML_NOT_WELL_FORMED);
		s->colon = position(base, p++);
		part = p;
	}
	if (position(base, p) - s->token > XML_NAME_MAX)
		return bad(s, XML_TOO_COMPLEX);
	return p;
}

/* The same, quick for the usual: ASCII, no colon, all there. */
static inline const byte *
skip_name(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *q = run_name(p, end);

	if (q < end && *q < 0x80 && *q != ':' && char_is(*p, CHAR_NAME_START) &&
	    p == base + s->token && q - p <= XML_NAME_MAX)
		return q;
	return skip_any_name(s, base, p, end);
}

static const byte *
skip_space(const byte *p, const byte *end)
{
	while (p < end && char_is(*p, CHAR_SPACE))
		p++;
	return p;
}

/* --- namespaces ----------------------------------------------------------------------- */

/* The steps below return false when they refuse: s->error says why. */

static bool
check(struct scan *s, bool good, enum xml_error error)
{
	if (!good)
		bad(s, error);
	return good;
}

static bool
same_bytes(const byte *base, uint32_t a, uint32_t b, uint16_t len)
{
	return memcmp(base + a, base + b, len) == 0;
}

static bool
ns_eq(const struct scan *s, const byte *base, uint32_t at, uint16_t len, struct scan_ns b)
{
	const char *bytes = (const char *)base;

	return (at == b.at && len == b.len) ||
	       str_eq(scan_ns_str(s, bytes, at, len), scan_ns_str(s, bytes, b.at, b.len));
}

/* A namespace from outside the element, put into the tail once. */
static uint32_t
outer_ns(struct scan *s, uint32_t i, struct str ns)
{
	if (!s->scope_ns[i])
		s->scope_ns[i] = (add_to_tail(s, ns) & ~NS_IN_TAIL) + 1;
	return (s->scope_ns[i] - 1) | NS_IN_TAIL;
}

/*
 * Looks up a prefix; level is 0 when it is declared outside the element. The prefixes xml
 * (attributes do not ask) and xmlns are for no element.
 */
static bool
resolve_prefix(
    struct scan *s, const byte *base, uint32_t prefix, uint16_t len, struct scan_binding *out)
{
	struct str name = str_of((const char *)base + prefix, len);

	for (uint32_t i = s->bindings; i-- > 0;) {
		const struct scan_binding *b = &s->binding[i];

		if (b->prefix_len == len && same_bytes(base, b->prefix, prefix, len)) {
			*out = *b;
			return true;
		}
	}
	for (uint32_t i = 0; i < s->scope->n; i++) {
		const struct scope_prefix *p = &s->scope->prefix[i];

		if (str_eq(p->prefix, name)) {
			*out = (struct scan_binding){ .ns = outer_ns(s, i, p->ns),
				.ns_len = (uint16_t)p->ns.len };
			return true;
		}
	}
	return check(s, false, XML_BAD_PREFIX);
}

/* Puts what a namespace written with references means into the tail. */
static bool
unescape_ns(struct scan *s, struct str *ns, uint32_t *at)
{
	char meant[XML_NS_MAX * ESCAPED_MAX];
	size_t len;

	if (!check(s, ns->len <= sizeof(meant), XML_TOO_COMPLEX))
		return false;
	len = text_unescape(*ns, true, meant);
	*at = add_to_tail(s, str_of(meant, len));
	*ns = str_of(s->tail + (*at & ~NS_IN_TAIL), len);
	return true;
}

/* The attribute that just ended is xmlns or xmlns:prefix. */
static bool
declare(struct scan *s, const byte *base)
{
	const union cell *a = &s->tape[s->attr];
	struct str prefix = str_of((const char *)base + a->attr.name, a->attr.name_len);
	uint32_t at = a->attr.value, len = a->attr.value_len;
	struct str ns = str_of((const char *)base + at, len);

	if (a->attr.flags & CELL_ESCAPED) {
		if (!unescape_ns(s, &ns, &at))
			return false;
		len = (uint32_t)ns.len;
	}
	if (!check(s, len <= XML_NS_MAX, XML_TOO_COMPLEX))
		return false;
	/* Namespaces in XML section 3: what xml and xmlns stand for cannot change. */
	if (str_eq(prefix, S("xml")))
		return check(s, str_eq(ns, NS_OF_XML), XML_BAD_PREFIX);
	if (!check(s,
		!str_eq(ns, NS_OF_XML) && !str_eq(ns, NS_OF_XMLNS) &&
		    !str_eq(prefix, S("xmlns")),
		XML_BAD_PREFIX))
		return false;
	if (prefix.len == 0) {
		s->ns = (struct scan_ns){ .at = at, .len = (uint16_t)len };
		s->redeclared = true;
		return true;
	}
	if (!check(s, len > 0, XML_BAD_PREFIX) ||
	    !check(s, s->bindings < s->prefixes_max, XML_TOO_COMPLEX))
		return false;
	if (s->bindings == s->bindings_room)
		s->binding = more_room(s->binding, first.binding, s->bindings, s->bindings + 1,
		    &s->bindings_room, sizeof(s->binding[0]));
	s->binding[s->bindings++] = (struct scan_binding){ .prefix = a->attr.name,
		.prefix_len = a->attr.name_len,
		.ns = at,
		.ns_len = (uint16_t)len,
		.level = (uint16_t)s->depth };
	return true;
}

/* Declared on an element inside the content, not on the root or the stream. */
static bool
is_inside(const struct scan_binding *b)
{
	return b->level > 1;
}

/* Namespaces of the attributes with prefixes, once all declarations of the tag are known. */
static bool
resolve_attributes(struct scan *s, const byte *base, uint32_t cell)
{
	uint32_t begin = cell + ELEMENT_CELLS, end = begin + s->tape[cell + 1].tag.attr_cells;

	for (uint32_t i = begin; i < end; i += attr_step(&s->tape[i])) {
		const union cell *a = &s->tape[i];
		union cell *ns = &s->tape[i + 1];
		struct scan_binding b;

		if (!(a->attr.flags & CELL_PREFIXED))
			continue;
		if (!resolve_prefix(s, base, a->attr.name - ns->attr_ns.prefix_len - 1,
			ns->attr_ns.prefix_len, &b))
			return false;
		ns->attr_ns.ns = b.ns;
		ns->attr_ns.ns_len = b.ns_len;
		if (s->depth > 1 && !is_inside(&b))
			s->irregular = true;
		/* No two may have the same expanded name (section 6.3). */
		for (uint32_t k = begin; k < i; k += attr_step(&s->tape[k])) {
			const union cell *o = &s->tape[k];

			if ((o->attr.flags & CELL_PREFIXED) &&
			    o->attr.name_len == a->attr.name_len &&
			    same_bytes(base, o->attr.name, a->attr.name, a->attr.name_len) &&
			    ns_eq(s, base, o[1].attr_ns.ns, o[1].attr_ns.ns_len,
				(struct scan_ns){ .at = b.ns, .len = b.ns_len }))
				return check(s, false, XML_NOT_WELL_FORMED);
		}
	}
	return true;
}

/* --- elements ------------------------------------------------------------------------- */

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
		s->open = more_room(
		    s->open, first.open, depth, depth + 1, &s->open_room, sizeof(s->open[0]));
	s->open[s->depth++] =
	    (struct scan_open){ .cell = s->cells, .bindings = s->bindings, .ns = s->ns };
	need_cells(s, ELEMENT_CELLS);
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
		    !(flags & CELL_PREFIXED) &&
		    same_bytes(base, o->attr.name, name, (uint16_t)len))
			return check(s, false, XML_NOT_WELL_FORMED);
	}
	need_cells(s, 2);
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

/* The start tag is complete up to its '>'. */
static bool
finish_start_tag(struct scan *s, const byte *base)
{
	uint32_t cell = s->open[s->depth - 1].cell;
	struct scan_ns outer = s->open[s->depth - 1].ns;
	union cell *tag = &s->tape[cell + 1];
	bool is_root = s->depth == 1;

	if (tag->tag.prefix_len == 0) {
		tag->tag.ns = s->ns.at;
		tag->tag.ns_len = s->ns.len;
		if (s->ns.foreign)
			s->irregular = true;
	} else {
		struct scan_binding b;

		if (!resolve_prefix(
			s, base, s->tape[cell].span.start + 1, tag->tag.prefix_len, &b))
			return false;
		tag->tag.ns = b.ns;
		tag->tag.ns_len = b.ns_len;
		if (!is_root && (!is_inside(&b) || ns_eq(s, base, b.ns, b.ns_len, s->root_ns)))
			s->irregular = true;
	}
	if (is_root) {
		s->root_ns = (struct scan_ns){ .at = tag->tag.ns, .len = tag->tag.ns_len };
		s->ns.foreign = !ns_eq(s, base, s->ns.at, s->ns.len, s->root_ns);
	} else if (s->redeclared && ns_eq(s, base, s->ns.at, s->ns.len, s->root_ns) &&
		   (outer.foreign || ns_eq(s, base, outer.at, outer.len, s->root_ns))) {
		/* Says again what holds in the content anyway, and would be wrong in a stream
		 * with the other content namespace (RFC 6120 section 4.8.3). */
		s->irregular = true;
	}
	return !s->prefixed || resolve_attributes(s, base, cell);
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
	if (!(p = skip_text(s, base, p, end)))
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
	if (!(p = skip_name(s, base, p, end)))
		return s->result;
	if (!name_element(s, base, position(base, p)))
		return SCAN_BAD;

after_token:
	if (p == end)
		return wait(s, AFTER_TOKEN, base, p);
	if (*p != '>' && *p != '/' && !char_is(*p, CHAR_SPACE))
		return refuse(s, XML_NOT_WELL_FORMED);

tag:
	p = skip_space(p, end);
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
	s->token = position(base, p);
	s->colon = 0;

attr_name:
	s->state = IN_ATTR_NAME;
	if (!(p = skip_name(s, base, p, end)))
		return s->result;
	if (!name_attribute(s, base, position(base, p)))
		return SCAN_BAD;
	if (end - p >= 2 && p[0] == '=' && p[1] == '\'') {
		p++;
		goto quote;
	}

equals:
	p = skip_space(p, end);
	if (p == end)
		return wait(s, BEFORE_EQUALS, base, p);
	if (*p++ != '=')
		return refuse(s, XML_NOT_WELL_FORMED);

quote:
	p = skip_space(p, end);
	if (p == end)
		return wait(s, BEFORE_QUOTE, base, p);
	if (*p != '\'' && *p != '"')
		return refuse(s, XML_NOT_WELL_FORMED);
	s->quote = *p++;
	s->token = position(base, p);

value:
	s->state = IN_VALUE;
	if (!(p = skip_value(s, base, p, end)))
		return s->result;
	s->tape[s->attr].attr.value = s->token;
	s->tape[s->attr].attr.value_len = position(base, p++) - s->token;
	if ((s->tape[s->attr].attr.flags & CELL_DECLARES) && !declare(s, base))
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
	p = skip_space(p, end);
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
	if (!(p = skip_cdata(s, base, p, end)))
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
