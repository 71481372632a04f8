/* SPDX-License-Identifier: MIT */
#include "xml/namespace.h"

#include "xml/scan_room.h"
#include "xml/text.h"

const struct str NS_OF_XML = { "http://www.w3.org/XML/1998/namespace", 36 };
const struct str NS_OF_XMLNS = { "http://www.w3.org/2000/xmlns/", 29 };

struct str
scan_ns_str(const struct scan *s, const char *bytes, uint32_t at, uint16_t len)
{
	return str_of(at & NS_IN_TAIL ? s->tail + (at & ~NS_IN_TAIL) : bytes + at, len);
}

static const struct str CLIENT = { "jabber:client", 13 };

bool
ns_is_client_elsewhere(struct str ns)
{
	return str_eq(ns, S("jabber:server")) || str_eq(ns, S("jabber:component:accept"));
}

struct scan_ns
ns_client(struct scan *s)
{
	if (!s->client_ns)
		s->client_ns = scan_add_tail(s, CLIENT);
	return (struct scan_ns){ .at = s->client_ns, .len = (uint16_t)CLIENT.len };
}

/* A namespace from outside the element, put into the tail once. */
static uint32_t
outer_ns(struct scan *s, uint32_t i, struct str ns)
{
	if (!s->scope_ns[i])
		s->scope_ns[i] = (scan_add_tail(s, ns) & ~NS_IN_TAIL) + 1;
	return (s->scope_ns[i] - 1) | NS_IN_TAIL;
}

bool
ns_resolve(
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
	*at = scan_add_tail(s, str_of(meant, len));
	*ns = str_of(s->tail + (*at & ~NS_IN_TAIL), len);
	return true;
}

bool
ns_declare(struct scan *s, const byte *base)
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
		/* On the root it is too early to know: see choose_translation. */
		if (s->depth > 1 && s->translate && ns_is_client_elsewhere(ns)) {
			s->ns = ns_client(s);
			s->irregular = true;
		}
		return true;
	}
	if (!check(s, len > 0, XML_BAD_PREFIX) ||
	    !check(s, s->bindings < s->prefixes_max, XML_TOO_COMPLEX))
		return false;
	if (s->bindings == s->bindings_room)
		scan_more_bindings(s);
	s->binding[s->bindings++] = (struct scan_binding){ .prefix = a->attr.name,
		.prefix_len = a->attr.name_len,
		.ns = at,
		.ns_len = (uint16_t)len,
		.level = (uint16_t)s->depth };
	return true;
}

bool
ns_resolve_attributes(struct scan *s, const byte *base, uint32_t cell)
{
	uint32_t begin = cell + ELEMENT_CELLS, end = begin + s->tape[cell + 1].tag.attr_cells;

	for (uint32_t i = begin; i < end; i += attr_step(&s->tape[i])) {
		const union cell *a = &s->tape[i];
		union cell *ns = &s->tape[i + 1];
		struct scan_binding b;

		if (!(a->attr.flags & CELL_PREFIXED))
			continue;
		if (!ns_resolve(s, base, a->attr.name - ns->attr_ns.prefix_len - 1,
			ns->attr_ns.prefix_len, &b))
			return false;
		ns->attr_ns.ns = b.ns;
		ns->attr_ns.ns_len = b.ns_len;
		if (s->depth > 1 && !ns_is_inside(&b))
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
