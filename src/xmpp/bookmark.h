/* SPDX-License-Identifier: MIT
 *
 * A bookmarked room: an item of its own (XEP-0402 1.2.0), or one of the list that older clients
 * keep in one piece (XEP-0048 1.2). Both say the same of it, in other namespaces.
 */
#ifndef XMPP_BOOKMARK_H
#define XMPP_BOOKMARK_H

#include "xml/element.h"
#include "xml/writer.h"

struct bookmark {
	struct str room; /* its bare address, normalised */
	struct str name; /* "no string": none; likewise below */
	struct str nick, password;
	bool autojoin;
	struct elem extensions; /* which only XEP-0402 has; ELEM_NONE: none */
};

/* One of a list, <conference/> in <storage/>. False: it is none, or says no room. */
bool bookmark_of_list(struct arena *a, struct elem conference, struct bookmark *out);

/* An item. False: it is none, or its id is no room. */
bool bookmark_of_item(
    struct arena *a, struct str id, struct elem conference, struct bookmark *out);

/* Whether both say the same, apart from extensions. */
bool bookmark_eq(const struct bookmark *a, const struct bookmark *b);

/* <conference/>, as one of a list, and as the payload of an item: markup that stands on its
 * own. */
void bookmark_write(struct xml_writer *w, const struct bookmark *b);
struct str bookmark_payload(struct arena *a, const struct bookmark *b);

#endif
