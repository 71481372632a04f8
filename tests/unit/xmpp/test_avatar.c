/* SPDX-License-Identifier: MIT */
#include "xmpp/avatar.h"

#include "../unit.h"
#include "base/encode.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

#define PNG "iVBORw0KGgpyb21lbw==" /* the signature, and "romeo" */
#define PNG_ID "dc1cb940989d412589b63d76ffb8d938314c2645"

static struct arena arena;
static struct frozen *block;

static int
set_up(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	frozen_free(&block);
	arena_fini(&arena);
	return 0;
}

static struct elem
parse(const char *text)
{
	frozen_free(&block);
	assert_int_equal(
	    xml_parse_in(str_from_c(text), NS_CLIENT, &xml_bounds_stored, &block), OK);
	return frozen_root(block);
}

static void
assert_text(struct str got, const char *expected)
{
	assert_string_equal(str_to_c(&arena, got), expected);
}

/* --- images --- */

static void
an_image_is_known_by_its_first_bytes(void **state)
{
	static const struct {
		struct str bytes;
		const char *type; /* NULL: unknown */
	} images[] = {
		{ S("\x89PNG\r\n\x1a\n...."), "image/png" },
		{ S("\x89PNG\r\n\x1a"), NULL },
		{ S("\xff\xd8\xff\xe0"), "image/jpeg" },
		{ S("\xff\xd8"), NULL },
		{ S("GIF87a"), "image/gif" },
		{ S("GIF89a"), "image/gif" },
		{ S("GIF88a"), NULL },
		{ S("RIFF....WEBPVP8 "), "image/webp" },
		{ S("RIFF....WAVE"), NULL },
		{ S("RIFF"), NULL },
		{ S("<svg xmlns='http://www.w3.org/2000/svg'/>"), NULL },
		{ S("x"), NULL },
	};
	struct avatar v;

	(void)state;
	for (size_t i = 0; i < sizeof(images) / sizeof(images[0]); i++) {
		struct str text = base64_encode(&arena, images[i].bytes);

		if (images[i].type) {
			assert_int_equal(avatar_read(&arena, text, &v), OK);
			assert_text(v.type, images[i].type);
			assert_int_equal(v.bytes, images[i].bytes.len);
		} else {
			assert_int_equal(avatar_read(&arena, text, &v), E_UNSUPPORTED);
		}
	}
}

/* XEP-0084 section 4.1: the id is the SHA-1 of the image. RFC 2045 breaks lines. */
static void
white_space_does_not_count(void **state)
{
	static const char *const same[] = { PNG, " iVBORw0K\r\n\tGgpyb21l\nbw == \n" };
	static const char *const none[] = { "", " \n", "A", "iVBORw0K!", PNG "x", "====" };
	struct avatar v;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(avatar_read(&arena, str_from_c(same[i]), &v), OK);
		assert_text(v.base64, PNG);
		assert_text(avatar_id(&v), PNG_ID);
		assert_int_equal(v.bytes, 13);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_int_equal(avatar_read(&arena, str_from_c(none[i]), &v), E_INVALID);
}

/* --- nodes --- */

/* XEP-0398 section 3.1. */
static void
metadata_names_the_image_that_is_not_elsewhere(void **state)
{
	static const struct {
		const char *content, *id;
	} metadata[] = {
		{ "", "" },
		{ "<info id='a'/>", "a" },
		{ "<info id='a' url='http://x'/>", "" },
		{ "<info id='a' url=''/><info id='b'/><info id='c'/>", "b" },
		{ "<info xmlns='urn:other' id='a'/>", "" },
		{ "<info/>", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(metadata) / sizeof(metadata[0]); i++) {
		struct str text = str_format(&arena,
		    "<metadata xmlns='urn:xmpp:avatar:metadata'>%s</metadata>",
		    metadata[i].content);

		assert_text(
		    avatar_named(&arena, parse(str_to_c(&arena, text))), metadata[i].id);
	}
}

/* XEP-0084 sections 4.2 and 4.3. */
static void
a_photo_becomes_data_and_metadata(void **state)
{
	struct avatar v;

	(void)state;
	assert_int_equal(
	    avatar_of_card(&arena,
		parse("<vCard xmlns='vcard-temp'><FN>x</FN><PHOTO><TYPE>lies</TYPE>"
		      "<BINVAL>\n" PNG "\n</BINVAL></PHOTO></vCard>"),
		&v),
	    OK);
	assert_text(
	    avatar_data(&arena, &v), "<data xmlns='urn:xmpp:avatar:data'>" PNG "</data>");
	assert_text(avatar_metadata(&arena, &v),
	    "<metadata xmlns='urn:xmpp:avatar:metadata'><info bytes='13' id='" PNG_ID
	    "' type='image/png'/></metadata>");
	assert_text(
	    avatar_metadata(&arena, NULL), "<metadata xmlns='urn:xmpp:avatar:metadata'/>");
}

/* --- cards --- */

static void
a_card_has_a_photo_or_none(void **state)
{
	static const struct {
		const char *content;
		enum status status;
	} cards[] = {
		{ "", E_NOT_FOUND },
		{ "<PHOTO/>", E_NOT_FOUND },
		{ "<PHOTO><BINVAL/></PHOTO>", E_NOT_FOUND },
		{ "<PHOTO><BINVAL> </BINVAL></PHOTO>", E_NOT_FOUND },
		{ "<PHOTO><EXTVAL>http://x</EXTVAL></PHOTO>", E_UNSUPPORTED },
		{ "<PHOTO><BINVAL>AAAA</BINVAL></PHOTO>", E_UNSUPPORTED },
		{ "<PHOTO><BINVAL>A</BINVAL></PHOTO>", E_INVALID },
		{ "<PHOTO xmlns='x'><BINVAL>" PNG "</BINVAL></PHOTO>", E_NOT_FOUND },
	};
	struct avatar v;

	(void)state;
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
		struct str text = str_format(
		    &arena, "<vCard xmlns='vcard-temp'>%s</vCard>", cards[i].content);

		assert_int_equal(
		    avatar_of_card(&arena, parse(str_to_c(&arena, text)), &v), cards[i].status);
	}
}

static struct str
card_with(struct elem card, const struct avatar *v)
{
	struct xml_writer w;

	xml_begin_inner(&w, &arena, NS_CLIENT);
	avatar_write_card(&w, card, v);
	return xml_written(&w);
}

static void
an_image_takes_the_place_of_the_cards_own(void **state)
{
	struct avatar v;
	struct elem card;

	(void)state;
	assert_int_equal(avatar_read(&arena, S(PNG), &v), OK);
	card =
	    parse("<vCard xmlns='vcard-temp'><PHOTO><BINVAL>AAAA</BINVAL></PHOTO><FN>&lt;</FN>"
		  "<PHOTO/></vCard>");
	assert_text(card_with(card, &v),
	    "<vCard xmlns='vcard-temp'><FN>&lt;</FN><PHOTO><TYPE>image/png</TYPE><BINVAL>" PNG
	    "</BINVAL></PHOTO></vCard>");
	assert_text(card_with(card, NULL), "<vCard xmlns='vcard-temp'><FN>&lt;</FN></vCard>");
	assert_text(card_with(ELEM_NONE, &v),
	    "<vCard xmlns='vcard-temp'><PHOTO><TYPE>image/png</TYPE><BINVAL>" PNG
	    "</BINVAL></PHOTO></vCard>");
}

/* --- presence --- */

/* XEP-0153 section 4.2. */
static void
a_presence_says_what_it_knows_of_the_photo(void **state)
{
	static const struct {
		const char *content;
		enum avatar_claim claim;
	} presences[] = {
		{ "", AVATAR_UNSAID },
		{ "<x xmlns='other'><photo/></x>", AVATAR_UNSAID },
		{ "<x xmlns='vcard-temp:x:update'/>", AVATAR_UNKNOWN },
		{ "<x xmlns='vcard-temp:x:update'><photo/></x>", AVATAR_NONE },
		{ "<x xmlns='vcard-temp:x:update'><photo> </photo></x>", AVATAR_NONE },
		{ "<x xmlns='vcard-temp:x:update'><photo>a</photo></x>", AVATAR_CLAIMED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(presences) / sizeof(presences[0]); i++) {
		struct str text =
		    str_format(&arena, "<presence>%s</presence>", presences[i].content);

		assert_int_equal(
		    avatar_claimed(parse(str_to_c(&arena, text)), &arena), presences[i].claim);
	}
}

static void
a_presence_is_given_one_hash(void **state)
{
	struct elem presence =
	    parse("<presence><x xmlns='vcard-temp:x:update'/><show>away</show>"
		  "<x xmlns='vcard-temp:x:update'><photo>a</photo></x>"
		  "</presence>");
	struct xml_writer w;

	(void)state;
	xml_begin_inner(&w, &arena, NS_CLIENT);
	avatar_write_presence(&w, presence, S(PNG_ID));
	assert_text(xml_written(&w),
	    "<show>away</show><x xmlns='vcard-temp:x:update'><photo>" PNG_ID "</photo></x>");
	xml_begin_inner(&w, &arena, NS_CLIENT);
	avatar_write_presence(&w, presence, S(""));
	assert_text(
	    xml_written(&w), "<show>away</show><x xmlns='vcard-temp:x:update'><photo/></x>");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_image_is_known_by_its_first_bytes),
		cmocka_unit_test(white_space_does_not_count),
		cmocka_unit_test(metadata_names_the_image_that_is_not_elsewhere),
		cmocka_unit_test(a_photo_becomes_data_and_metadata),
		cmocka_unit_test(a_card_has_a_photo_or_none),
		cmocka_unit_test(an_image_takes_the_place_of_the_cards_own),
		cmocka_unit_test(a_presence_says_what_it_knows_of_the_photo),
		cmocka_unit_test(a_presence_is_given_one_hash),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
