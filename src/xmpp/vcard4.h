/* SPDX-License-Identifier: MIT
 *
 * The two forms of a business card: vcard-temp (XEP-0054 1.3) and vCard4 (RFC 6351), each made
 * of the other (XEP-0292 0.12.0 section 7). One table in vcard4.c has the properties that both
 * have: names, addresses, telephones, mail, birthday, organisation, title, role, web page, time
 * zone, notes, the address in XMPP. What only one form has, or what they write too differently
 * (pictures, places, keys), stays in that form.
 */
#ifndef XMPP_VCARD4_H
#define XMPP_VCARD4_H

#include "xml/element.h"

/*
 * Markup that stands on its own: <vcard/> with what the card says, and what `before`, a
 * <vcard/> or ELEM_NONE, has beyond.
 */
struct str vcard4_of_card(struct arena *a, struct elem card, struct elem before);

/* <vCard/> likewise. */
struct str vcard4_to_card(struct arena *a, struct elem vcard, struct elem before);

/* Whether the card says something that can be said in a <vcard/>. */
bool vcard4_can_say(struct arena *a, struct elem card);

#endif
