/* SPDX-License-Identifier: MIT */
#include "xml/writer.h"

#include "xml/copy.h"
#include "xml/freeze.h"
#include "xml/text.h"

enum { FIRST_ROOM = 512 };

static void
grow(struct xml_writer *w, size_t bytes)
{
	size_t room = w->room ? w->room : FIRST_ROOM;
	char *at;

	while (room - w->len < bytes)
		room *= 2;
	at = arena_alloc(w->arena, room);
	if (w->len)
		memcpy(at, w->at, w->len);
	w->at = at;
	w->room = room;
}

static inline char *
reserve(struct xml_writer *w, size_t bytes)
{
	if (bytes > w->room - w->len)
		grow(w, bytes);
	return w->at + w->len;
}

static inline void
put(struct xml_writer *w, struct str text)
{
	char *at = reserve(w, text.len);

	if (text.len)
		memcpy(at, text.at, text.len);
	w->len += text.len;
}

static void
put_escaped(struct xml_writer *w, struct str text, bool attribute)
{
	char *at;

	if (text_is_plain(text, attribute)) {
		put(w, text);
		return;
	}
	at = reserve(w, text_escape(text, attribute, NULL));
	w->len += text_escape(text, attribute, at);
}

/* Ends the start tag that is still open for attributes. */
static void
end_tag(struct xml_writer *w)
{
	if (w->in_tag)
		put(w, S(">"));
	w->in_tag = false;
}

/* The default namespace where the writer stands. */
static struct str
current_ns(const struct xml_writer *w)
{
	return w->ns[w->depth];
}

static void
start(struct xml_writer *w, struct arena *a, struct str ns)
{
	w->arena = a;
	w->at = NULL;
	w->len = w->room = 0;
	w->depth = 0;
	w->in_tag = false;
	w->ns[0] = ns;
	w->has_root = false;
}

void
xml_begin_inner(struct xml_writer *w, struct arena *a, struct str ns)
{
	start(w, a, ns);
}

void
xml_begin(struct xml_writer *w, struct arena *a, struct str ns, struct str name)
{
	start(w, a, ns);
	xml_open(w, ns, name);
	w->has_root = true;
}

void
xml_open(struct xml_writer *w, struct str ns, struct str name)
{
	struct str around = current_ns(w);

	assert(w->depth + 1 < XML_WRITER_DEPTH);
	end_tag(w);
	put(w, S("<"));
	put(w, name);
	w->in_tag = true;
	if (ns.len && !str_eq(ns, around))
		xml_attr(w, S("xmlns"), ns);
	else
		ns = around;
	w->depth++;
	w->ns[w->depth] = ns;
	w->name[w->depth] = name;
}

void
xml_attr(struct xml_writer *w, struct str name, struct str value)
{
	assert(w->in_tag);
	put(w, S(" "));
	put(w, name);
	put(w, S("='"));
	put_escaped(w, value, true);
	put(w, S("'"));
}

void
xml_attr_u64(struct xml_writer *w, struct str name, uint64_t value)
{
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%llu", (unsigned long long)value);

	xml_attr(w, name, str_of(digits, (size_t)len));
}

void
xml_attr_lang(struct xml_writer *w, struct str value)
{
	xml_attr(w, S("xml:lang"), value);
}

void
xml_text(struct xml_writer *w, struct str text)
{
	assert(w->depth > 0);
	if (text.len == 0)
		return;
	end_tag(w);
	put_escaped(w, text, false);
}

/* Closes the innermost element. */
static void
close_one(struct xml_writer *w)
{
	if (w->in_tag) {
		put(w, S("/>"));
	} else {
		put(w, S("</"));
		put(w, w->name[w->depth]);
		put(w, S(">"));
	}
	w->in_tag = false;
	w->depth--;
}

void
xml_close(struct xml_writer *w)
{
	/* The root is closed by xml_freeze. */
	assert(w->depth > (w->has_root ? 1 : 0));
	close_one(w);
}

void
xml_leaf(struct xml_writer *w, struct str ns, struct str name, struct str text)
{
	xml_open(w, ns, name);
	xml_text(w, text);
	xml_close(w);
}

void
xml_empty(struct xml_writer *w, struct str ns, struct str name)
{
	xml_open(w, ns, name);
	xml_close(w);
}

void
xml_raw(struct xml_writer *w, struct str markup)
{
	if (markup.len == 0)
		return;
	end_tag(w);
	put(w, markup);
}

void
xml_copy(struct xml_writer *w, struct elem e)
{
	struct str ns = current_ns(w);
	char *at;

	end_tag(w);
	at = reserve(w, copy_element(e, ns, NULL));
	w->len += copy_element(e, ns, at);
}

struct frozen *
xml_freeze(struct xml_writer *w)
{
	assert(w->has_root && w->depth == 1);
	close_one(w);
	return freeze_own(str_of(w->at, w->len), w->ns[0]);
}

struct str
xml_written(struct xml_writer *w)
{
	assert(!w->has_root && w->depth == 0);
	return str_of(w->at, w->len);
}

struct str
xml_escape(struct arena *a, struct str text)
{
	char *out;

	if (text_is_plain(text, true))
		return text;
	out = arena_alloc(a, text_escape(text, true, NULL));
	return str_of(out, text_escape(text, true, out));
}
