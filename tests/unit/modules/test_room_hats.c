/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "base/limits.h"
#include "modules/muc/hats.h"
#include "xmpp/ns.h"

static struct arena arena;
static struct hats *hats;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	hats = hats_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	hats_free(&hats);
	arena_fini(&arena);
	return 0;
}

static enum status
put(const char *uri, const char *title, const char *hue)
{
	return hats_put(
	    hats, &(struct hat){ str_from_c(uri), str_from_c(title), str_from_c(hue) });
}

static struct jid
jid(const char *text)
{
	return jid_trusted(str_from_c(text));
}

static struct str
shown(const char *who)
{
	struct xml_writer w;

	xml_begin_inner(&w, &arena, NS_CLIENT);
	hats_write(&w, hats, jid(who));
	return xml_written(&w);
}

/* XEP-0317 section 3.1. */
static void
a_hat_is_worn_by_an_account_whatever_its_client(void **state)
{
	(void)state;
	assert_int_equal(put("urn:a", "Host", "327.25"), OK);
	assert_int_equal(hats_give(hats, jid("harry@host/foo"), S("urn:a")), OK);
	assert_int_equal(hats_give(hats, jid("harry@host/bar"), S("urn:a")), OK);
	assert_int_equal(hats_give(hats, jid("harry@host"), S("urn:b")), E_NOT_FOUND);
	assert_str(shown("harry@host/baz"), "<hats xmlns='urn:xmpp:hats:0'><hat title='Host' "
					    "uri='urn:a' hue='327.25'/></hats>");
	assert_str(shown("sally@host"), "");
	assert_int_equal(hats_take(hats, jid("sally@host"), S("urn:a")), E_NOT_FOUND);
	assert_int_equal(hats_take(hats, jid("harry@host"), S("urn:a")), OK);
	assert_str(shown("harry@host"), "");
}

/* XEP-0317 sections 3.2 and 3.3. */
static void
a_hat_that_changes_or_goes_does_so_on_all_heads(void **state)
{
	(void)state;
	assert_int_equal(put("urn:a", "Host", "1"), OK);
	assert_int_equal(put("urn:b", "Guest", ""), OK);
	assert_int_equal(hats_give(hats, jid("harry@host"), S("urn:a")), OK);
	assert_int_equal(hats_give(hats, jid("sally@host"), S("urn:b")), OK);
	assert_int_equal(hats_give(hats, jid("sally@host"), S("urn:a")), OK);
	assert_int_equal(put("urn:a", "Hosts", ""), OK);
	assert_str(shown("sally@host"),
	    "<hats xmlns='urn:xmpp:hats:0'><hat title='Guest' uri='urn:b'/>"
	    "<hat title='Hosts' uri='urn:a'/></hats>");
	assert_int_equal(hats_remove(hats, S("urn:a")), OK);
	assert_int_equal(hats_remove(hats, S("urn:a")), E_NOT_FOUND);
	assert_str(shown("harry@host"), "");
	assert_str(shown("sally@host"),
	    "<hats xmlns='urn:xmpp:hats:0'><hat title='Guest' uri='urn:b'/></hats>");
}

static void
there_are_not_more_than_may_be(void **state)
{
	(void)state;
	char text[32];

	for (unsigned i = 0; i < HATS_MAX; i++) {
		snprintf(text, sizeof(text), "urn:%u", i);
		assert_int_equal(put(text, "x", ""), OK);
	}
	assert_int_equal(put("urn:more", "x", ""), E_LIMIT);
	assert_int_equal(put("urn:0", "y", ""), OK);
	for (unsigned i = 0; i < HATS_WORN_MAX; i++) {
		snprintf(text, sizeof(text), "u%u@host", i);
		assert_int_equal(hats_give(hats, jid(text), S("urn:1")), OK);
	}
	assert_int_equal(hats_give(hats, jid("more@host"), S("urn:1")), E_LIMIT);
	assert_int_equal(hats_give(hats, jid("u1@host"), S("urn:1")), OK);
}

static void
the_row_makes_the_same_hats_and_anything_else_none(void **state)
{
	(void)state;
	struct hats *again = hats_new();
	struct str row;
	struct hat hat;

	assert_int_equal(put("urn:a", "Host", "1"), OK);
	assert_int_equal(put("urn:b", "Guest", ""), OK);
	assert_int_equal(hats_give(hats, jid("sally@host"), S("urn:b")), OK);
	row = hats_pack(hats, &arena);
	hats_load(again, row);
	assert_true(str_eq(hats_pack(again, &arena), row));
	assert_true(str_eq(hats_hash(again, &arena), hats_hash(hats, &arena)));
	assert_int_equal(hats_hash(again, &arena).len, 40);
	for (size_t n = 0; n < row.len; n++) {
		hats_load(again, str_slice(row, 0, n));
		assert_false(hats_at(again, 0, &hat));
	}
	hats_load(again, str_format(&arena, "%.*s.", STR_ARG(row)));
	assert_false(hats_at(again, 0, &hat));
	assert_str(hats_hash(again, &arena), "");
	hats_free(&again);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    a_hat_is_worn_by_an_account_whatever_its_client, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_hat_that_changes_or_goes_does_so_on_all_heads, begin, end),
		cmocka_unit_test_setup_teardown(there_are_not_more_than_may_be, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_row_makes_the_same_hats_and_anything_else_none, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
