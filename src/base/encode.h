/* SPDX-License-Identifier: MIT
 *
 * Bytes as text: base64 and base64url (RFC 4648 sections 4 and 5), hexadecimal (section 8), and
 * the escapes of URIs (RFC 3986 section 2.1).
 *
 * Decoding is strict: every text stands for other bytes than all other texts, so nothing can
 * be smuggled past a comparison. No white space, no line breaks, nothing after the padding.
 */
#ifndef BASE_ENCODE_H
#define BASE_ENCODE_H

#include "base/str.h"

/* With padding. */
struct str base64_encode(struct arena *a, struct str bytes);

/*
 * E_INVALID  a byte outside the alphabet, missing or surplus padding, bits that are set in
 *            the last character but belong to no byte
 *
 * The result of no text is no bytes, which are not "no string".
 */
MUST_CHECK enum status base64_decode(struct arena *a, struct str text, struct str *out);

/* The alphabet for names of files and in URLs, without padding in both directions. */
struct str base64url_encode(struct arena *a, struct str bytes);
MUST_CHECK enum status base64url_decode(struct arena *a, struct str text, struct str *out);

/* Lower case; read in both. E_INVALID: another byte, or an odd number of them. */
struct str hex_encode(struct arena *a, struct str bytes);
MUST_CHECK enum status hex_decode(struct arena *a, struct str text, struct str *out);

/* Of one digit, 0 to 15; -1: it is none. */
int hex_value(char digit);

/* All bytes but letters, digits and those in `plain` become "%XX". */
struct str percent_encode(struct arena *a, struct str s, const char *plain);

#endif
