/* SPDX-License-Identifier: MIT
 *
 * What every back end must do alike: each test runs on all of them.
 */
#include "opened.h"
#include "storage/sqlite/sqlite.h"

static int
open_with(struct str backend, void **state)
{
	struct opened *o = opened_prepare(backend);

	opened_open(o);
	*state = o;
	return 0;
}

static int
close_it(void **state)
{
	opened_close(*state);
	return 0;
}

static int
open_memory(void **state)
{
	return open_with(S("memory"), state);
}

static int
open_sqlite(void **state)
{
	return open_with(S("sqlite"), state);
}

static size_t usual_round_entries;

/* Log entries get their places at once instead of many together. */
static int
open_placing(void **state)
{
	usual_round_entries = sqlite_tuning.round_entries;
	sqlite_tuning.round_entries = 1;
	return open_with(S("sqlite"), state);
}

static int
close_placing(void **state)
{
	close_it(state);
	sqlite_tuning.round_entries = usual_round_entries;
	return 0;
}

/* --- keyed values --------------------------------------------------------------------- */

static void
a_value_is_read_back_and_replaced_by_a_later_one(void **state)
{
	struct opened *o = *state;

	assert_int_equal(put(o, "juliet@host", "vcard", "", "one"), OK);
	assert_str(show_item(o, "juliet@host", "vcard", ""), "vcard/=one");
	assert_int_equal(put(o, "juliet@host", "vcard", "", "two"), OK);
	assert_str(show_item(o, "juliet@host", "vcard", ""), "vcard/=two");
}

static void
what_was_never_written_reads_as_no_rows(void **state)
{
	struct opened *o = *state;

	put(o, "juliet@host", "roster", "romeo@host", "x");
	assert_str(show_item(o, "romeo@host", "roster", "romeo@host"), "");
	assert_str(show_item(o, "juliet@host", "vcard", "romeo@host"), "");
	assert_str(show_item(o, "juliet@host", "roster", "nurse@host"), "");
	assert_str(show_kind(o, "romeo@host", "roster"), "");
	assert_str(show_log(o, "juliet@host", "roster"), ""); /* the other shape */
	assert_str(show(o, &(struct store_query){ STORE_KINDS, S("juliet@host") }), "");
}

static void
create_refuses_a_row_that_exists_and_writes_nothing_of_its_batch(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	store_create(b, S("juliet@host"), S("account"), S(""), S("first"));
	assert_int_equal(store_commit_wait(&b), OK);

	b = store_batch_new(o->s);
	store_put(b, S("juliet@host"), S("roster"), S("a"), S("new"));
	store_append(b, S("juliet@host"), S("offline"), 7, S("new"));
	store_remove(b, S("juliet@host"), S("account"), S("x"));
	store_create(b, S("juliet@host"), S("account"), S(""), S("second"));
	store_put(b, S("nurse@host"), S("roster"), S("a"), S("new"));
	assert_int_equal(store_commit_wait(&b), E_EXISTS);

	assert_str(show_item(o, "juliet@host", "account", ""), "account/=first");
	assert_str(show_kind(o, "juliet@host", "roster"), "");
	assert_str(show_log(o, "juliet@host", "offline"), "");
	assert_str(show_kind(o, "nurse@host", "roster"), "");

	/* The names that it would have been the first to use can be used by others. */
	assert_int_equal(put(o, "nurse@host", "roster", "b", "x"), OK);
	assert_int_equal(append(o, "juliet@host", "offline", 8, "y"), OK);
	assert_str(show_kind(o, "nurse@host", "roster"), "roster/b=x");
	assert_str(show_log(o, "juliet@host", "offline"), "8=y");
}

static void
a_failed_batch_restores_what_it_had_replaced_and_removed(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	store_put(b, S("a@h"), S("k"), S("1"), S("one"));
	store_put(b, S("a@h"), S("k"), S("2"), S("two"));
	store_append(b, S("a@h"), S("l"), 1, S("one"));
	store_append(b, S("a@h"), S("l"), 2, S("two"));
	store_append(b, S("a@h"), S("l"), 3, S("three"));
	assert_int_equal(store_commit_wait(&b), OK);

	b = store_batch_new(o->s);
	store_put(b, S("a@h"), S("k"), S("1"), S("changed"));
	store_remove(b, S("a@h"), S("k"), S("2"));
	store_cut(b, S("a@h"), S("l"), 3);
	store_trim(b, S("a@h"), S("l"), 1);
	store_append(b, S("a@h"), S("l"), 4, S("four"));
	store_erase(b, S("a@h"));
	store_create(b, S("a@h"), S("k"), S("1"), S("again"));
	store_create(b, S("a@h"), S("k"), S("1"), S("twice"));
	assert_int_equal(store_commit_wait(&b), E_EXISTS);

	assert_str(show_kind(o, "a@h", "k"), "k/1=one k/2=two");
	assert_str(show_log(o, "a@h", "l"), "1=one 2=two 3=three");
	assert_int_equal(append(o, "a@h", "l", 4, "four"), OK);
	assert_str(show_log(o, "a@h", "l"), "1=one 2=two 3=three 4=four");
}

static void
operations_of_a_batch_act_in_their_order(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	assert_int_equal(put(o, "a@h", "k", "1", "old"), OK);
	store_remove(b, S("a@h"), S("k"), S("1"));
	store_create(b, S("a@h"), S("k"), S("1"), S("new"));
	store_put(b, S("a@h"), S("k"), S("2"), S("x"));
	store_put(b, S("a@h"), S("k"), S("2"), S("y"));
	store_put(b, S("a@h"), S("k"), S("3"), S("x"));
	store_remove(b, S("a@h"), S("k"), S("3"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_kind(o, "a@h", "k"), "k/1=new k/2=y");
}

static void
removing_takes_the_row_or_the_kind_and_nothing_else(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	for (unsigned i = 0; i < 3; i++) {
		struct str item = str_format(&o->a, "%u", i);

		store_put(b, S("a@h"), S("k"), item, S("v"));
		store_put(b, S("a@h"), S("kk"), item, S("v"));
		store_put(b, S("aa@h"), S("k"), item, S("v"));
	}
	store_append(b, S("a@h"), S("k"), 1, S("log of the same name"));
	assert_int_equal(store_commit_wait(&b), OK);

	b = store_batch_new(o->s);
	store_remove(b, S("a@h"), S("k"), S("1"));
	store_remove(b, S("a@h"), S("k"), S("there is none"));
	store_remove(b, S("nobody"), S("k"), S("1"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_kind(o, "a@h", "k"), "k/0=v k/2=v");

	b = store_batch_new(o->s);
	store_remove_kind(b, S("a@h"), S("k"));
	store_remove_kind(b, S("nobody"), S("k"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_kind(o, "a@h", "k"), "");
	assert_str(show_kind(o, "a@h", "kk"), "kk/0=v kk/1=v kk/2=v");
	assert_str(show_kind(o, "aa@h", "k"), "k/0=v k/1=v k/2=v");
	assert_str(show_log(o, "a@h", "k"), "1=log of the same name");
	assert_int_equal(put(o, "a@h", "k", "9", "v"), OK);
	assert_str(show_kind(o, "a@h", "k"), "k/9=v");
}

static void
kinds_are_read_by_kind_and_item_each_once(void **state)
{
	struct opened *o = *state;

	put(o, "a@h", "roster", "b", "2");
	put(o, "a@h", "block", "z", "4");
	put(o, "a@h", "roster", "a", "1");
	put(o, "a@h", "block", "y", "3");
	put(o, "a@h", "push", "", "5");
	assert_str(show(o, &(struct store_query){ STORE_KINDS, S("a@h"),
			       { S("roster"), S("block"), S("none"), S("roster") }, 4 }),
	    "block/y=3 block/z=4 roster/a=1 roster/b=2");
}

/* --- logs ----------------------------------------------------------------------------- */

static void
items_of_a_kind_are_paged_by_name(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_ITEMS, S("a@h"), { S("k") }, 1, .limit = 2 };

	assert_str(show(o, &q), "");
	put(o, "a@h", "k", "c", "3");
	put(o, "a@h", "k", "a", "1");
	put(o, "a@h", "k", "b", "2");
	put(o, "a@h", "l", "d", "4");
	put(o, "b@h", "k", "e", "5");
	assert_str(show(o, &q), "k/a=1 k/b=2");
	q.item = S("b");
	assert_str(show(o, &q), "k/c=3");
	q.item = S("aa"); /* need not be there */
	assert_str(show(o, &q), "k/b=2 k/c=3");
	q.item = S("c");
	assert_str(show(o, &q), "");
	q.item = S("");
	q.limit = 0;
	assert_str(show(o, &q), "k/a=1 k/b=2 k/c=3");
}

static void
logs_are_read_in_every_range_direction_and_limit(void **state)
{
	static const struct {
		uint64_t after, before;
		bool backwards;
		unsigned limit;
		const char *rows, *count;
	} table[] = {
		{ 0, 0, false, 0,
		    "0=a 1=b 2=c 10=d 9223372036854775807=e 9223372036854775808=f "
		    "18446744073709551615=g",
		    "7:7" },
		{ 0, 0, true, 0,
		    "18446744073709551615=g 9223372036854775808=f "
		    "9223372036854775807=e 10=d 2=c 1=b 0=a",
		    "7:7" },
		{ 0, 0, false, 2, "0=a 1=b", "2:2" },
		{ 0, 0, true, 1, "18446744073709551615=g", "1:1" },
		{ 1, 0, false, 1, "2=c", "1:1" },
		{ 1, 10, false, 0, "2=c", "1:1" },
		{ 1, 11, true, 0, "10=d 2=c", "2:2" },
		{ 2, 10, false, 0, "", "0:0" },
		{ 10, 2, false, 0, "", "0:0" },
		{ 5, 5, false, 0, "", "0:0" },
		{ 0, 1, false, 0, "0=a", "1:1" },
		{ 0, 2, true, 0, "1=b 0=a", "2:2" },
		{ 10, UINT64_MAX, false, 0, "9223372036854775807=e 9223372036854775808=f",
		    "2:2" },
		{ INT64_MAX, 0, true, 0, "18446744073709551615=g 9223372036854775808=f",
		    "2:2" },
		{ UINT64_MAX - 1, 0, false, 0, "18446744073709551615=g", "1:1" },
		{ UINT64_MAX, 0, false, 0, "", "0:0" },
		{ UINT64_MAX, 0, true, 0, "", "0:0" },
	};
	static const uint64_t ids[] = { 0, 1, 2, 10, INT64_MAX, (uint64_t)INT64_MAX + 1,
		UINT64_MAX };
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	for (unsigned i = 0; i < 7; i++)
		store_append(b, S("a@h"), S("mam"), ids[i], str_of(&"abcdefg"[i], 1));
	store_append(b, S("a@h"), S("mal"), 5, S("neighbour"));
	store_append(b, S("a@h"), S("man"), 5, S("neighbour"));
	store_append(b, S("aa@h"), S("mam"), 5, S("neighbour"));
	store_put(b, S("a@h"), S("mam"), S(""), S("neighbour"));
	assert_int_equal(store_commit_wait(&b), OK);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct store_query q = { STORE_LOG, S("a@h"), { S("mam") }, 1,
			.after = table[i].after, .before = table[i].before,
			.backwards = table[i].backwards, .limit = table[i].limit };

		assert_str(show(o, &q), table[i].rows);
		q.what = STORE_COUNT;
		assert_str(show(o, &q), table[i].count);
	}
}

static void
entries_may_come_in_any_order_and_are_read_by_id(void **state)
{
	struct opened *o = *state;

	assert_int_equal(append(o, "a@h", "l", 5, "five"), OK);
	assert_int_equal(append(o, "a@h", "l", 3, "three"), OK);
	assert_int_equal(append(o, "a@h", "l", 9, "nine"), OK);
	assert_int_equal(append(o, "a@h", "l", 4, ""), OK);
	assert_str(show_log(o, "a@h", "l"), "3=three 4= 5=five 9=nine");
}

static void
append_refuses_an_id_that_is_there_and_takes_it_once_it_is_gone(void **state)
{
	struct opened *o = *state;

	assert_int_equal(append(o, "a@h", "l", 5, "five"), OK);
	assert_int_equal(append(o, "a@h", "l", 7, "seven"), OK);
	assert_int_equal(append(o, "a@h", "l", 5, "again"), E_EXISTS);
	assert_int_equal(append(o, "a@h", "l", 7, "again"), E_EXISTS);
	assert_str(show_log(o, "a@h", "l"), "5=five 7=seven");

	struct store_batch *b = store_batch_new(o->s);

	store_cut(b, S("a@h"), S("l"), 5);
	store_append(b, S("a@h"), S("l"), 5, S("anew"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_log(o, "a@h", "l"), "5=anew 7=seven");
}

static void
trim_takes_entries_up_to_the_id_and_cut_takes_one(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	for (uint64_t id = 1; id <= 6; id++) {
		store_append(b, S("a@h"), S("l"), id, S("v"));
		store_append(b, S("a@h"), S("m"), id, S("v"));
	}
	assert_int_equal(store_commit_wait(&b), OK);

	b = store_batch_new(o->s);
	store_trim(b, S("a@h"), S("l"), 2);
	store_cut(b, S("a@h"), S("l"), 4);
	store_cut(b, S("a@h"), S("l"), 99);
	store_trim(b, S("a@h"), S("none"), 99);
	store_trim(b, S("nobody"), S("l"), 99);
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_log(o, "a@h", "l"), "3=v 5=v 6=v");

	b = store_batch_new(o->s);
	store_trim(b, S("a@h"), S("l"), UINT64_MAX);
	store_append(b, S("a@h"), S("l"), 2, S("w"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_log(o, "a@h", "l"), "2=w");
	assert_str(show_log(o, "a@h", "m"), "1=v 2=v 3=v 4=v 5=v 6=v");
}

/* --- owners --------------------------------------------------------------------------- */

static void
erase_takes_both_shapes_of_the_owner_and_nobody_elses(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	for (unsigned i = 0; i < 3; i++) {
		struct str owner = (struct str[]){ S("a@h"), S("a@hh"), S("aa@h") }[i];

		store_put(b, owner, S("account"), S(""), S("v"));
		store_put(b, owner, S("roster"), S("x"), S("v"));
		store_append(b, owner, S("mam"), 1, S("v"));
		store_append(b, owner, S("offline"), 1, S("v"));
	}
	assert_int_equal(store_commit_wait(&b), OK);

	b = store_batch_new(o->s);
	store_erase(b, S("a@h"));
	store_erase(b, S("nobody"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_kind(o, "a@h", "account"), "");
	assert_str(show_kind(o, "a@h", "roster"), "");
	assert_str(show_log(o, "a@h", "mam"), "");
	assert_str(show_log(o, "a@h", "offline"), "");
	assert_str(show_log(o, "a@hh", "mam"), "1=v");
	assert_str(show_kind(o, "aa@h", "roster"), "roster/x=v");

	/* The name can begin anew, even in the batch that erases. */
	b = store_batch_new(o->s);
	store_create(b, S("a@h"), S("account"), S(""), S("second"));
	store_append(b, S("a@h"), S("mam"), 1, S("second"));
	store_erase(b, S("a@h"));
	store_create(b, S("a@h"), S("account"), S(""), S("third"));
	store_append(b, S("a@h"), S("mam"), 1, S("third"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_kind(o, "a@h", "account"), "account/=third");
	assert_str(show_kind(o, "a@h", "roster"), "");
	assert_str(show_log(o, "a@h", "mam"), "1=third");
}

static void
owners_of_a_host_are_paged_by_name(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_OWNERS, S("h"), { S("account") }, 1 };

	put(o, "c@h", "account", "", "v");
	put(o, "a@h", "account", "", "v");
	put(o, "a.b@h", "account", "", "v");
	put(o, "b@h", "account", "", "v");
	put(o, "h", "account", "", "the host itself");
	put(o, "a@hh", "account", "", "another host");
	put(o, "d@h", "account", "x", "another item");
	put(o, "e@h", "roster", "", "another kind");
	append(o, "f@h", "account", 1, "the other shape");
	assert_str(show(o, &q), "a.b@h a@h b@h c@h");

	q.limit = 3;
	assert_str(show(o, &q), "a.b@h a@h b@h");
	q.item = S("b@h");
	assert_str(show(o, &q), "c@h");
	q.item = S("c@h");
	assert_str(show(o, &q), "");
	q.item = S("aa@h"); /* need not exist */
	assert_str(show(o, &q), "b@h c@h");
}

static void
owners_are_read_with_what_they_have_if_that_is_wanted(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_OWNERS, S("h"), { S("card") }, 1 };
	struct store_rows *rows;

	put(o, "a@h", "card", "", "first");
	put(o, "b@h", "card", "", "");
	rows = store_read_wait(o->s, &q);
	assert_int_equal(rows->n, 2);
	assert_null(rows->row[0].value.at);
	store_rows_free(&rows);
	q.values = true;
	rows = store_read_wait(o->s, &q);
	assert_int_equal(rows->n, 2);
	assert_str(rows->row[0].owner, "a@h");
	assert_str(rows->row[0].value, "first");
	assert_str(rows->row[1].value, "");
	store_rows_free(&rows);
}

/* --- names, values and their bounds --------------------------------------------------- */

static void
every_string_is_kept_byte_for_byte(void **state)
{
	static const struct str odd[] = {
		{ "", 0 },
		{ "\0", 1 },
		{ "\0\0", 2 },
		{ "a\0b", 3 },
		{ "a\0c", 3 },
		{ "a", 1 },
		{ "%s%n%%_", 7 },
		{ "it's \"quoted\"; DROP TABLE item;--", 33 },
		{ "\xf0\x9f\xa6\x9c", 4 }, /* a parrot */
		{ "\xff\xfe\x80\xc0", 4 }, /* not UTF-8 */
		{ "e\xcc\x81", 3 },        /* e, combining acute accent */
		{ "\xc3\xa9", 2 },         /* the same in one code point */
		{ "A", 1 },
		{ "123", 3 },
		{ "1e2", 3 },
		{ " 123", 4 },
	};
	enum { N = sizeof(odd) / sizeof(odd[0]) };
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	/* Each string in each place, the value saying where it was written. */
	for (unsigned i = 0; i < N; i++) {
		store_put(b, odd[i], S("kind"), S("item"), odd[i]);
		store_put(b, S("owner"), odd[i], S("item"), odd[i]);
		store_put(b, S("owner"), S("kind"), odd[i], odd[i]);
		store_append(b, odd[i], S("log"), 1, odd[i]);
		store_append(b, S("owner"), odd[i], 1, odd[i]);
	}
	assert_int_equal(store_commit_wait(&b), OK);

	for (unsigned i = 0; i < N; i++) {
		const struct store_query q[] = {
			{ STORE_ITEM, odd[i], { S("kind") }, 1, S("item") },
			{ STORE_ITEM, S("owner"), { odd[i] }, 1, S("item") },
			{ STORE_ITEM, S("owner"), { S("kind") }, 1, odd[i] },
			{ STORE_LOG, odd[i], { S("log") }, 1 },
			{ STORE_LOG, S("owner"), { odd[i] }, 1 },
		};

		for (unsigned j = 0; j < 5; j++) {
			struct store_rows *rows = store_read_wait(o->s, &q[j]);

			assert_int_equal(rows->status, OK);
			assert_int_equal(rows->n, 1);
			assert_true(str_eq(rows->row[0].value, odd[i]));
			assert_true(str_eq(rows->row[0].kind, q[j].kinds[0]));
			assert_true(str_eq(rows->row[0].item, q[j].item));
			store_rows_free(&rows);
		}
	}
}

static void
items_are_in_the_order_of_their_bytes(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_KINDS, S("a@h"), { S("k") }, 1 };
	struct store_batch *b = store_batch_new(o->s);
	struct store_rows *rows;
	char byte[2] = "x";

	for (int i = 255; i >= 0; i--) {
		byte[1] = (char)i;
		store_put(b, S("a@h"), S("k"), str_of(byte, 2), S(""));
	}
	store_put(b, S("a@h"), S("k"), S("x"), S(""));
	assert_int_equal(store_commit_wait(&b), OK);
	rows = store_read_wait(o->s, &q);
	assert_int_equal(rows->n, 257);
	for (size_t i = 1; i < rows->n; i++)
		assert_true(str_cmp(rows->row[i - 1].item, rows->row[i].item) < 0);
	store_rows_free(&rows);
}

static void
names_and_values_may_be_as_long_as_their_bounds_and_not_longer(void **state)
{
	static const struct {
		size_t owner, kind, item, value;
		enum status expected;
	} table[] = {
		{ STORE_OWNER_MAX, STORE_KIND_MAX, STORE_ITEM_MAX, 100000, OK },
		{ 1, 1, 1, STORE_VALUE_MAX, OK },
		{ STORE_OWNER_MAX + 1, 1, 1, 1, E_LIMIT },
		{ 1, STORE_KIND_MAX + 1, 1, 1, E_LIMIT },
		{ 1, 1, STORE_ITEM_MAX + 1, 1, E_LIMIT },
		{ 2, 1, 1, (size_t)STORE_VALUE_MAX + 1, E_LIMIT },
	};
	struct opened *o = *state;
	size_t longest = (size_t)STORE_VALUE_MAX + 1;
	char *xs = memset(arena_alloc(&o->a, longest), 'x', longest);

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct store_query q = { STORE_ITEM, str_of(xs, table[i].owner),
			{ str_of(xs, table[i].kind) }, 1, str_of(xs, table[i].item) };
		struct store_batch *b = store_batch_new(o->s);
		struct store_rows *rows;
		bool fits = table[i].expected == OK;

		store_put(b, S("with@it"), S("k"), str_format(&o->a, "%zu", i), S("v"));
		store_put(b, q.owner, q.kinds[0], q.item, str_of(xs, table[i].value));
		store_put(b, S("after@it"), S("k"), str_format(&o->a, "%zu", i), S("v"));
		assert_false(store_batch_is_empty(b));
		assert_int_equal(store_commit_wait(&b), table[i].expected);

		rows = store_read_wait(o->s, &q);
		assert_int_equal(rows->status, OK);
		assert_int_equal(rows->n, fits ? 1 : 0);
		if (fits)
			assert_int_equal(rows->row[0].value.len, table[i].value);
		store_rows_free(&rows);
	}
	assert_str(show_kind(o, "with@it", "k"), "k/0=v k/1=v");
	assert_str(show_kind(o, "after@it", "k"), "k/0=v k/1=v");
}

static void
a_batch_larger_than_its_bound_is_refused(void **state)
{
	struct opened *o = *state;
	char *xs = memset(arena_alloc(&o->a, STORE_VALUE_MAX), 'x', STORE_VALUE_MAX);
	struct store_batch *b = store_batch_new(o->s);

	for (unsigned i = 0; i * STORE_VALUE_MAX <= STORE_BATCH_MAX; i++)
		store_append(b, S("a@h"), S("l"), i, str_of(xs, STORE_VALUE_MAX));
	assert_int_equal(store_commit_wait(&b), E_LIMIT);
	assert_str(
	    show(o, &(struct store_query){ STORE_COUNT, S("a@h"), { S("l") }, 1 }), "0:0");
}

static void
an_answer_larger_than_its_bound_is_refused(void **state)
{
	struct opened *o = *state;
	struct store_query q = { STORE_LOG, S("a@h"), { S("l") }, 1 };
	char *xs = memset(arena_alloc(&o->a, STORE_VALUE_MAX), 'x', STORE_VALUE_MAX);
	struct store_rows *rows;

	for (unsigned i = 0; i < STORE_ROWS_BYTES / STORE_VALUE_MAX; i++) {
		struct store_batch *b = store_batch_new(o->s);

		store_append(b, S("a@h"), S("l"), i, str_of(xs, STORE_VALUE_MAX));
		assert_int_equal(store_commit_wait(&b), OK);
	}
	assert_str(show(o, &q), "limit");
	q.limit = 2;
	rows = store_read_wait(o->s, &q);
	assert_int_equal(rows->n, 2);
	store_rows_free(&rows);
}

static void
an_empty_batch_is_written_like_others(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	assert_true(store_batch_is_empty(b));
	assert_int_equal(store_commit_wait(&b), OK);
	b = store_batch_new(o->s);
	store_put(b, S("a@h"), S("k"), S("1"), S("v"));
	assert_false(store_batch_is_empty(b));
	store_batch_free(&b);
	assert_null(b);
	store_batch_free(&b);
	assert_str(show_kind(o, "a@h", "k"), "");
}

/* --- workers -------------------------------------------------------------------------- */

/* Answers in the order of their arrival, driven on the test's thread as worker 0. */
static struct {
	int who[4096];
	enum status status[4096];
	size_t n, expected;
	bool all;
} answers;

static void
expect_answers(size_t n)
{
	answers.n = 0;
	answers.expected = n;
	answers.all = n == 0;
}

static void
on_done(void *waiter, enum status s)
{
	assert_int_equal(worker_self(), 0);
	answers.who[answers.n] = (int)(intptr_t)waiter;
	answers.status[answers.n++] = s;
	answers.all = answers.n == answers.expected;
}

static void
commit_as(struct store_batch **b, int who)
{
	store_commit(b, on_done, (void *)(intptr_t)who);
}

/* Beside the store, one driven worker, which this thread is. */
static void
drive_begin(void)
{
	assert_int_equal(workers_init(1), OK);
	loop_drive_as(0);
}

/* The store first: its threads post letters. */
static void
drive_end(struct opened *o)
{
	store_close(&o->s);
	loop_drive_end();
	workers_fini();
}

static void
batches_are_answered_on_the_worker_in_order_each_with_its_own_outcome(void **state)
{
	enum { N = 300 };
	struct opened *o = *state;

	drive_begin();
	expect_answers(N);
	for (int i = 0; i < N; i++) {
		struct store_batch *b = store_batch_new(o->s);

		/* Every tenth repeats the row that its neighbour has just created. */
		store_append(b, S("a@h"), S("l"), (uint64_t)i, S("v"));
		store_create(
		    b, S("a@h"), S("k"), str_format(&o->a, "%d", i - (i % 10 == 9)), S("v"));
		commit_as(&b, i);
		assert_null(b);
		assert_int_equal(answers.n, 0); /* never before the loop turns */
	}
	loop_drive_until(&answers.all);
	for (int i = 0; i < N; i++) {
		assert_int_equal(answers.who[i], i);
		assert_int_equal(answers.status[i], i % 10 == 9 ? E_EXISTS : OK);
	}
	assert_str(
	    show(o, &(struct store_query){ STORE_COUNT, S("a@h"), { S("l") }, 1 }), "270:270");
	drive_end(o);
}

static void
a_batch_that_is_refused_at_once_is_still_answered_later(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);
	size_t long_owner = STORE_OWNER_MAX + 1;

	drive_begin();
	expect_answers(1);
	store_put(b,
	    str_of(memset(arena_alloc(&o->a, long_owner), 'x', long_owner), long_owner), S("k"),
	    S(""), S(""));
	commit_as(&b, 1);
	assert_int_equal(answers.n, 0);
	loop_drive_until(&answers.all);
	assert_int_equal(answers.status[0], E_LIMIT);
	drive_end(o);
}

struct expected_rows {
	struct opened *o;
	const char *text;
	bool came;
};

static void
on_expected_rows(void *waiter, const struct store_rows *rows)
{
	struct expected_rows *e = waiter;

	assert_int_equal(worker_self(), 0);
	assert_str(show_rows(e->o, &(struct store_query){ STORE_LOG }, rows), e->text);
	e->came = true;
}

static void
a_read_is_a_copy_of_the_question_and_sees_the_batches_before_it(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);
	char owner[] = "a@h", log[] = "l";
	struct store_query q = { STORE_LOG, str_from_c(owner), { str_from_c(log) }, 1 };
	struct expected_rows none = { o, "" }, one = { o, "1=v" };

	drive_begin();
	store_read(o->s, &q, on_expected_rows, &none);
	loop_drive_until(&none.came);

	expect_answers(1);
	store_append(b, S("a@h"), S("l"), 1, S("v"));
	commit_as(&b, 0);
	store_read(o->s, &q, on_expected_rows, &one);
	memset(owner, '-', sizeof(owner));
	memset(log, '-', sizeof(log));
	loop_drive_until(&one.came);
	loop_drive_until(&answers.all);
	drive_end(o);
}

static void
store_close_finishes_what_was_accepted(void **state)
{
	enum { N = 500 };
	struct opened *o = *state;
	struct expected_rows rows = { o, "499=v" };

	drive_begin();
	expect_answers(N);
	for (int i = 0; i < N; i++) {
		struct store_batch *b = store_batch_new(o->s);

		store_append(b, S("a@h"), S("l"), (uint64_t)i, S("v"));
		commit_as(&b, i);
	}
	store_read(o->s,
	    &(struct store_query){
		STORE_LOG, S("a@h"), { S("l") }, 1, .backwards = true, .limit = 1 },
	    on_expected_rows, &rows);
	store_close(&o->s);
	assert_null(o->s);
	loop_drive_until(&answers.all);
	loop_drive_until(&rows.came);
	for (int i = 0; i < N; i++)
		assert_int_equal(answers.status[i], OK);
	drive_end(o);
}

/* Asks once more when it is answered, though the store was closed meanwhile. */
static struct store *closed_store;

static void
on_closed_rows(void *waiter, const struct store_rows *rows)
{
	assert_int_equal(rows->status, E_CLOSED);
	*(bool *)waiter = true;
}

static void
on_done_ask_again(void *waiter, enum status s)
{
	struct store_batch *b = store_batch_new(closed_store);

	assert_int_equal(s, OK);
	commit_as(&b, 1);
	store_read(closed_store, &(struct store_query){ STORE_KINDS, S("a@h") }, on_closed_rows,
	    waiter);
}

static void
who_is_answered_after_the_close_may_ask_again_and_is_refused(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);
	bool came = false;

	drive_begin();
	expect_answers(1);
	store_commit(&b, on_done_ask_again, &came);
	closed_store = o->s;
	store_close(&o->s);
	loop_drive_until(&answers.all);
	loop_drive_until(&came);
	assert_int_equal(answers.status[0], E_CLOSED);
	drive_end(o);
}

/* --- several workers at once ---------------------------------------------------------- */

/*
 * Each worker appends to its own log and reads it back without waiting for the commit: the
 * read must see what was appended. Every third turn it also fights with the others for the
 * creation of one row, which exactly one of them must win.
 */
enum { RACERS = 3, LAPS = 200 };

static struct racer {
	struct opened *o;
	struct str owner;
	uint64_t lap;
	unsigned won;
	_Atomic bool finished;
} racers[RACERS];

static void racer_run_lap(struct racer *r);

static void
racer_on_rows(void *waiter, const struct store_rows *rows)
{
	struct racer *r = waiter;

	assert_int_equal(rows->status, OK);
	assert_int_equal(rows->count, r->lap);
	if (r->lap < LAPS)
		racer_run_lap(r);
	else
		r->finished = true;
}

static void
racer_on_created(void *waiter, enum status s)
{
	struct racer *r = waiter;

	assert_true(s == OK || s == E_EXISTS);
	r->won += s == OK;
}

static void
racer_run_lap(struct racer *r)
{
	struct store_batch *b = store_batch_new(r->o->s);
	char item[24];

	snprintf(item, sizeof(item), "%llu", (unsigned long long)r->lap);
	store_append(b, r->owner, S("laps"), ++r->lap, S("done"));
	store_commit(&b, NULL, NULL);
	if (r->lap % 3 == 0) {
		b = store_batch_new(r->o->s);
		store_create(b, S("prize"), S("lap"), str_from_c(item), r->owner);
		store_commit(&b, racer_on_created, r);
	}
	store_read(r->o->s, &(struct store_query){ STORE_COUNT, r->owner, { S("laps") }, 1 },
	    racer_on_rows, r);
}

static void
racer_on_start(const void *letter)
{
	racer_run_lap(*(struct racer *const *)letter);
}

static void
workers_see_their_own_writes_and_one_of_them_wins_each_race(void **state)
{
	struct opened *o = *state;
	unsigned won = 0;

	assert_int_equal(workers_init(RACERS), OK);
	assert_int_equal(workers_start(), OK);
	for (unsigned i = 0; i < RACERS; i++) {
		struct racer *r = &racers[i];

		*r = (struct racer){ .o = o, .owner = str_format(&o->a, "racer%u", i) };
		worker_post(i, racer_on_start, &r, sizeof(r));
	}
	for (unsigned i = 0; i < RACERS; i++)
		while (!racers[i].finished)
			sched_yield();
	store_close(&o->s);
	workers_stop(NULL);
	workers_fini();
	for (unsigned i = 0; i < RACERS; i++)
		won += racers[i].won;
	assert_int_equal(won, LAPS / 3);
}

/* --- failures ------------------------------------------------------------------------- */

static void
a_refused_batch_does_not_harm_its_neighbours(void **state)
{
	struct opened *o = *state;

	drive_begin();
	expect_answers(20);
	store_fail(o->s, FAULT_WRITE, 10, E_FULL);
	for (int i = 0; i < 20; i++) {
		struct store_batch *b = store_batch_new(o->s);

		store_append(b, S("a@h"), S("l"), (uint64_t)i, S("v"));
		commit_as(&b, i);
	}
	loop_drive_until(&answers.all);
	for (int i = 0; i < 20; i++)
		assert_int_equal(answers.status[i], i == 9 ? E_FULL : OK);
	assert_str(
	    show(o, &(struct store_query){ STORE_COUNT, S("a@h"), { S("l") }, 1 }), "19:19");
	assert_false(store_fault_is_armed(o->s, FAULT_WRITE));
	drive_end(o);
}

/* Batch i appends entry i and counts it in a row; what is kept must agree in both. */
static void
a_lost_group_leaves_nothing_behind_whichever_it_is(void **state)
{
	enum { N = 30 };
	struct opened *o = *state;

	drive_begin();
	for (unsigned nth = 1;; nth++) {
		char owner[16];

		snprintf(owner, sizeof(owner), "%u@h", nth);
		store_fail(o->s, FAULT_COMMIT, nth, E_IO);
		expect_answers(N);
		for (int i = 0; i < N; i++) {
			struct store_batch *b = store_batch_new(o->s);

			store_append(b, str_from_c(owner), S("l"), (uint64_t)i, S("v"));
			store_put(
			    b, str_from_c(owner), S("k"), str_format(&o->a, "%d", i), S("v"));
			commit_as(&b, i);
			if (i % 7 == 6)
				loop_drive();
		}
		loop_drive_until(&answers.all);

		struct store_rows *log = store_read_wait(
		    o->s, &(struct store_query){ STORE_LOG, str_from_c(owner), { S("l") }, 1 });
		size_t kept = 0;

		for (int i = 0; i < N; i++) {
			assert_true(answers.status[i] == OK || answers.status[i] == E_IO);
			if (answers.status[i] != OK)
				continue;
			assert_true(kept < log->n);
			assert_int_equal(log->row[kept].id, i);
			assert_int_equal(
			    show_item(o, owner, "k", str_format(&o->a, "%d", i).at).len > 0, 1);
			kept++;
		}
		assert_int_equal(log->n, kept);
		store_rows_free(&log);
		if (store_fault_is_armed(o->s, FAULT_COMMIT))
			break;
		assert_true(kept < N);
	}
	drive_end(o);
}

static void
a_failed_read_says_so_and_the_next_one_is_well(void **state)
{
	struct opened *o = *state;

	put(o, "a@h", "k", "1", "v");
	store_fail(o->s, FAULT_READ, 2, E_IO);
	assert_str(show_kind(o, "a@h", "k"), "k/1=v");
	assert_str(show_kind(o, "a@h", "k"), "io");
	assert_str(show_kind(o, "a@h", "k"), "k/1=v");
}

static void
the_store_counts_what_it_does(void **state)
{
	struct opened *o = *state;
	struct store_stats n;

	assert_int_equal(append(o, "a@h", "l", 1, "v"), OK);
	assert_int_equal(append(o, "a@h", "l", 1, "v"), E_EXISTS);
	store_fail(o->s, FAULT_COMMIT, 1, E_FULL);
	assert_int_equal(append(o, "a@h", "l", 2, "v"), E_FULL);
	show_log(o, "a@h", "l");
	store_stats(o->s, &n);
	assert_int_equal(n.batches, 1);
	assert_int_equal(n.failed, 1);
	assert_int_equal(n.groups, 3);
	assert_int_equal(n.group_most, 1);
	assert_int_equal(n.reads, 1);
	assert_int_equal(n.waiting_batches + n.waiting_bytes + n.waiting_reads, 0);
	assert_false(store_is_congested(o->s));
}

/* --- opening -------------------------------------------------------------------------- */

static void
an_unknown_back_end_and_a_wrong_number_of_readers_are_refused(void **state)
{
	struct opened *o = opened_prepare(S("memoir"));
	struct str reason;

	(void)state;
	assert_int_equal(opened_try(o, &reason), E_UNSUPPORTED);
	assert_str(reason, "there is no back end \"memoir\"");
	o->conf.backend = S("memory");
	o->conf.readers = 0;
	assert_int_equal(opened_try(o, &reason), E_INVALID);
	o->conf.readers = 17;
	assert_int_equal(opened_try(o, &reason), E_INVALID);
	assert_str(reason, "readers must be 1 to 16");
	opened_close(o);
}

#define ON_ALL(test)                                                                           \
	{ "memory: " #test, test, open_memory, close_it, NULL },                               \
	    { "sqlite: " #test, test, open_sqlite, close_it, NULL },                           \
	{                                                                                      \
		"sqlite, placing: " #test, test, open_placing, close_placing, NULL             \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_ALL(a_value_is_read_back_and_replaced_by_a_later_one),
		ON_ALL(what_was_never_written_reads_as_no_rows),
		ON_ALL(create_refuses_a_row_that_exists_and_writes_nothing_of_its_batch),
		ON_ALL(a_failed_batch_restores_what_it_had_replaced_and_removed),
		ON_ALL(operations_of_a_batch_act_in_their_order),
		ON_ALL(removing_takes_the_row_or_the_kind_and_nothing_else),
		ON_ALL(kinds_are_read_by_kind_and_item_each_once),
		ON_ALL(items_of_a_kind_are_paged_by_name),
		ON_ALL(logs_are_read_in_every_range_direction_and_limit),
		ON_ALL(entries_may_come_in_any_order_and_are_read_by_id),
		ON_ALL(append_refuses_an_id_that_is_there_and_takes_it_once_it_is_gone),
		ON_ALL(trim_takes_entries_up_to_the_id_and_cut_takes_one),
		ON_ALL(erase_takes_both_shapes_of_the_owner_and_nobody_elses),
		ON_ALL(owners_of_a_host_are_paged_by_name),
		ON_ALL(owners_are_read_with_what_they_have_if_that_is_wanted),
		ON_ALL(every_string_is_kept_byte_for_byte),
		ON_ALL(items_are_in_the_order_of_their_bytes),
		ON_ALL(names_and_values_may_be_as_long_as_their_bounds_and_not_longer),
		ON_ALL(a_batch_larger_than_its_bound_is_refused),
		ON_ALL(an_answer_larger_than_its_bound_is_refused),
		ON_ALL(an_empty_batch_is_written_like_others),
		ON_ALL(batches_are_answered_on_the_worker_in_order_each_with_its_own_outcome),
		ON_ALL(a_batch_that_is_refused_at_once_is_still_answered_later),
		ON_ALL(a_read_is_a_copy_of_the_question_and_sees_the_batches_before_it),
		ON_ALL(store_close_finishes_what_was_accepted),
		ON_ALL(who_is_answered_after_the_close_may_ask_again_and_is_refused),
		ON_ALL(workers_see_their_own_writes_and_one_of_them_wins_each_race),
		ON_ALL(a_refused_batch_does_not_harm_its_neighbours),
		ON_ALL(a_lost_group_leaves_nothing_behind_whichever_it_is),
		ON_ALL(a_failed_read_says_so_and_the_next_one_is_well),
		ON_ALL(the_store_counts_what_it_does),
		cmocka_unit_test(an_unknown_back_end_and_a_wrong_number_of_readers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
