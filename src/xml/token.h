/* SPDX-License-Identifier: MIT
 *
 * The tokens of markup: where each ends. Internal to the scan.
 *
 * A function begins at p < end or p == end and returns where its token ends, or NULL when the
 * scan stops inside: s->result says why, and s->at where to go on from. The quick ones handle
 * what is all there and holds nothing to look at.
 */
#ifndef XML_TOKEN_H
#define XML_TOKEN_H

#include "xml/run.h"
#include "xml/scan.h"

typedef unsigned char byte;

/* Positions fit: an element has at most XML_BYTES_MAX bytes. */
static inline uint32_t
position(const byte *base, const byte *p)
{
	return (uint32_t)(p - base);
}

/* The two ways to stop; both return NULL. */
const byte *token_refused(struct scan *s, enum xml_error error);
const byte *token_cut(struct scan *s, const byte *base, const byte *p);

/* Character data of the innermost open element up to the next '<'. */
const byte *token_any_text(struct scan *s, const byte *base, const byte *p, const byte *end);

/* The inside of a CDATA section, up to behind its "]]>". */
const byte *token_cdata(struct scan *s, const byte *base, const byte *p, const byte *end);

/* The value of attribute s->attr up to its closing s->quote. */
const byte *token_any_value(struct scan *s, const byte *base, const byte *p, const byte *end);

/* A name with at most one colon (Namespaces in XML, QName), which begins at s->token; notes
 * the colon. */
const byte *token_any_name(struct scan *s, const byte *base, const byte *p, const byte *end);

static inline const byte *
token_text(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *q = run_text(p, end);

	return q < end && *q == '<' ? q : token_any_text(s, base, q, end);
}

static inline const byte *
token_value(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *q = run_value(p, end, s->quote);

	return q < end && *q == s->quote ? q : token_any_value(s, base, q, end);
}

static inline const byte *
token_name(struct scan *s, const byte *base, const byte *p, const byte *end)
{
	const byte *q = run_name(p, end);

	if (q < end && *q < 0x80 && *q != ':' && char_is(*p, CHAR_NAME_START) &&
	    p == base + s->token && q - p <= XML_NAME_MAX)
		return q;
	return token_any_name(s, base, p, end);
}

static inline const byte *
token_space(const byte *p, const byte *end)
{
	while (p < end && char_is(*p, CHAR_SPACE))
		p++;
	return p;
}

#endif
