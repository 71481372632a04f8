/* SPDX-License-Identifier: MIT
 *
 * What the PRECIS framework says about one code point, and about one code point among its
 * neighbours (RFC 8264 sections 8 and 9, RFC 5892 appendix A, RFC 5893 section 2).
 *
 * The answers follow the Unicode version of the ICU that is linked.
 */
#ifndef XMPP_CODEPOINT_H
#define XMPP_CODEPOINT_H

#include "base/lang.h"

/* RFC 8264 section 8: the derived property, "unassigned" counting as disallowed. */
enum codepoint_property {
	CODEPOINT_VALID,      /* PVALID: in identifiers and in free text */
	CODEPOINT_FREEFORM,   /* ID_DIS or FREE_PVAL: in free text only */
	CODEPOINT_CONTEXT,    /* CONTEXTJ, CONTEXTO: by codepoint_context_rules() */
	CODEPOINT_DISALLOWED, /* DISALLOWED, UNASSIGNED */
};

enum codepoint_property codepoint_property(int32_t c);

/* Whether each CODEPOINT_CONTEXT may stand where it stands. Takes time in proportion. */
bool codepoint_context_rules(const int32_t *text, size_t count);

/* Written from right to left, or an Arabic digit: then the Bidi Rule applies. */
bool codepoint_is_rtl(int32_t c);

/* The Bidi Rule for one label; only meaningful when some code point is from right to left. */
bool codepoint_bidi_rule(const int32_t *text, size_t count);

/* May stand in the U-label of a domain that has been mapped (RFC 5892 section 3). */
bool codepoint_in_domain(int32_t c);

/* Fullwidth and halfwidth forms become ordinary ones (RFC 8264 section 5.2.1). */
int32_t codepoint_map_width(int32_t c);

#endif
