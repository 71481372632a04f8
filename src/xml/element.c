/* SPDX-License-Identifier: MIT */
#include "xml/element.h"

#include "xml/copy.h"
#include "xml/freeze.h"
#include "xml/text.h"

/* --- blocks --------------------------------------------------------------------------- */

struct frozen *
frozen_ref(struct frozen *f)
{
	atomic_fetch_add_explicit(&f->refs, 1, memory_order_relaxed);
	return f;
}

void
frozen_free(struct frozen **f)
{
	struct frozen *last = *f;

	*f = NULL;
	/* Alone with it, as usual: no locked instruction. */
	if (last && (atomic_load_explicit(&last->refs, memory_order_acquire) == 1 ||
			atomic_fetch_sub_explicit(&last->refs, 1, memory_order_acq_rel) == 1))
		free(last);
}

size_t
frozen_bytes(const struct frozen *f)
{
	return sizeof(*f) + f->cells * sizeof(f->tape[0]) + f->markup_len + f->tail_len;
}

struct str
frozen_content(const struct frozen *f)
{
	return frozen_slice(f, f->tape[0].span.inner, f->tape[0].span.close);
}

struct elem
frozen_root(const struct frozen *f)
{
	return (struct elem){ f, 0 };
}

uint32_t
frozen_end(const struct frozen *f, uint32_t cell)
{
	const union cell *t = &f->tape[cell];
	struct str rest;

	if (t[1].tag.flags & CELL_EMPTY)
		return t->span.close;
	rest = frozen_slice(f, t->span.close, f->markup_len);
	return t->span.close + (uint32_t)str_find(rest, '>') + 1;
}

/* --- names and walking ---------------------------------------------------------------- */

static const union cell *
span_of(struct elem e)
{
	return &e.of->tape[e.at];
}

static const union cell *
tag_of(struct elem e)
{
	return &e.of->tape[e.at + 1];
}

struct str
elem_name(struct elem e)
{
	const union cell *tag = tag_of(e);
	uint32_t at = span_of(e)->span.start + 1;

	if (tag->tag.prefix_len)
		at += tag->tag.prefix_len + 1u;
	return frozen_slice(e.of, at, at + tag->tag.name_len);
}

struct str
elem_ns(struct elem e)
{
	const union cell *tag = tag_of(e);

	return frozen_ns(e.of, tag->tag.ns, tag->tag.ns_len);
}

bool
elem_is(struct elem e, struct str ns, struct str name)
{
	return elem_exists(e) && str_eq(elem_name(e), name) && str_eq(elem_ns(e), ns);
}

struct elem
elem_first(struct elem parent)
{
	uint32_t child;

	if (!elem_exists(parent))
		return ELEM_NONE;
	child = frozen_first_child(parent.of, parent.at);
	return child < span_of(parent)->span.next ? (struct elem){ parent.of, child }
						  : ELEM_NONE;
}

struct elem
elem_next(struct elem e)
{
	uint32_t next;

	if (!elem_exists(e))
		return ELEM_NONE;
	next = span_of(e)->span.next;
	/* What follows on the tape is a sibling, or one of an ancestor. */
	if (next == e.of->cells || e.of->tape[next + 1].tag.depth != tag_of(e)->tag.depth)
		return ELEM_NONE;
	return (struct elem){ e.of, next };
}

static struct elem
first_like(struct elem e, struct str ns, struct str name)
{
	while (elem_exists(e) && !elem_is(e, ns, name))
		e = elem_next(e);
	return e;
}

struct elem
elem_child(struct elem parent, struct str ns, struct str name)
{
	return first_like(elem_first(parent), ns, name);
}

struct elem
elem_next_like(struct elem e)
{
	return elem_exists(e) ? first_like(elem_next(e), elem_ns(e), elem_name(e)) : ELEM_NONE;
}

size_t
elem_count(struct elem parent)
{
	size_t n = 0;

	for (struct elem e = elem_first(parent); elem_exists(e); e = elem_next(e))
		n++;
	return n;
}

/* --- attributes ----------------------------------------------------------------------- */

static struct str
attr_name(struct elem e, const union cell *a)
{
	return frozen_slice(e.of, a->attr.name, a->attr.name + a->attr.name_len);
}

static struct str
attr_ns(struct elem e, const union cell *a)
{
	if (a->attr.flags & CELL_XML)
		return NS_OF_XML;
	if (a->attr.flags & CELL_PREFIXED)
		return frozen_ns(e.of, a[1].attr_ns.ns, a[1].attr_ns.ns_len);
	return S("");
}

static struct str
unescape(struct str markup, bool attribute, struct arena *a)
{
	char *out = arena_alloc(a, markup.len + 1);

	return str_of(out, text_unescape(markup, attribute, out));
}

static struct str
attr_value(struct elem e, const union cell *a, struct arena *arena)
{
	struct str raw = frozen_slice(e.of, a->attr.value, a->attr.value + a->attr.value_len);

	return a->attr.flags & CELL_ESCAPED ? unescape(raw, true, arena) : raw;
}

bool
elem_attr_each(struct elem e, uint32_t *at, struct arena *a, struct str *ns, struct str *name,
    struct str *value)
{
	uint32_t begin = e.at + ELEMENT_CELLS, i = begin + *at;
	uint32_t end = begin + tag_of(e)->tag.attr_cells;

	for (; i < end; i += attr_step(&e.of->tape[i])) {
		const union cell *c = &e.of->tape[i];

		if (c->attr.flags & CELL_DECLARES)
			continue;
		*ns = attr_ns(e, c);
		*name = attr_name(e, c);
		*value = attr_value(e, c, a);
		*at = i + attr_step(c) - begin;
		return true;
	}
	return false;
}

bool
elem_attr_at(struct elem e, size_t n, struct arena *a, struct str *ns, struct str *name,
    struct str *value)
{
	uint32_t end = frozen_first_child(e.of, e.at);

	for (uint32_t i = e.at + ELEMENT_CELLS; i < end; i += attr_step(&e.of->tape[i])) {
		const union cell *c = &e.of->tape[i];

		if ((c->attr.flags & CELL_DECLARES) || n-- > 0)
			continue;
		*ns = attr_ns(e, c);
		*name = attr_name(e, c);
		*value = attr_value(e, c, a);
		return true;
	}
	return false;
}

bool
elem_attr(struct elem e, struct str name, struct arena *a, struct str *out)
{
	uint32_t end;

	if (!elem_exists(e))
		return false;
	end = frozen_first_child(e.of, e.at);
	for (uint32_t i = e.at + ELEMENT_CELLS; i < end; i += attr_step(&e.of->tape[i])) {
		const union cell *c = &e.of->tape[i];

		if ((c->attr.flags & ~CELL_ESCAPED) == 0 && str_eq(attr_name(e, c), name)) {
			*out = attr_value(e, c, a);
			return true;
		}
	}
	return false;
}

bool
elem_attr_ns(struct elem e, struct str ns, struct str name, struct arena *a, struct str *out)
{
	uint32_t end;

	if (ns.len == 0)
		return elem_attr(e, name, a, out);
	if (!elem_exists(e))
		return false;
	end = frozen_first_child(e.of, e.at);
	for (uint32_t i = e.at + ELEMENT_CELLS; i < end; i += attr_step(&e.of->tape[i])) {
		const union cell *c = &e.of->tape[i];

		if ((c->attr.flags & (CELL_PREFIXED | CELL_XML)) &&
		    str_eq(attr_name(e, c), name) && str_eq(attr_ns(e, c), ns)) {
			*out = attr_value(e, c, a);
			return true;
		}
	}
	return false;
}

struct str
elem_attr_or_none(struct elem e, struct str name, struct arena *a)
{
	struct str value = { 0 };

	elem_attr(e, name, a, &value);
	return value;
}

/* The element's own xml:lang attribute, 0 when it has none. */
static uint32_t
own_lang(const struct frozen *f, uint32_t cell)
{
	uint32_t end = frozen_first_child(f, cell);

	for (uint32_t i = cell + ELEMENT_CELLS; i < end; i += attr_step(&f->tape[i])) {
		const union cell *a = &f->tape[i];

		if ((a->attr.flags & CELL_XML) &&
		    str_eq(attr_name((struct elem){ f, cell }, a), S("lang")))
			return i;
	}
	return 0;
}

uint32_t
frozen_outer_lang(const struct frozen *f, uint32_t cell)
{
	uint32_t at = 0, lang = 0, own;

	if (own_lang(f, cell))
		return 0;
	/* Down from the root, by the child that contains the element. */
	while (at != cell) {
		if ((own = own_lang(f, at)))
			lang = own;
		for (at = frozen_first_child(f, at); cell >= f->tape[at].span.next;)
			at = f->tape[at].span.next;
	}
	return lang;
}

bool
elem_lang(struct elem e, struct arena *a, struct str *out)
{
	uint32_t lang;

	if (!elem_exists(e))
		return false;
	lang = own_lang(e.of, e.at);
	if (!lang)
		lang = frozen_outer_lang(e.of, e.at);
	if (lang)
		*out = attr_value(e, &e.of->tape[lang], a);
	return lang != 0;
}

/* --- text ----------------------------------------------------------------------------- */

struct str
elem_text(struct elem e, struct arena *a)
{
	const union cell *span, *tag;
	struct elem child;
	uint32_t at, to;
	struct str text;
	bool escaped;
	char *out;

	if (!elem_exists(e))
		return (struct str){ 0 };
	span = span_of(e);
	tag = tag_of(e);
	escaped = (tag->tag.flags & CELL_ESCAPED) != 0;
	child = elem_first(e);
	if (!elem_exists(child)) {
		text = frozen_slice(e.of, span->span.inner, span->span.close);
		return escaped ? unescape(text, false, a) : text;
	}
	/* Between the children: joined. */
	out = NULL;
	text = S("");
	for (at = span->span.inner;;
	     at = frozen_end(e.of, child.at), child = elem_next(child)) {
		struct str piece;

		to = elem_exists(child) ? span_of(child)->span.start : span->span.close;
		piece = frozen_slice(e.of, at, to);
		if (piece.len) {
			if (!out)
				out = arena_alloc(a, span->span.close - at + 1);
			text.at = out;
			text.len += text_unescape(piece, false, out + text.len);
		}
		if (!elem_exists(child))
			return text;
	}
}

struct str
elem_child_text(struct elem parent, struct str ns, struct str name, struct arena *a)
{
	return elem_text(elem_child(parent, ns, name), a);
}

/* --- markup --------------------------------------------------------------------------- */

struct str
elem_markup_in(struct elem e, struct str ns, struct arena *a)
{
	struct str root_ns = elem_ns(frozen_root(e.of));
	char *out;

	if (tag_of(e)->tag.depth == 1 && str_eq(ns, root_ns) && !frozen_outer_lang(e.of, e.at))
		return frozen_slice(e.of, span_of(e)->span.start, frozen_end(e.of, e.at));
	out = arena_alloc(a, copy_element(e, ns, NULL));
	return str_of(out, copy_element(e, ns, out));
}

struct str
elem_markup(struct elem e, struct arena *a)
{
	return elem_markup_in(e, elem_ns(frozen_root(e.of)), a);
}

struct frozen *
elem_freeze(struct elem e)
{
	struct arena temporary;
	struct frozen *f;

	arena_init(&temporary, 1024);
	f = freeze_own(elem_markup_in(e, elem_ns(e), &temporary), elem_ns(e));
	arena_fini(&temporary);
	return f;
}
