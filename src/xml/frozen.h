/* SPDX-License-Identifier: MIT
 *
 * What a frozen block looks like inside. Internal to the folder.
 *
 *     header | tape | markup | tail
 *
 * markup  the element's bytes from its '<' up to its end tag, which is left out
 * tail    namespaces that the markup does not spell: those inherited from the stream, and
 *         those written with references
 * tape    in document order, for each element two cells (span, tag), then its attributes:
 *         one cell each (attr), followed by a second (attr_ns) when it has a prefix other
 *         than xml. Text has no cells: it is what lies between the elements.
 *
 * Positions count bytes from the start of the markup; those of namespaces with NS_IN_TAIL set
 * from the start of the tail.
 */
#ifndef XML_FROZEN_H
#define XML_FROZEN_H

#include <stdatomic.h>

#include "base/limits.h"
#include "xml/element.h"

enum {
	CELL_ESCAPED = 1,  /* value or text holds references or line ends, see text.h */
	CELL_PREFIXED = 2, /* attribute: the next cell says in which namespace */
	CELL_XML = 4,      /* attribute: its prefix is xml */
	CELL_DECLARES = 8, /* attribute: xmlns:name, or xmlns where the name is empty */
	CELL_EMPTY = 16,   /* element: <name/> */
	CELL_BARE =
	    64, /* element: its prefix stands for another namespace than it is read in */
	CELL_CDATA = 32, /* element: its text has CDATA sections; only before normalisation */
};

#define NS_IN_TAIL UINT32_C(0x80000000)

union cell {
	struct {
		uint32_t start; /* '<' of the start tag */
		uint32_t inner; /* after the start tag's '>' */
		uint32_t close; /* '<' of the end tag; as inner when CELL_EMPTY */
		uint32_t next;  /* cell after the last of this element and those inside it */
	} span;
	struct {
		uint32_t ns;
		uint16_t ns_len;
		uint16_t name_len; /* local */
		uint16_t prefix_len;
		uint16_t attr_cells;
		uint16_t depth; /* 0 for the root */
		uint16_t flags;
	} tag;
	struct {
		uint32_t name; /* local */
		uint32_t value;
		uint32_t value_len;
		uint16_t name_len;
		uint16_t flags;
	} attr;
	struct {
		uint32_t ns;
		uint16_t ns_len;
		uint16_t prefix_len;
	} attr_ns;
};

enum { ELEMENT_CELLS = 2 };

/* Prefixes in force at one place of a block: those that were sent, and those of the stream
 * that the content declares again. */
enum { FROZEN_PREFIXES_MAX = XML_PREFIXES_MAX + XML_SCOPE_PREFIXES_MAX };

struct frozen {
	_Atomic uint32_t refs;
	uint32_t cells;
	uint32_t markup_len;
	uint32_t tail_len;
	union cell tape[];
};

extern const struct str NS_OF_XML;   /* http://www.w3.org/XML/1998/namespace */
extern const struct str NS_OF_XMLNS; /* http://www.w3.org/2000/xmlns/ */

static inline const char *
frozen_markup(const struct frozen *f)
{
	return (const char *)(f->tape + f->cells);
}

static inline struct str
frozen_slice(const struct frozen *f, uint32_t from, uint32_t to)
{
	return str_of(frozen_markup(f) + from, to - from);
}

static inline struct str
frozen_ns(const struct frozen *f, uint32_t at, uint16_t len)
{
	const char *markup = frozen_markup(f);

	return str_of(
	    at & NS_IN_TAIL ? markup + f->markup_len + (at & ~NS_IN_TAIL) : markup + at, len);
}

/* Name as written, with its prefix. */
static inline struct str
frozen_qname(const struct frozen *f, uint32_t cell)
{
	const union cell *t = &f->tape[cell + 1];
	uint32_t prefix = t->tag.prefix_len ? t->tag.prefix_len + 1u : 0;

	return str_of(
	    frozen_markup(f) + f->tape[cell].span.start + 1, prefix + t->tag.name_len);
}

/* Cells of the attribute at `cell`. */
static inline uint32_t
attr_step(const union cell *a)
{
	return a->attr.flags & CELL_PREFIXED ? 2 : 1;
}

static inline uint32_t
frozen_first_child(const struct frozen *f, uint32_t cell)
{
	return cell + ELEMENT_CELLS + f->tape[cell + 1].tag.attr_cells;
}

/* Position after the end tag. Not for the root, whose end tag is not kept. */
uint32_t frozen_end(const struct frozen *f, uint32_t cell);

/* The xml:lang attribute that the element has from an ancestor; 0 when there is none, and
 * when it has its own. */
uint32_t frozen_outer_lang(const struct frozen *f, uint32_t cell);

#endif
