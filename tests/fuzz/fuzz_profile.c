/* SPDX-License-Identifier: MIT
 *
 * What people say about themselves, in each form and made into the other: pictures, bookmarks,
 * business cards. Whatever comes out is a document, and does not change when it is made into
 * the same form once more.
 */
#include "xml/parser.h"
#include "xmpp/avatar.h"
#include "xmpp/bookmark.h"
#include "xmpp/ns.h"
#include "xmpp/vcard4.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* The same once more, by way of the other form. */
static void
cards(struct arena *a, struct elem e)
{
	struct frozen *vcard, *card, *again;
	struct str text = vcard4_of_card(a, e, ELEM_NONE), card_text;

	if (xml_parse(text, &xml_bounds_stored, &vcard) != OK)
		return; /* too large by now */
	card_text = vcard4_to_card(a, frozen_root(vcard), ELEM_NONE);
	if (xml_parse(card_text, &xml_bounds_stored, &card) == OK) {
		struct str once_more = vcard4_of_card(a, frozen_root(card), ELEM_NONE);

		if (xml_parse(once_more, &xml_bounds_stored, &again) == OK) {
			assert(str_eq(
			    vcard4_to_card(a, frozen_root(again), ELEM_NONE), card_text));
			frozen_free(&again);
		}
		frozen_free(&card);
	}
	frozen_free(&vcard);
}

static void
pictures(struct arena *a, struct elem e)
{
	struct avatar v, same;
	struct xml_writer w;

	avatar_named(a, e);
	avatar_claimed(e, a);
	xml_begin_inner(&w, a, S(""));
	avatar_write_presence(&w, e, S(""));
	xml_written(&w);
	if (avatar_of_card(a, e, &v) != OK)
		return;
	assert(avatar_read(a, v.base64, &same) == OK);
	assert(str_eq(avatar_id(&v), avatar_id(&same)) && v.bytes == same.bytes);
	xml_begin_inner(&w, a, S(""));
	avatar_write_card(&w, e, &v);
	xml_written(&w);
}

static void
bookmarks(struct arena *a, struct elem e)
{
	struct bookmark b, same;
	struct frozen *item;

	for (e = elem_first(e); elem_exists(e); e = elem_next(e)) {
		if (!bookmark_of_list(a, e, &b))
			continue;
		if (xml_parse(bookmark_payload(a, &b), &xml_bounds_stored, &item) != OK)
			continue;
		assert(bookmark_of_item(a, b.room, frozen_root(item), &same));
		assert(bookmark_eq(&b, &same));
		frozen_free(&item);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct frozen *xml;
	struct arena a;

	if (xml_parse(str_of((const char *)data, len), &xml_bounds_stored, &xml) != OK)
		return 0;
	arena_init(&a, 4096);
	cards(&a, frozen_root(xml));
	pictures(&a, frozen_root(xml));
	bookmarks(&a, frozen_root(xml));
	vcard4_to_card(&a, frozen_root(xml), frozen_root(xml));
	vcard4_of_card(&a, frozen_root(xml), frozen_root(xml));
	arena_fini(&a);
	frozen_free(&xml);
	return 0;
}
