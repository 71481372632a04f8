/* SPDX-License-Identifier: MIT */
#include "../storage/opened.h"
#include "modules/muc/affiliations.h"

static const struct str no_reason = { NULL, 0 };

static struct opened *disk;
static struct affiliations *list;

static int
begin(void **state)
{
	(void)state;
	disk = opened_prepare(S("memory"));
	opened_open(disk);
	list = affiliations_new();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	affiliations_free(&list);
	opened_close(disk);
	return 0;
}

static struct jid
jid(const char *text)
{
	struct jid j;

	assert_int_equal(jid_parse(&disk->a, str_from_c(text), &j), OK);
	return j;
}

static void
set(const char *who, enum room_affiliation which, struct str reason)
{
	struct store_batch *b = store_batch_new(disk->s);

	affiliations_set(list, b, jid("coven@rooms.host"), jid(who), which, reason);
	assert_int_equal(store_commit_wait(&b), OK);
}

static enum status
reserve(const char *who, const char *nick)
{
	struct store_batch *b = store_batch_new(disk->s);
	enum status s =
	    affiliations_reserve(list, b, jid("coven@rooms.host"), jid(who), str_from_c(nick));

	assert_int_equal(store_commit_wait(&b), OK);
	return s;
}

static enum room_affiliation
of(const char *who)
{
	return affiliations_of(list, jid(who));
}

/* "address affiliation nick reason", one after the other. */
static struct str
describe(const struct affiliations *a)
{
	struct affiliated e;
	struct str text = S("");

	for (size_t i = 0; affiliations_at(a, i, &e); i++) {
		text = str_format(&disk->a, "%.*s%s%.*s %.*s", STR_ARG(text),
		    text.len ? ", " : "", STR_ARG(jid_full(e.jid)),
		    STR_ARG(room_affiliation_name(e.affiliation)));
		if (e.nick.at)
			text = str_format(
			    &disk->a, "%.*s nick %.*s", STR_ARG(text), STR_ARG(e.nick));
		if (e.reason.at)
			text = str_format(
			    &disk->a, "%.*s for %.*s", STR_ARG(text), STR_ARG(e.reason));
	}
	return text;
}

static void
affiliations_are_found_by_address_whatever_its_spelling(void **state)
{
	(void)state;
	assert_int_equal(of("juliet@host"), ROOM_NONE);
	set("juliet@host", ROOM_MEMBER, no_reason);
	set("Nurse@HOST", ROOM_OUTCAST, S("snores"));
	assert_int_equal(of("juliet@host"), ROOM_MEMBER);
	assert_int_equal(of("JULIET@host/balcony"), ROOM_MEMBER);
	assert_int_equal(of("nurse@host/\xc3\x9c"), ROOM_OUTCAST);
	assert_int_equal(of("\xef\xbc\xae"
			    "urse@host"),
	    ROOM_OUTCAST); /* fullwidth N */
	assert_int_equal(of("nurse@hosts"), ROOM_NONE);
	assert_str(describe(list), "juliet@host member, nurse@host outcast for snores");
	set("juliet@host", ROOM_NONE, no_reason);
	assert_int_equal(of("juliet@host"), ROOM_NONE);
	assert_str(describe(list), "nurse@host outcast for snores");
}

/* XEP-0045 section 9.2. */
static void
a_banned_domain_stands_for_all_who_are_not_in_the_list(void **state)
{
	(void)state;
	set("montague.lit", ROOM_OUTCAST, no_reason);
	set("romeo@montague.lit", ROOM_MEMBER, no_reason);
	set("capulet.lit", ROOM_MEMBER, no_reason);
	assert_int_equal(of("benvolio@montague.lit/street"), ROOM_OUTCAST);
	assert_int_equal(of("montague.lit"), ROOM_OUTCAST);
	assert_int_equal(of("romeo@montague.lit"), ROOM_MEMBER);
	assert_int_equal(of("tybalt@capulet.lit"), ROOM_NONE);
}

static void
they_are_counted(void **state)
{
	(void)state;
	set("a@host", ROOM_OWNER, no_reason);
	set("b@host", ROOM_OWNER, no_reason);
	set("c@host", ROOM_OUTCAST, no_reason);
	assert_int_equal(affiliations_count(list, ROOM_OWNER), 2);
	set("a@host", ROOM_ADMIN, no_reason);
	set("b@host", ROOM_OWNER, no_reason);
	assert_int_equal(affiliations_count(list, ROOM_OWNER), 1);
	assert_int_equal(affiliations_count(list, ROOM_ADMIN), 1);
	set("c@host", ROOM_NONE, no_reason);
	set("c@host", ROOM_NONE, no_reason);
	assert_int_equal(affiliations_count(list, ROOM_OUTCAST), 0);
	assert_int_equal(affiliations_count(list, ROOM_NONE), 0);
}

/* XEP-0045 sections 7.10 and 9.1. */
static void
a_nickname_is_reserved_for_one_and_goes_with_a_ban(void **state)
{
	(void)state;
	struct jid holder;

	set("juliet@host", ROOM_MEMBER, no_reason);
	set("nurse@host", ROOM_MEMBER, no_reason);
	assert_false(affiliations_holder(list, S("Jule"), &holder));
	assert_int_equal(reserve("juliet@host", "Jule"), OK);
	assert_int_equal(reserve("juliet@host", "jule"), OK);
	assert_int_equal(reserve("nurse@host", "JULE"), E_EXISTS);
	assert_int_equal(reserve("nurse@host", " "), E_INVALID);
	assert_str(affiliations_nick(list, jid("juliet@host/balcony")), "jule");
	assert_null(affiliations_nick(list, jid("nurse@host")).at);
	assert_true(affiliations_holder(list, S("JULE"), &holder));
	assert_str(jid_full(holder), "juliet@host");

	set("juliet@host", ROOM_ADMIN, no_reason);
	assert_str(affiliations_nick(list, jid("juliet@host")), "jule");
	set("juliet@host", ROOM_OUTCAST, no_reason);
	assert_null(affiliations_nick(list, jid("juliet@host")).at);
	assert_int_equal(reserve("nurse@host", "JULE"), OK);
	assert_int_equal(reserve("nurse@host", ""), OK);
	assert_false(affiliations_holder(list, S("jule"), &holder));
}

static struct store_rows *
rows(void)
{
	struct store_query q = {
		.what = STORE_KINDS,
		.owner = S("coven@rooms.host"),
		.kinds = { KIND_AFFILIATION },
		.n_kinds = 1,
	};

	return store_read_wait(disk->s, &q);
}

static void
the_rows_make_the_same_list(void **state)
{
	(void)state;
	struct affiliations *again = affiliations_new();
	struct store_rows *kept;
	struct jid holder;

	set("juliet@host", ROOM_MEMBER, no_reason);
	assert_int_equal(reserve("juliet@host", "Jule"), OK);
	set("nurse@host", ROOM_OUTCAST, S("snores"));
	set("romeo@host", ROOM_OWNER, no_reason);
	set("tybalt@host", ROOM_ADMIN, no_reason);
	set("tybalt@host", ROOM_NONE, no_reason);
	kept = rows();
	assert_int_equal(kept->n, 3);
	for (size_t i = 0; i < kept->n; i++)
		affiliations_load(again, kept->row[i].item, kept->row[i].value);
	assert_str(describe(again),
	    "juliet@host member nick Jule, nurse@host outcast for snores, romeo@host owner");
	assert_true(affiliations_holder(again, S("jule"), &holder));
	assert_int_equal(affiliations_count(again, ROOM_OWNER), 1);

	/* What is no such row is passed over. */
	affiliations_load(again, S("x@host"), S(""));
	affiliations_load(again, S("x@host"), S("\x01\x00\x00"));
	affiliations_load(again, S("x@host"), S("\x05\x00\x00"));
	affiliations_load(again, S("x@host"), S("\x02\x00\x05Jule"));
	assert_int_equal(affiliations_of(again, jid("x@host")), ROOM_NONE);
	store_rows_free(&kept);
	affiliations_free(&again);
}

static void
a_reason_is_cut_between_characters(void **state)
{
	(void)state;
	char reason[ROOM_REASON_MAX + 2];
	struct affiliated e;

	memset(reason, 'x', sizeof(reason));
	memcpy(reason + ROOM_REASON_MAX - 1, "\xc3\xa9", 2);
	set("nurse@host", ROOM_OUTCAST, str_of(reason, sizeof(reason)));
	assert_true(affiliations_at(list, 0, &e));
	assert_int_equal(e.reason.len, ROOM_REASON_MAX - 1);
	assert_true(str_is_utf8(e.reason));
}

static void
thirty_thousand_are_in_order_and_found(void **state)
{
	(void)state;
	enum { N = 30000 };
	struct store_batch *b = store_batch_new(disk->s);
	struct affiliated e, last = { 0 };
	char who[32];
	size_t n;

	/* 7919 is prime to N: all of them, in another order. */
	for (unsigned i = 0; i < N; i++) {
		snprintf(who, sizeof(who), "u%05u@host", i * 7919U % N);
		affiliations_set(list, b, jid("coven@rooms.host"), jid_trusted(str_from_c(who)),
		    ROOM_MEMBER, no_reason);
	}
	store_batch_free(&b);
	assert_int_equal(affiliations_count(list, ROOM_MEMBER), N);
	for (n = 0; affiliations_at(list, n, &e); n++) {
		assert_true(str_cmp(jid_full(last.jid), jid_full(e.jid)) < 0);
		last = e;
	}
	assert_int_equal(n, N);
	assert_int_equal(of("u12345@host/x"), ROOM_MEMBER);
	assert_int_equal(affiliations_place_of(list, S("u00100@host")), 100);
	assert_int_equal(affiliations_place_after(list, S("u00100@host")), 101);
	assert_int_equal(affiliations_place_after(list, S("")), 0);
	assert_int_equal(affiliations_place_after(list, S("v")), N);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    affiliations_are_found_by_address_whatever_its_spelling, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_banned_domain_stands_for_all_who_are_not_in_the_list, begin, end),
		cmocka_unit_test_setup_teardown(they_are_counted, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_nickname_is_reserved_for_one_and_goes_with_a_ban, begin, end),
		cmocka_unit_test_setup_teardown(the_rows_make_the_same_list, begin, end),
		cmocka_unit_test_setup_teardown(a_reason_is_cut_between_characters, begin, end),
		cmocka_unit_test_setup_teardown(
		    thirty_thousand_are_in_order_and_found, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
