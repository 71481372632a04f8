/* SPDX-License-Identifier: MIT
 *
 * What of a business card (vcard-temp, XEP-0054 1.3) tells who somebody is: a directory finds
 * people by it. Each text is trimmed and cut to CARD_FIELD_MAX bytes; of what a card has
 * several times, the first counts.
 */
#ifndef XMPP_CARD_H
#define XMPP_CARD_H

#include "xml/element.h"

enum card_field {
	CARD_FULL_NAME,  /* FN */
	CARD_GIVEN_NAME, /* N/GIVEN */
	CARD_FAMILY_NAME,
	CARD_NICKNAME,
	CARD_EMAIL,
	CARD_ORGANISATION,
	CARD_UNIT,
	CARD_TITLE,
	CARD_LOCALITY, /* of the first address */
	CARD_COUNTRY,
	CARD_FIELDS,
};

/* CLASS: for whom the card is (RFC 2426 section 3.7.1). */
enum card_class {
	CARD_UNSAID,
	CARD_PUBLIC,
	CARD_PRIVATE, /* or CONFIDENTIAL */
};

struct card {
	enum card_class class;
	struct str field[CARD_FIELDS]; /* "no string" where the card says nothing */
};

void card_read(struct arena *a, struct elem vcard, struct card *out);

/* As bytes, to be kept. */
struct str card_pack(struct arena *a, const struct card *card);

/* The strings are slices of the bytes. E_INVALID: card_pack did not make them. */
MUST_CHECK enum status card_unpack(struct str bytes, struct card *out);

#endif
