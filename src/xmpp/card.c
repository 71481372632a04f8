/* SPDX-License-Identifier: MIT */
#include "xmpp/card.h"

#include "base/limits.h"
#include "base/pack.h"
#include "xmpp/ns.h"

/* Where the fields are: the element, and within it, when it has parts, the one that counts. */
static const struct {
	const char *element, *part;
} places[CARD_FIELDS] = {
	[CARD_FULL_NAME] = { "FN", NULL },
	[CARD_GIVEN_NAME] = { "N", "GIVEN" },
	[CARD_FAMILY_NAME] = { "N", "FAMILY" },
	[CARD_NICKNAME] = { "NICKNAME", NULL },
	[CARD_EMAIL] = { "EMAIL", "USERID" },
	[CARD_ORGANISATION] = { "ORG", "ORGNAME" },
	[CARD_UNIT] = { "ORG", "ORGUNIT" },
	[CARD_TITLE] = { "TITLE", NULL },
	[CARD_LOCALITY] = { "ADR", "LOCALITY" },
	[CARD_COUNTRY] = { "ADR", "CTRY" },
};

/* Cut between two characters. */
static struct str
bounded(struct str text)
{
	size_t len = CARD_FIELD_MAX;

	text = str_trim(text);
	if (text.len <= CARD_FIELD_MAX)
		return text;
	while (len > 0 && ((unsigned char)text.at[len] & 0xc0) == 0x80)
		len--;
	return str_trim(str_slice(text, 0, len));
}

static struct str
read_field(struct arena *a, struct elem vcard, enum card_field f)
{
	struct elem e = elem_child(vcard, NS_VCARD, str_from_c(places[f].element)), part;
	struct str text;

	if (!elem_exists(e))
		return (struct str){ 0 };
	part = places[f].part ? elem_child(e, NS_VCARD, str_from_c(places[f].part)) : e;
	/* COMPAT(old clients): an address that stands in EMAIL itself. */
	if (!elem_exists(part) && f == CARD_EMAIL)
		part = e;
	if (!elem_exists(part))
		return (struct str){ 0 };
	text = bounded(elem_text(part, a));
	return text.len ? text : (struct str){ 0 };
}

static enum card_class
read_class(struct elem vcard)
{
	struct elem e = elem_child(vcard, NS_VCARD, S("CLASS"));

	if (elem_exists(elem_child(e, NS_VCARD, S("PRIVATE"))) ||
	    elem_exists(elem_child(e, NS_VCARD, S("CONFIDENTIAL"))))
		return CARD_PRIVATE;
	return elem_exists(elem_child(e, NS_VCARD, S("PUBLIC"))) ? CARD_PUBLIC : CARD_UNSAID;
}

void
card_read(struct arena *a, struct elem vcard, struct card *out)
{
	out->class = read_class(vcard);
	for (enum card_field f = 0; f < CARD_FIELDS; f++)
		out->field[f] = read_field(a, vcard, f);
}

/* --- kept ----------------------------------------------------------------------------- */

struct str
card_pack(struct arena *a, const struct card *card)
{
	size_t len = 1;
	char *bytes, *at;

	for (enum card_field f = 0; f < CARD_FIELDS; f++)
		len += 1 + card->field[f].len;
	at = bytes = arena_alloc(a, len);
	at = pack_uint(at, card->class, 1);
	for (enum card_field f = 0; f < CARD_FIELDS; f++) {
		assert(card->field[f].len <= CARD_FIELD_MAX);
		at = pack_uint(at, card->field[f].len, 1);
		at = pack_bytes(at, card->field[f]);
	}
	return str_of(bytes, len);
}

enum status
card_unpack(struct str bytes, struct card *out)
{
	struct unpack u = { .rest = bytes };
	uint64_t class = unpack_uint(&u, 1);
	struct card card = { 0 };

	if (u.failed || class > CARD_PRIVATE)
		return E_INVALID;
	card.class = (enum card_class) class;
	for (enum card_field f = 0; f < CARD_FIELDS; f++) {
		size_t len = (size_t)unpack_uint(&u, 1);

		if (u.failed || len > u.rest.len)
			return E_INVALID;
		if (len)
			card.field[f] = str_slice(u.rest, 0, len);
		u.rest = str_slice(u.rest, len, SIZE_MAX);
	}
	if (!unpack_is_done(&u))
		return E_INVALID;
	*out = card;
	return OK;
}
