/* SPDX-License-Identifier: MIT
 *
 * Bounded streaming parser for the subset of XML that XMPP allows (RFC 6120 section 11).
 * Pulls one event at a time out of the bytes it is given. Keeps what is incomplete, and
 * holds no memory of its own between two stanzas.
 */
#ifndef XML_PARSER_H
#define XML_PARSER_H

#include "base/buf.h"
#include "xml/element.h"

enum xml_event {
	XML_MORE,         /* all bytes were taken, nothing is complete yet */
	XML_STREAM_OPEN,  /* the stream header; .element has its attributes and no content */
	XML_ELEMENT,      /* a first-level element (whole document when framed) */
	XML_STREAM_CLOSE, /* </stream:stream> */
	XML_BAD,          /* the stream must end with .error; the parser accepts nothing more */
};

/* RFC 6120 section 4.9.3, as far as the parser can tell. */
enum xml_error {
	XML_NOT_WELL_FORMED, /* not-well-formed */
	XML_RESTRICTED,      /* restricted-xml: comments, PIs, DTDs, other entities */
	XML_BAD_ENCODING,    /* unsupported-encoding: declared, or not UTF-8 */
	XML_BAD_PREFIX,      /* bad-namespace-prefix: undeclared or reserved prefix */
	XML_TOO_LARGE,       /* policy-violation: max_bytes */
	XML_TOO_COMPLEX,     /* policy-violation: depth, attributes, children, prefixes */
	XML_BAD_FORMAT,      /* bad-format: text between stanzas, a header inside the stream */
};

struct xml_bounds {
	uint32_t bytes;      /* of one first-level element or the header */
	uint16_t depth;      /* levels inside it */
	uint16_t attributes; /* of one element */
	uint32_t elements;   /* inside one first-level element */
};

/* The widest there are: for what was bounded when it was stored. */
extern const struct xml_bounds xml_bounds_stored;

struct xml_parser; /* see parser.c for what it keeps; created by the stream */

/* framed: each document is one complete element (RFC 7395) and there is no stream header. */
struct xml_parser *xml_parser_new(const struct xml_bounds *bounds, bool framed);
void xml_parser_free(struct xml_parser **p);

/* Bounds may be widened after authentication; they apply from the next element on. */
void xml_parser_set_bounds(struct xml_parser *p, const struct xml_bounds *bounds);

/* A new stream header is expected (stream restart). Nothing may be incomplete. */
void xml_parser_restart(struct xml_parser *p);

/*
 * Takes bytes from the front of *in until one event is complete or they run out.
 * White space between first-level elements is skipped and counts as taken.
 *
 * element  set for XML_STREAM_OPEN and XML_ELEMENT; the caller owns one reference
 * error    set for XML_BAD
 */
enum xml_event xml_parser_next(
    struct xml_parser *p, struct str *in, struct frozen **element, enum xml_error *error);

/* The namespace of stanzas that the stream header declared, by default or with a prefix; ""
 * for none. (The stanzas are given as in jabber:client, see element.h.) Valid until the next
 * restart. */
struct str xml_parser_content_ns(const struct xml_parser *p);

/* Bytes of memory held for an incomplete element; 0 when there is none. */
size_t xml_parser_held(const struct xml_parser *p);

/* A whole document at once, without a default namespace around it. For stored markup, tests
 * and files of our own. Same bounds, same refusals.
 *
 * E_INVALID  not well-formed, restricted, or more than one element
 * E_LIMIT    a bound was passed
 */
MUST_CHECK enum status xml_parse(
    struct str document, const struct xml_bounds *bounds, struct frozen **out);

/* The same where `ns` is the default namespace around it: what elem_markup() gave. */
MUST_CHECK enum status xml_parse_in(
    struct str document, struct str ns, const struct xml_bounds *bounds, struct frozen **out);

#endif
