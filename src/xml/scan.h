/* SPDX-License-Identifier: MIT
 *
 * Reads one element, or the header of a stream, into a tape. Internal to the folder.
 *
 * A scan is one pass over the bytes that stops wherever they end and goes on from there when
 * more have come: every byte is looked at once, but for names and references of bounded
 * length. While an element lies whole in the caller's bytes its tape is built in memory of
 * the thread; scan_keep moves what has been built to the heap when it does not.
 */
#ifndef XML_SCAN_H
#define XML_SCAN_H

#include "xml/frozen.h"
#include "xml/parser.h"
#include "xml/scope.h"

enum scan_result {
	SCAN_MORE,        /* the bytes end inside */
	SCAN_DECLARATION, /* an XML declaration ended at .at; the element is yet to come */
	SCAN_DONE,        /* the element, or the header's start tag, ended at .at */
	SCAN_CLOSE,       /* the stream's end tag ended at .at */
	SCAN_BAD,         /* see .error */
};

enum scan_mode {
	SCAN_HEADER,   /* a start tag; a declaration may precede it */
	SCAN_STANZA,   /* an element inside a stream, or the stream's end tag */
	SCAN_DOCUMENT, /* an element; a declaration may precede it */
};

/* A default namespace in force. */
struct scan_ns {
	uint32_t at; /* as in the tape */
	uint16_t len;
	bool foreign; /* comes from outside the content and is not the root's own */
};

struct scan_binding {
	uint32_t prefix;
	uint32_t ns;
	uint16_t prefix_len, ns_len;
	uint16_t level; /* open elements including the one that declares it */
};

struct scan_open {
	uint32_t cell;
	uint32_t bindings; /* in force outside */
	struct scan_ns ns; /* in force outside */
};

struct scan {
	const struct scope *scope;
	struct xml_bounds bounds;
	uint32_t prefixes_max;
	enum scan_mode mode;
	enum xml_error error;
	enum scan_result result;
	uint32_t at; /* next byte to look at */

	/* The token that the bytes ended in. */
	unsigned char state;
	unsigned char quote; /* of the attribute value */
	uint32_t token;      /* where the name or value begins */
	uint32_t colon;      /* in the name, 0 for none */
	uint32_t attr;       /* cell of the attribute */

	/* The start tag being read. */
	uint32_t attributes;
	bool prefixed;   /* has attributes with prefixes to resolve */
	bool redeclared; /* has an xmlns */

	bool declared;  /* there was an XML declaration */
	bool empty;     /* the header was <stream/> */
	bool irregular; /* the content is not self-contained as element.h promises */
	bool translate; /* other content namespaces are read as jabber:client */
	uint32_t elements;
	uint32_t client_ns;     /* jabber:client in the tail, 0: not yet */
	struct scan_ns ns;      /* default namespace in force */
	struct scan_ns root_ns; /* of the root */

	union cell *tape;
	uint32_t cells, cells_room;
	struct scan_open *open;
	uint32_t depth, open_room;
	struct scan_binding *binding;
	uint32_t bindings, bindings_room;
	char *tail;
	uint32_t tail_len, tail_room;
	uint32_t scope_ns[XML_SCOPE_PREFIXES_MAX]; /* in the tail plus 1, 0: not yet */
};

/* The scope must live as long as the scan. */
void scan_init(struct scan *s, const struct scope *scope, const struct xml_bounds *bounds,
    enum scan_mode mode);
void scan_fini(struct scan *s);

/*
 * Goes on with the `len` bytes that begin at the start of the element; those before .at are
 * the same as in the call before, though they may have moved. len <= XML_BYTES_MAX.
 */
enum scan_result scan_run(struct scan *s, const char *bytes, size_t len);

/* Makes an unfinished scan outlive the call, and the thread. */
void scan_keep(struct scan *s);

/* Bytes of heap it holds. */
size_t scan_held(const struct scan *s);

/* A namespace that the tape or a binding refers to. */
struct str scan_ns_str(const struct scan *s, const char *bytes, uint32_t at, uint16_t len);

/* Checks "<?xml ... ?>" (XML 1.0 section 2.8). Returns false and sets *error. */
bool declaration_check(struct str text, enum xml_error *error);

#endif
