/* SPDX-License-Identifier: MIT
 *
 * A room's card and the pictures in it (XEP-0486): set by owners, for everybody to read. The
 * room itself has the pictures' hashes, which disco#info tells; the card is in the store.
 *
 * Rows (room, KIND_ROOM_CARD, "") -> the card's markup, (room, KIND_ROOM_AVATAR, "") -> the
 * hashes as room.h has them.
 */
#include "base/encode.h"
#include "base/hash.h"
#include "base/limits.h"
#include "modules/mod_vcard.h"
#include "modules/muc/service.h"
#include "xmpp/ns.h"

#define KIND_ROOM_CARD S("room-vcard")

/* --- reading ---------------------------------------------------------------------------------
 */

enum verdict
room_on_card_get(struct call *c, struct room *r, struct seat *by)
{
	struct store_query q = {
		.what = STORE_ITEM,
		.owner = jid_full(r->jid),
		.kinds = { KIND_ROOM_CARD },
		.n_kinds = 1,
	};

	(void)by;
	if (!r->avatar)
		return refuse(c, ERR_ITEM_NOT_FOUND);
	store_read(account_store(), &q, vcard_answer, stanza_ref(c->stanza));
	return DONE;
}

/* --- setting ---------------------------------------------------------------------------------
 */

/* Of one picture (XEP-0153 section 4.3), behind those before. False: it is none. */
static bool
add_hash(struct arena *a, struct elem photo, struct str *hashes)
{
	struct str text = elem_child_text(photo, NS_VCARD, S("BINVAL"), a), bytes, hex;
	char *packed = arena_alloc(a, text.len), hash[HASH_MAX];
	size_t n = 0;

	/* Base64 comes in lines. */
	for (size_t i = 0; i < text.len; i++)
		if (!strchr(" \t\r\n", text.at[i]))
			packed[n++] = text.at[i];
	if (n == 0 || base64_decode(a, str_of(packed, n), &bytes) != OK)
		return false;
	hash_of(HASH_SHA1, bytes, hash);
	hex = hex_encode(a, str_of(hash, hash_size(HASH_SHA1)));
	*hashes = str_format(
	    a, "%.*s%s%.*s", STR_ARG(*hashes), hashes->len ? "\n" : "", STR_ARG(hex));
	return true;
}

static enum stanza_error
read_hashes(struct arena *a, struct elem card, struct str *hashes)
{
	struct elem photo = elem_child(card, NS_VCARD, S("PHOTO"));
	unsigned n = 0;

	*hashes = S("");
	for (; elem_exists(photo); photo = elem_next_like(photo)) {
		if (++n > ROOM_PICTURES_MAX)
			return ERR_NOT_ACCEPTABLE;
		if (!add_hash(a, photo, hashes))
			return ERR_BAD_REQUEST;
	}
	return ERR_NONE;
}

/* Section 3.2: an empty card takes the picture away. */
enum verdict
room_on_card_set(struct call *c, struct room *r, struct seat *by)
{
	static const uint16_t changed[] = { 104, 0 };
	struct str room = jid_full(r->jid), markup = elem_markup(c->payload, c->arena), hashes;
	struct store_batch *b;
	enum stanza_error e;

	(void)by;
	if (room_affiliation(r, c->stanza->from) != ROOM_OWNER)
		return refuse(c, ERR_FORBIDDEN);
	if (markup.len > ROOM_CARD_BYTES)
		return refuse(c, ERR_NOT_ACCEPTABLE);
	if ((e = read_hashes(c->arena, c->payload, &hashes)) != ERR_NONE)
		return refuse(c, e);
	b = room_change(c, r);
	if (elem_exists(elem_first(c->payload))) {
		store_put(b, room, KIND_ROOM_CARD, S(""), markup);
		store_put(b, room, KIND_ROOM_AVATAR, S(""), hashes);
		room_set_avatar(r, &hashes);
	} else {
		store_remove(b, room, KIND_ROOM_CARD, S(""));
		store_remove(b, room, KIND_ROOM_AVATAR, S(""));
		room_set_avatar(r, NULL);
	}
	iq_result(c, (struct str){ 0 });
	room_announce_codes(c, r, changed);
	room_commit(c, r, &b);
	return DONE;
}
