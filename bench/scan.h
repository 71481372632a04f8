/* SPDX-License-Identifier: MIT
 *
 * Where the parts of an XML stream end. Not a parser: it counts tags, trusts the server to
 * be well-formed, and expects neither comments nor CDATA (RFC 6120 section 11.1 forbids the
 * first, servers do not use the second).
 */
#ifndef BENCH_SCAN_H
#define BENCH_SCAN_H

#include "base/str.h"

enum scan_part {
	SCAN_NOTHING, /* the bytes end within a part */
	SCAN_HEADER,  /* <stream:stream ...>, with the XML declaration if there is one */
	SCAN_STANZA,  /* a child of the stream, with its content */
	SCAN_END,     /* </stream:stream> */
};

/* All zero: before the header of a stream. */
struct scan {
	size_t at; /* bytes looked at already */
	uint32_t depth;
	uint8_t state;
	char quote; /* what ends the attribute's value */
	bool closing, instruction, slash;
};

/* For bytes that are stanzas without a stream around them. */
void scan_without_stream(struct scan *s);

/*
 * Looks for the end of the next part. White space before a part counts as its beginning.
 *
 * in    from the end of the last part on; after SCAN_NOTHING the same bytes and more
 * part  the part's bytes; written unless SCAN_NOTHING is returned
 */
enum scan_part scan_next(struct scan *s, struct str in, struct str *part);

/* Whether the bytes occur anywhere in the text. */
bool scan_has(struct str text, struct str bytes);

/* What stands between the first `before` and the next `after`; "no string" when either is
 * missing. */
struct str scan_between(struct str text, struct str before, struct str after);

#endif
