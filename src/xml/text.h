/* SPDX-License-Identifier: MIT
 *
 * Text as it is written and as it is meant. Internal to the folder, but for xml_escape.
 */
#ifndef XML_TEXT_H
#define XML_TEXT_H

#include "base/str.h"

/* Bytes that text_escape makes of one at most. */
enum { ESCAPED_MAX = 6 };

/*
 * Appends what the markup means to `out`, which has room for markup.len bytes, and returns
 * how many there are: references resolved, line ends normalised (XML 1.0 section 2.11), and
 * in an attribute white space turned into spaces (section 3.3.3). The markup is well-formed.
 */
size_t text_unescape(struct str markup, bool attribute, char *out);

/*
 * The reverse, for text from anywhere: characters that XML does not allow, and bytes that are
 * not UTF-8, become U+FFFD. With out NULL only counts.
 */
size_t text_escape(struct str text, bool attribute, char *out);

/* True when text_escape would change nothing. */
bool text_is_plain(struct str text, bool attribute);

/* Text with CDATA sections, as text without (line ends normalised on the way). */
size_t text_without_cdata(struct str markup, char *out);

#endif
