/* SPDX-License-Identifier: MIT */
#include "xml/copy.h"

#include "xml/text.h"

struct copy {
	const struct frozen *f;
	struct str root_ns;
	struct str ns; /* default namespace in force in the copy */
	bool regular;  /* makes the content self-contained, which it is not yet */
	unsigned declared;
	struct {
		struct str prefix, ns;
	} prefix[FROZEN_PREFIXES_MAX];
	char *out;
	size_t len;
};

static void
put(struct copy *c, struct str text)
{
	if (c->out && text.len)
		memcpy(c->out + c->len, text.at, text.len);
	c->len += text.len;
}

static void
put_escaped(struct copy *c, struct str text)
{
	c->len += text_escape(text, true, c->out ? c->out + c->len : NULL);
}

/* The raw value in the quotes it came in. */
static void
put_value(struct copy *c, const union cell *a)
{
	put(c, S("="));
	put(c, frozen_slice(c->f, a->attr.value - 1, a->attr.value + a->attr.value_len + 1));
}

static void
declare(struct copy *c, struct str prefix, struct str ns)
{
	put(c, S(" xmlns"));
	if (prefix.len) {
		put(c, S(":"));
		put(c, prefix);
	}
	put(c, S("='"));
	put_escaped(c, ns);
	put(c, S("'"));
}

static void
note_prefix(struct copy *c, struct str prefix, struct str ns)
{
	assert(c->declared < FROZEN_PREFIXES_MAX);
	c->prefix[c->declared].prefix = prefix;
	c->prefix[c->declared++].ns = ns;
}

/* Declares the prefix here unless the copy has it in force. */
static void
need_prefix(struct copy *c, struct str prefix, struct str ns)
{
	if (str_eq(prefix, S("xml")))
		return;
	for (unsigned i = c->declared; i-- > 0;) {
		if (!str_eq(c->prefix[i].prefix, prefix))
			continue;
		if (str_eq(c->prefix[i].ns, ns))
			return;
		break;
	}
	declare(c, prefix, ns);
	note_prefix(c, prefix, ns);
}

static struct str
local_name(const struct frozen *f, uint32_t cell)
{
	struct str qname = frozen_qname(f, cell);

	return str_slice(qname, qname.len - f->tape[cell + 1].tag.name_len, qname.len);
}

/* Written without prefix although it has one. */
static bool
loses_prefix(const struct copy *c, uint32_t cell)
{
	const union cell *tag = &c->f->tape[cell + 1];

	return tag->tag.prefix_len &&
	       ((tag->tag.flags & CELL_BARE) ||
		   str_eq(frozen_ns(c->f, tag->tag.ns, tag->tag.ns_len), c->root_ns));
}

static void
put_name(struct copy *c, uint32_t cell)
{
	put(c, loses_prefix(c, cell) ? local_name(c->f, cell) : frozen_qname(c->f, cell));
}

static void
put_attributes(struct copy *c, uint32_t cell)
{
	const struct frozen *f = c->f;
	uint32_t end = frozen_first_child(f, cell);

	for (uint32_t i = cell + ELEMENT_CELLS; i < end; i += attr_step(&f->tape[i])) {
		const union cell *a = &f->tape[i];
		uint32_t prefix = 0;

		if (a->attr.flags & CELL_DECLARES)
			continue;
		if (a->attr.flags & CELL_PREFIXED)
			prefix = a[1].attr_ns.prefix_len + 1u;
		else if (a->attr.flags & CELL_XML)
			prefix = 4;
		put(c, S(" "));
		put(c, frozen_slice(f, a->attr.name - prefix, a->attr.name + a->attr.name_len));
		put_value(c, a);
	}
}

/* Declarations of prefixes that the sender made here, and those that the tag needs. */
static void
put_prefixes(struct copy *c, uint32_t cell)
{
	const struct frozen *f = c->f;
	const union cell *tag = &f->tape[cell + 1];
	uint32_t end = frozen_first_child(f, cell);

	for (uint32_t i = cell + ELEMENT_CELLS; i < end; i += attr_step(&f->tape[i])) {
		const union cell *a = &f->tape[i];
		struct str ns =
		    frozen_slice(f, a->attr.value, a->attr.value + a->attr.value_len);

		/* One written with references is declared when it is needed. */
		if ((a->attr.flags & (CELL_DECLARES | CELL_ESCAPED)) != CELL_DECLARES ||
		    a->attr.name_len == 0 || str_eq(ns, NS_OF_XML))
			continue;
		put(c, S(" xmlns:"));
		put(c, frozen_slice(f, a->attr.name, a->attr.name + a->attr.name_len));
		put_value(c, a);
		note_prefix(
		    c, frozen_slice(f, a->attr.name, a->attr.name + a->attr.name_len), ns);
	}
	if (tag->tag.prefix_len && !loses_prefix(c, cell))
		need_prefix(c, str_slice(frozen_qname(f, cell), 0, tag->tag.prefix_len),
		    frozen_ns(f, tag->tag.ns, tag->tag.ns_len));
	for (uint32_t i = cell + ELEMENT_CELLS; i < end; i += attr_step(&f->tape[i])) {
		const union cell *a = &f->tape[i];

		if (!(a->attr.flags & CELL_PREFIXED))
			continue;
		need_prefix(c,
		    frozen_slice(
			f, a->attr.name - 1 - a[1].attr_ns.prefix_len, a->attr.name - 1),
		    frozen_ns(f, a[1].attr_ns.ns, a[1].attr_ns.ns_len));
	}
}

/* The tag without its end; the default namespace that holds inside is then in c->ns. */
static void
put_start(struct copy *c, uint32_t cell)
{
	const union cell *tag = &c->f->tape[cell + 1];
	struct str ns = frozen_ns(c->f, tag->tag.ns, tag->tag.ns_len);

	put(c, S("<"));
	put_name(c, cell);
	if ((tag->tag.prefix_len == 0 || loses_prefix(c, cell)) && !str_eq(ns, c->ns)) {
		declare(c, S(""), ns);
		c->ns = ns;
	}
	put_prefixes(c, cell);
	put_attributes(c, cell);
}

static void
put_text(struct copy *c, uint32_t cell, uint32_t from, uint32_t to)
{
	struct str text = frozen_slice(c->f, from, to);

	if (c->f->tape[cell + 1].tag.flags & CELL_CDATA)
		c->len += text_without_cdata(text, c->out ? c->out + c->len : NULL);
	else
		put(c, text);
}

/* The content as it is means the same in the copy. */
static bool
is_regular_content(const struct copy *c, uint32_t cell)
{
	return cell == 0 && !c->regular && str_eq(c->ns, c->root_ns);
}

/* Recursion is at most XML_DEPTH_MAX deep. */
static void
put_element(struct copy *c, uint32_t cell, uint32_t lang)
{
	const struct frozen *f = c->f;
	const union cell *span = &f->tape[cell];
	uint32_t at = span->span.inner, child = frozen_first_child(f, cell);
	unsigned declared = c->declared;
	struct str ns = c->ns;

	put_start(c, cell);
	if (lang) {
		put(c, S(" xml:lang"));
		put_value(c, &f->tape[lang]);
	}
	if (cell == 0 && c->regular) {
		c->declared = 0;
		c->ns = c->root_ns;
	}
	if (span->span.inner == span->span.close) {
		put(c, S("/>"));
	} else {
		put(c, S(">"));
		if (is_regular_content(c, cell)) {
			put(c, frozen_content(f));
			child = span->span.next;
			at = span->span.close;
		}
		while (child < span->span.next) {
			put_text(c, cell, at, f->tape[child].span.start);
			put_element(c, child, 0);
			at = frozen_end(f, child);
			child = f->tape[child].span.next;
		}
		put_text(c, cell, at, span->span.close);
		put(c, S("</"));
		put_name(c, cell);
		put(c, S(">"));
	}
	c->declared = declared;
	c->ns = ns;
}

size_t
copy_element(struct elem e, struct str ns, char *out)
{
	const union cell *t = &e.of->tape[e.at];
	uint32_t lang = frozen_outer_lang(e.of, e.at);
	struct copy c = { .f = e.of, .ns = ns, .out = out };

	c.root_ns = elem_ns(frozen_root(e.of));
	/* The content is self-contained where the root's namespace is the default. */
	if (t[1].tag.depth == 1 && !lang && str_eq(ns, c.root_ns)) {
		put(&c, frozen_slice(e.of, t->span.start, frozen_end(e.of, e.at)));
		return c.len;
	}
	put_element(&c, e.at, lang);
	return c.len;
}

enum status
copy_regular(const struct frozen *f, struct buf *out)
{
	struct str ns = elem_ns(frozen_root(f));
	struct copy c = { .f = f, .ns = ns, .root_ns = ns, .regular = true };

	put_element(&c, 0, 0);
	if (!(c.out = buf_reserve(out, c.len)))
		return E_LIMIT;
	buf_added(out, c.len);
	c.len = 0;
	put_element(&c, 0, 0);
	return OK;
}
