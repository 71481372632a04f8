/* SPDX-License-Identifier: MIT
 *
 * Builds XML in an arena. Escapes everything, declares namespaces where they change.
 * Misuse (unbalanced close, attribute after content) is asserted. Text may come from
 * anywhere: what XML cannot carry (control characters, bytes that are not UTF-8) becomes
 * U+FFFD. Names and namespaces are the program's own; they must live until the end.
 *
 *     struct xml_writer w;
 *     xml_begin(&w, arena, NS_CLIENT, S("iq"));
 *     xml_attr(&w, S("type"), S("result"));
 *     xml_open(&w, NS_PING, S("ping"));
 *     xml_close(&w);
 *     struct frozen *f = xml_freeze(&w);
 */
#ifndef XML_WRITER_H
#define XML_WRITER_H

#include "base/str.h"
#include "xml/element.h"

enum { XML_WRITER_DEPTH = 32 }; /* levels, one of which is that around the document */

struct xml_writer {
	struct arena *arena;
	char *at;
	size_t len, room;
	struct str ns[XML_WRITER_DEPTH];   /* default namespace at each depth, [0] around all */
	struct str name[XML_WRITER_DEPTH]; /* open elements, from [1] */
	unsigned depth; /* open elements; ns[depth] is the default namespace where we stand */
	bool in_tag;    /* the last start tag is still open for attributes */
	bool has_root;  /* begun by xml_begin */
};

/* Starts a document whose root is in ns; the root's xmlns is not written: the stream's
 * default namespace stands for it. */
void xml_begin(struct xml_writer *w, struct arena *a, struct str ns, struct str name);

/* Starts a piece of markup without a root; ns is the default namespace around it. */
void xml_begin_inner(struct xml_writer *w, struct arena *a, struct str ns);

/* ns empty (S("") or none): the same namespace as the parent. */
void xml_open(struct xml_writer *w, struct str ns, struct str name);
void xml_attr(struct xml_writer *w, struct str name, struct str value);
void xml_attr_u64(struct xml_writer *w, struct str name, uint64_t value);
void xml_attr_lang(struct xml_writer *w, struct str value); /* xml:lang */
void xml_text(struct xml_writer *w, struct str text);
void xml_close(struct xml_writer *w);

/* <name>text</name> and <name/> in one call. */
void xml_leaf(struct xml_writer *w, struct str ns, struct str name, struct str text);
void xml_empty(struct xml_writer *w, struct str ns, struct str name);

/*
 * Markup that is already well-formed and self-contained where we stand: from elem_markup()
 * directly in the root, from elem_markup_in(e, S("")) anywhere.
 */
void xml_raw(struct xml_writer *w, struct str markup);

/* A copy of an element of another block, with what it inherits there: namespaces, xml:lang. */
void xml_copy(struct xml_writer *w, struct elem e);

/* Ends the document and freezes it. All elements but the root must have been closed. */
struct frozen *xml_freeze(struct xml_writer *w);

/* What was written so far; for xml_begin_inner. All elements must have been closed. */
struct str xml_written(struct xml_writer *w);

/* Text with & < > ' " escaped; the text itself when nothing needs it. */
struct str xml_escape(struct arena *a, struct str text);

#endif
