/* SPDX-License-Identifier: MIT
 *
 * Archives, alike on every back end.
 */
#include "base/pack.h"
#include "letters.h"
#include "storage/sqlite/sqlite.h"

static struct sqlite_tuning usual;

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
	sqlite_tuning = usual;
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

/* Messages get into runs at once, and into the index as soon as nobody waits. */
static int
open_eager(void **state)
{
	sqlite_tuning.list_entries = 1;
	sqlite_tuning.index_messages = 1;
	return open_with(S("sqlite"), state);
}

/* As many as there are, unless the question says how many. */
static struct store_query *
page(struct store_query *q)
{
	q->what = STORE_ARCHIVE;
	q->owner = S("juliet@h");
	q->limit = q->limit ? q->limit : 100;
	return q;
}

#define PAGE(...) page(&(struct store_query){ __VA_ARGS__ })

/* --- pages ---------------------------------------------------------------------------- */

static void
a_page_has_the_messages_that_are_asked_for(void **state)
{
	static const struct {
		struct store_query q;
		const char *answer;
	} table[] = {
		{ { .limit = 100 }, "11=a 12=b 13=c 14=d 15=e 0/5" },
		{ { .limit = 2 }, "11=a 12=b 0+/5" },
		{ { .limit = 2, .from = 12 }, "13=c 14=d 2+/5" },
		{ { .limit = 2, .from = 13 }, "14=d 15=e 3/5" },
		{ { .limit = 2, .from = 15 }, "0/5" },
		{ { .limit = 2, .backwards = true }, "15=e 14=d 3+/5" },
		{ { .limit = 2, .backwards = true, .from = 14 }, "13=c 12=b 1+/5" },
		{ { .limit = 9, .backwards = true, .from = 12 }, "11=a 0/5" },
		{ { .limit = 9, .backwards = true, .from = 11 }, "0/5" },
		{ { .limit = 0 }, "0+/5" },
		{ { .limit = 2, .skip = 3 }, "14=d 15=e 3/5" },
		{ { .limit = 2, .skip = 1 }, "12=b 13=c 1+/5" },
		{ { .limit = 2, .skip = 5 }, "0/5" },
		{ { .limit = 9, .after = 11, .before = 15 }, "12=b 13=c 14=d 0/3" },
		{ { .limit = 9, .after = 15 }, "0/0" },
		{ { .limit = 9, .before = 11 }, "0/0" },
		{ { .limit = 2, .after = 11, .before = 15, .backwards = true },
		    "14=d 13=c 1+/3" },
		{ { .limit = 9, .contact = S("romeo@h") }, "11=a 13=c 15=e 0/3" },
		{ { .limit = 1, .contact = S("romeo@h"), .from = 11 }, "13=c 1+/3" },
		{ { .limit = 9, .contact = S("romeo@h"), .after = 12 }, "13=c 15=e 0/2" },
		{ { .limit = 9, .contact = S("romeo@h/orchard") }, "11=a 15=e ?" },
		{ { .limit = 1, .contact = S("romeo@h/orchard") }, "11=a ?+" },
		{ { .limit = 9, .contact = S("romeo@h/nowhere") }, "?" },
		{ { .limit = 9, .contact = S("nobody@h") }, "0/0" },
	};
	struct opened *o = *state;

	letter_in(o, "juliet@h", "romeo@h/orchard", 11, "a");
	letter_out(o, "juliet@h", "nurse@h", 12, "b");
	letter_out(o, "juliet@h", "romeo@h", 13, "c");
	letter_in(o, "romeo@h", "juliet@h", 14, "not hers");
	letter_in(o, "juliet@h", "nurse@h/kitchen", 14, "d");
	letter_out(o, "juliet@h", "romeo@h/orchard", 15, "e");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct store_query q = table[i].q;
		struct str text;

		q.what = STORE_ARCHIVE;
		q.owner = S("juliet@h");
		text = show_page(o, &q);
		if (!str_eq(text, str_from_c(table[i].answer)))
			fail_msg("%zu: %.*s, not %s", i, STR_ARG(text), table[i].answer);
	}
}

static void
who_names_an_unknown_id_is_told(void **state)
{
	struct opened *o = *state;

	letter_in(o, "juliet@h", "romeo@h", 11, "a");
	assert_str(show_page(o, PAGE(.ids = (const uint64_t[]){ 11 }, .n_ids = 1)), "11=a 0/1");
	assert_str(show_page(o, PAGE(.ids = (const uint64_t[]){ 11, 12 }, .n_ids = 2)),
	    status_name(E_NOT_FOUND));
	assert_str(show_page(o, &(struct store_query){ .what = STORE_ARCHIVE,
				    .owner = S("nobody@h"),
				    .ids = (const uint64_t[]){ 11 },
				    .n_ids = 1 }),
	    status_name(E_NOT_FOUND));
}

static void
messages_are_found_by_their_ids(void **state)
{
	struct opened *o = *state;
	struct store_query q = { .what = STORE_MESSAGES,
		.owner = S("juliet@h"),
		.ids = (const uint64_t[]){ 13, 99, 11 },
		.n_ids = 3 };

	letter_in(o, "juliet@h", "romeo@h", 11, "a");
	letter_in(o, "juliet@h", "nurse@h", 13, "b");
	assert_str(show_page(o, &q), "13=b 11=a");
	q.contact = S("nurse@h");
	assert_str(show_page(o, &q), "13=b");
	q.before = 12;
	assert_str(show_page(o, &q), "");
}

static void
ids_of_an_archive_only_grow(void **state)
{
	struct opened *o = *state;

	assert_int_equal(letter_in(o, "juliet@h", "romeo@h", 11, "a"), OK);
	assert_int_equal(letter_in(o, "juliet@h", "nurse@h", 11, "b"), E_EXISTS);
	assert_int_equal(letter_in(o, "juliet@h", "nurse@h", 10, "b"), E_EXISTS);
	assert_int_equal(letter_in(o, "romeo@h", "juliet@h", 10, "b"), OK);
	assert_int_equal(letter_in(o, "juliet@h", "nurse@h", 12, "c"), OK);
	assert_str(show_page(o, PAGE()), "11=a 12=c 0/2");
}

static void
a_batch_that_is_refused_leaves_nothing_in_the_archive(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	letter_in(o, "juliet@h", "romeo@h", 11, "a");
	letter_put(o, b, "juliet@h", "romeo@h", 12, false, 0, "b");
	letter_put(o, b, "juliet@h", "new@h", 13, false, 0, "c");
	letter_put(o, b, "juliet@h", "romeo@h", 13, false, 0, "d");
	assert_int_equal(store_commit_wait(&b), E_EXISTS);
	assert_str(show_page(o, PAGE()), "11=a 0/1");
	assert_str(show_page(o, PAGE(.contact = S("new@h"))), "0/0");
	assert_int_equal(letter_in(o, "juliet@h", "new@h", 12, "e"), OK);
	assert_str(show_page(o, PAGE(.contact = S("new@h"))), "12=e 0/1");
}

/* --- both sides ----------------------------------------------------------------------- */

static void
both_sides_keep_one_text_and_lose_it_each_for_himself(void **state)
{
	struct opened *o = *state;
	struct store_query romeo = { .what = STORE_ARCHIVE, .owner = S("romeo@h"), .limit = 9 };
	struct store_batch *b = store_batch_new(o->s);

	letter_out(o, "romeo@h", "juliet@h", 5, "one");
	letter_put(o, b, "juliet@h", "romeo@h", 11, false, 5, "one");
	assert_int_equal(store_commit_wait(&b), OK);
	letter_out(o, "romeo@h", "juliet@h", 6, "two");
	b = store_batch_new(o->s);
	letter_put(o, b, "juliet@h", "romeo@h", 12, false, 6, "two");
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, PAGE()), "11=one 12=two 0/2");
	assert_str(show_page(o, &romeo), "5=one 6=two 0/2");

	/* What one side replaces the other keeps. */
	b = store_batch_new(o->s);
	store_archive_replace(
	    b, S("romeo@h"), 5, letter_text(o, "romeo@h", "juliet@h", 5, "x"));
	store_archive_replace(
	    b, S("juliet@h"), 12, letter_text(o, "romeo@h", "juliet@h", 6, "y"));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, PAGE()), "11=one 12=y 0/2");
	assert_str(show_page(o, &romeo), "5=x 6=two 0/2");

	/* Also who is erased takes nothing from the other. */
	letter_out(o, "romeo@h", "juliet@h", 7, "three");
	b = store_batch_new(o->s);
	letter_put(o, b, "juliet@h", "romeo@h", 13, false, 7, "three");
	assert_int_equal(store_commit_wait(&b), OK);
	b = store_batch_new(o->s);
	store_erase(b, S("romeo@h"));
	assert_int_equal(store_commit_wait(&b), OK);
	put(o, "x@h", "k", "i", "v");
	assert_str(show_page(o, &romeo), "0/0");
	assert_str(show_page(o, PAGE()), "11=one 12=y 13=three 0/3");
}

static void
a_text_that_the_sender_has_not_is_kept_by_the_recipient(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	letter_put(o, b, "juliet@h", "romeo@h", 11, false, 5, "one");
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, PAGE()), "11=one 0/1");
}

/* --- removing ------------------------------------------------------------------------- */

static void
old_messages_are_trimmed_and_their_ids_stay_used(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	for (uint64_t id = 1; id <= 150; id++)
		letter_in(o, "juliet@h", id % 3 ? "romeo@h" : "nurse@h", id, "x");
	store_archive_trim(b, S("juliet@h"), 147);
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, PAGE()), "148=x 149=x 150=x 0/3");
	for (unsigned i = 0; i < 20; i++)
		put(o, "x@h", "k", "i", "v");
	assert_str(show_page(o, PAGE()), "148=x 149=x 150=x 0/3");
	assert_str(show_page(o, PAGE(.contact = S("nurse@h"))), "150=x 0/1");
	assert_str(show_page(o, PAGE(.ids = (const uint64_t[]){ 147 }, .n_ids = 1)),
	    status_name(E_NOT_FOUND));
	assert_str(show_page(o, PAGE(.from = 3, .limit = 2)), "148=x 149=x 0+/3");

	b = store_batch_new(o->s);
	store_archive_trim(b, S("juliet@h"), 1000);
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, PAGE()), "0/0");
	assert_int_equal(letter_in(o, "juliet@h", "nurse@h", 1001, "y"), OK);
	assert_str(show_page(o, PAGE()), "1001=y 0/1");
	assert_str(show_page(o, PAGE(.contact = S("nurse@h"))), "1001=y 0/1");
}

static void
an_erased_archive_can_begin_again(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	for (uint64_t id = 1; id <= 70; id++)
		letter_in(o, "juliet@h", "romeo@h", id, "x");
	store_erase(b, S("juliet@h"));
	letter_put(o, b, "juliet@h", "romeo@h", 3, false, 0, "again");
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_page(o, PAGE()), "3=again 0/1");
	for (unsigned i = 0; i < 20; i++)
		put(o, "x@h", "k", "i", "v");
	assert_str(show_page(o, PAGE(.contact = S("romeo@h"))), "3=again 0/1");
}

/* --- names and words ------------------------------------------------------------------ */

static void
a_message_is_found_by_its_name_its_direction_and_its_contact(void **state)
{
	struct opened *o = *state;
	struct store_query q = { .what = STORE_NAMED,
		.owner = S("juliet@h"),
		.contact = S("romeo@h/any"),
		.text = S("m12") };

	letter_in(o, "juliet@h", "romeo@h/a", 12, "a");
	letter_out(o, "juliet@h", "romeo@h/b", 13, "b");
	assert_str(show_page(o, &q), "12=a");
	q.outgoing = true;
	assert_str(show_page(o, &q), "");
	q.text = S("m13");
	assert_str(show_page(o, &q), "13=b");
	q.before = 13;
	assert_str(show_page(o, &q), "");
	q.before = 0;
	q.contact = S("nurse@h");
	assert_str(show_page(o, &q), "");
}

static void
words_are_found_whatever_their_script(void **state)
{
	static const struct {
		const char *text, *answer;
	} table[] = {
		{ "cafe", "1=Un Café, s'il vous plaît ?" },
		{ "CAFÉ plait", "1=Un Café, s'il vous plaît ?" },
		{ "cafe tea", "?" },
		{ "vou", "1=Un Café, s'il vous plaît ?" }, /* a beginning */
		{ "vo", "?" },
		{ "\xe6\x9d\xb1\xe4\xba\xac",
		    "2=\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xb8" },
		{ "\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xb8",
		    "2=\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xb8" },
		{ "\xe9\x83\xbd", "2=\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xb8" },
		{ "\xe6\x9d\xb1\xe9\x83\xbd", "?" },
		{ "\xf0\x9f\x98\x80", "3=100% of x_y \xf0\x9f\x98\x80" },
		{ "100%", "3=100% of x_y \xf0\x9f\x98\x80" },
		{ "%", "?" },
		{ "_", "?" },
		{ "\" OR body : *", "?" },
		{ "'; DROP TABLE message; --", "?" },
		{ "lists : 1", "?" },
		{ "NEAR(a b)", "?" },
		{ "apos", "?" },
	};
	struct opened *o = *state;

	letter_in(o, "juliet@h", "romeo@h", 1, "Un Café, s'il vous plaît ?");
	letter_in(
	    o, "juliet@h", "nurse@h", 2, "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe3\x81\xb8");
	letter_in(o, "juliet@h", "nurse@h", 3, "100% of x_y \xf0\x9f\x98\x80");
	letter_in(o, "romeo@h", "nurse@h", 4, "cafe vous 100");
	for (unsigned round = 0; round < 2; round++) {
		for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
			struct str text = show_page(o, PAGE(.text = str_from_c(table[i].text)));
			struct str first = str_slice(text, 0, strlen(table[i].answer));
			bool none = str_eq(str_from_c(table[i].answer), S("?"));

			if (str_find(text, '&') < text.len)
				continue; /* the text is escaped markup there */
			if (none ? !str_eq(text, S("?"))
				 : !str_eq(first, str_from_c(table[i].answer)))
				fail_msg("%s: %.*s", table[i].text, STR_ARG(text));
		}
		put(o, "x@h", "k", "i", "v");
	}
}

static void
a_page_of_hits_goes_on_where_the_last_ended(void **state)
{
	struct opened *o = *state;

	for (uint64_t id = 1; id <= 9; id++)
		letter_in(o, "juliet@h", id % 2 ? "romeo@h" : "nurse@h", id,
		    id % 3 ? "word" : "other");
	for (unsigned round = 0; round < 2; round++) {
		assert_str(
		    show_page(o, PAGE(.text = S("word"), .limit = 2)), "1=word 2=word ?+");
		assert_str(show_page(o, PAGE(.text = S("word"), .limit = 2, .from = 2)),
		    "4=word 5=word ?+");
		assert_str(show_page(o, PAGE(.text = S("word"), .limit = 3, .from = 4)),
		    "5=word 7=word 8=word ?");
		assert_str(show_page(o, PAGE(.text = S("word"), .limit = 2, .backwards = true)),
		    "8=word 7=word ?+");
		assert_str(show_page(o, PAGE(.text = S("word"), .after = 4, .before = 8)),
		    "5=word 7=word ?");
		assert_str(show_page(o, PAGE(.text = S("word"), .contact = S("nurse@h"))),
		    "2=word 4=word 8=word ?");
		put(o, "x@h", "k", "i", "v");
	}
}

static void
what_was_replaced_is_found_by_its_words_no_more(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);

	letter_in(o, "juliet@h", "romeo@h", 1, "secret word");
	letter_in(o, "juliet@h", "romeo@h", 2, "another word");
	put(o, "x@h", "k", "i", "v");
	assert_str(show_page(o, PAGE(.text = S("secret"))), "1=secret word ?");
	store_archive_replace(
	    b, S("juliet@h"), 1, letter_text(o, "romeo@h", "juliet@h", 1, "nothing"));
	assert_int_equal(store_commit_wait(&b), OK);
	put(o, "x@h", "k", "i", "v");
	assert_str(show_page(o, PAGE(.text = S("secret"))), "?");
	assert_str(show_page(o, PAGE(.text = S("nothing"))), "1=nothing ?");
	assert_str(show_page(o, PAGE(.text = S("word"))), "2=another word ?");
}

static void
bytes_of_all_kinds_come_back_unchanged(void **state)
{
	struct opened *o = *state;
	const char *bodies[] = { "'; DROP TABLE message; --", "%s%n%%_", "\xf0\x9f\x92\xa9",
		"a\\b\"c" };

	for (uint64_t i = 0; i < 4; i++) {
		struct store_batch *b = store_batch_new(o->s);

		store_archive(b, &(struct store_message){ .owner = S("o'%\";--@h"),
				     .contact = S("c'%\\@h/r'\"%"),
				     .id = i + 1,
				     .text = str_from_c(bodies[i]) });
		assert_int_equal(store_commit_wait(&b), OK);
	}
	for (uint64_t i = 0; i < 4; i++) {
		struct store_rows *rows =
		    store_read_wait(o->s, &(struct store_query){ .what = STORE_ARCHIVE,
					      .owner = S("o'%\";--@h"),
					      .contact = S("c'%\\@h"),
					      .skip = i,
					      .limit = 1 });

		assert_int_equal(rows->n, 1);
		assert_str(rows->row[0].value, bodies[i]);
		store_rows_free(&rows);
	}
}

static void
a_nul_is_a_byte_like_others(void **state)
{
	struct opened *o = *state;
	struct store_batch *b = store_batch_new(o->s);
	struct store_rows *rows;

	store_archive(b, &(struct store_message){ .owner = S("juliet@h"),
			     .contact = S("romeo@h"),
			     .id = 1,
			     .name = S("a\0b"),
			     .text = S("x\0y") });
	assert_int_equal(store_commit_wait(&b), OK);
	rows = store_read_wait(o->s, PAGE());
	assert_int_equal(rows->n, 1);
	assert_int_equal(rows->row[0].value.len, 3);
	assert_memory_equal(rows->row[0].value.at, "x\0y", 3);
	store_rows_free(&rows);
	assert_str(show_page(o, PAGE(.text = S("x\0y"))), "?");
}

/* --- conversations -------------------------------------------------------------------- */

static struct str
show_talks(struct opened *o)
{
	struct store_query q = { STORE_TALKS, S("juliet@h"), { S("read") }, 1 };
	struct store_rows *rows = store_read_wait(o->s, &q);
	struct str text = S("");

	assert_int_equal(rows->status, OK);
	for (uint64_t id = 0; id < 300; id++) /* in the order of the last messages */
		for (size_t i = 0; i < rows->n; i++)
			if (rows->row[i].id == id)
				text = join(o, text,
				    str_format(&o->a, "%.*s:%llu,%llu",
					STR_ARG(rows->row[i].item), (unsigned long long)id,
					(unsigned long long)rows->row[i].n));
	store_rows_free(&rows);
	return text;
}

static void
a_conversation_tells_its_last_message_and_how_many_are_unread(void **state)
{
	struct opened *o = *state;
	struct store_batch *b;
	char mark[8];

	for (uint64_t id = 1; id <= 120; id++)
		letter_in(o, "juliet@h", "romeo@h/x", id, "x");
	letter_in(o, "juliet@h", "nurse@h", 121, "x");
	assert_str(show_talks(o), "romeo@h:120,120 nurse@h:121,1");

	pack_uint(mark, 50, 8);
	b = store_batch_new(o->s);
	store_put(b, S("juliet@h"), S("read"), S("romeo@h"), str_of(mark, 8));
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_talks(o), "romeo@h:120,70 nurse@h:121,1");

	letter_out(o, "juliet@h", "nurse@h", 122, "x");
	assert_str(show_talks(o), "romeo@h:120,70 nurse@h:122,0");
	letter_in(o, "juliet@h", "nurse@h", 123, "x");
	assert_str(show_talks(o), "romeo@h:120,70 nurse@h:123,1");

	/* A receipt is no message. */
	b = store_batch_new(o->s);
	store_archive(b,
	    &(struct store_message){
		.owner = S("juliet@h"), .contact = S("nurse@h"), .id = 124, .text = S("x") });
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_talks(o), "romeo@h:120,70 nurse@h:124,1");

	b = store_batch_new(o->s);
	store_archive_trim(b, S("juliet@h"), 120);
	assert_int_equal(store_commit_wait(&b), OK);
	assert_str(show_talks(o), "nurse@h:124,1");
}

/* --- a model -------------------------------------------------------------------------- */

enum { MODEL_MAX = 700, CONTACTS = 4, WORDS = 5 };

struct model_message {
	uint64_t id;
	unsigned contact, word;
	bool full; /* with the resource */
};

static struct model {
	struct model_message m[MODEL_MAX];
	size_t n, from; /* those before were trimmed */
} model;

static uint64_t
dice(uint64_t sides)
{
	static uint64_t x = UINT64_C(88172645463325252);

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x % sides;
}

static bool
model_matches(const struct model_message *m, const struct store_query *q)
{
	char contact[16], full[16], word[16];

	snprintf(contact, sizeof(contact), "c%u@h", m->contact);
	snprintf(full, sizeof(full), "c%u@h/r", m->contact);
	snprintf(word, sizeof(word), "word%u", m->word);
	if ((q->after && m->id <= q->after) || (q->before && m->id >= q->before))
		return false;
	if (q->contact.len && !str_eq(q->contact, str_from_c(contact)) &&
	    !(m->full && str_eq(q->contact, str_from_c(full))))
		return false;
	return q->text.len == 0 || str_eq(q->text, str_from_c(word));
}

static struct str
model_page(struct opened *o, const struct store_query *q)
{
	size_t matching = 0, n = 0, index = 0;
	struct str text = S("");
	bool more = false, full = !str_eq(q->contact, S("")) && str_ends(q->contact, S("/r"));
	static size_t all[MODEL_MAX];

	if (q->after && q->before && q->after + 1 >= q->before)
		return S("0/0"); /* nothing can be in between, whatever else is asked */
	for (size_t i = model.from; i < model.n; i++)
		if (model_matches(&model.m[i], q))
			all[matching++] = i;
	for (size_t k = 0; k < matching; k++) {
		size_t place = q->backwards ? matching - 1 - k : k;
		const struct model_message *m = &model.m[all[place]];

		if (q->from && (q->backwards ? m->id >= q->from : m->id <= q->from))
			continue;
		if (q->skip && place < q->skip)
			continue;
		if (n == q->limit) {
			more = true;
			break;
		}
		if (n++ == 0 || q->backwards)
			index = place;
		text = join(o, text,
		    str_format(&o->a, "%llu=word%u", (unsigned long long)m->id, m->word));
	}
	if (full || q->text.len)
		return join(o, text, more && !full ? S("?+") : S("?"));
	return join(o, text, str_format(&o->a, "%zu%s/%zu", index, more ? "+" : "", matching));
}

static void
model_add(struct opened *o)
{
	struct model_message *m = &model.m[model.n];
	char contact[16], word[16];

	*m = (struct model_message){
		.id = (model.n ? model.m[model.n - 1].id : 1000) + 1 + dice(5),
		.contact = (unsigned)dice(CONTACTS),
		.word = (unsigned)dice(WORDS),
		.full = dice(2),
	};
	model.n++;
	snprintf(contact, sizeof(contact), "c%u@h%s", m->contact, m->full ? "/r" : "");
	snprintf(word, sizeof(word), "word%u", m->word);
	assert_int_equal(
	    (dice(2) ? letter_in : letter_out)(o, "juliet@h", contact, m->id, word), OK);
}

static void
model_trim(struct opened *o)
{
	struct store_batch *b = store_batch_new(o->s);

	model.from += dice(model.n - model.from);
	store_archive_trim(b, S("juliet@h"), model.m[model.from].id - 1);
	assert_int_equal(store_commit_wait(&b), OK);
}

static void
model_ask(struct opened *o)
{
	struct store_query q = { .what = STORE_ARCHIVE,
		.owner = S("juliet@h"),
		.limit = (unsigned)dice(9),
		.backwards = dice(2) };
	char contact[16], word[16];
	struct str expected, got;

	snprintf(
	    contact, sizeof(contact), "c%u@h%s", (unsigned)dice(CONTACTS), dice(3) ? "" : "/r");
	snprintf(word, sizeof(word), "word%u", (unsigned)dice(WORDS));
	if (dice(2))
		q.contact = str_from_c(contact);
	if (dice(4) == 0)
		q.text = str_from_c(word);
	if (dice(3) == 0)
		q.after = model.m[dice(model.n)].id;
	if (dice(3) == 0)
		q.before = model.m[dice(model.n)].id;
	if (dice(2))
		q.from = model.m[dice(model.n)].id;
	else if (dice(4) == 0 && !q.backwards && !q.text.len && !str_ends(q.contact, S("/r")))
		q.skip = dice(20);
	expected = model_page(o, &q);
	got = show_page(o, &q);
	/* Whether there is more is told loosely when resources are asked for. */
	if (str_ends(q.contact, S("/r")) && str_ends(got, S("+")))
		got = str_slice(got, 0, got.len - 1);
	if (!str_eq(expected, got))
		fail_msg("with %.*s text %.*s after %llu before %llu from %llu skip %llu limit "
			 "%u %s\nexpected %.*s\ngot      %.*s",
		    STR_ARG(q.contact), STR_ARG(q.text), (unsigned long long)q.after,
		    (unsigned long long)q.before, (unsigned long long)q.from,
		    (unsigned long long)q.skip, q.limit, q.backwards ? "backwards" : "",
		    STR_ARG(expected), STR_ARG(got));
}

static void
random_questions_are_answered_as_by_a_naive_archive(void **state)
{
	struct opened *o = *state;

	model = (struct model){ .n = 0 };
	while (model.n < MODEL_MAX) {
		model_add(o);
		for (unsigned i = 0; i < 3; i++)
			model_ask(o);
		if (dice(100) == 0)
			model_trim(o);
		if (str_eq(o->conf.backend, S("sqlite")) && dice(150) == 0) {
			store_close(&o->s);
			opened_open(o);
		}
		arena_reset(&o->a);
	}
}

/* --- failures ------------------------------------------------------------------------- */

static void
whichever_call_fails_the_archive_has_what_was_acknowledged(void **state)
{
	static const enum store_fault faults[] = { FAULT_WRITE, FAULT_COMMIT };
	struct opened *o = *state;
	uint64_t id = 1;

	for (size_t f = 0; f < 2; f++)
		for (unsigned n = 1;; n++) {
			struct str expected = S("");
			uint64_t count = 0;
			struct store_batch *b = store_batch_new(o->s);
			bool armed;

			store_archive_trim(b, S("juliet@h"), id);
			assert_int_equal(store_commit_wait(&b), OK);
			store_fail(o->s, faults[f], n, E_FULL);
			for (unsigned i = 0; i < 4; i++) {
				enum status s = letter_in(o, "juliet@h", "romeo@h", ++id, "x");

				assert_true(s == OK || s == E_FULL);
				if (s != OK)
					continue;
				count++;
				expected = join(o, expected,
				    str_format(&o->a, "%llu=x", (unsigned long long)id));
			}
			armed = store_fault_is_armed(o->s, faults[f]);
			store_fail(o->s, faults[f], 0, OK);
			expected = join(o, expected,
			    str_format(&o->a, "0/%llu", (unsigned long long)count));
			assert_str(show_page(o, PAGE()), expected.at);
			if (armed)
				break;
		}
}

#define ON_EACH(test)                                                                          \
	{ "memory: " #test, test, open_memory, close_it, NULL },                               \
	    { "sqlite: " #test, test, open_sqlite, close_it, NULL },                           \
	{                                                                                      \
		"sqlite, eager: " #test, test, open_eager, close_it, NULL                      \
	}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ON_EACH(a_page_has_the_messages_that_are_asked_for),
		ON_EACH(who_names_an_unknown_id_is_told),
		ON_EACH(messages_are_found_by_their_ids),
		ON_EACH(ids_of_an_archive_only_grow),
		ON_EACH(a_batch_that_is_refused_leaves_nothing_in_the_archive),
		ON_EACH(both_sides_keep_one_text_and_lose_it_each_for_himself),
		ON_EACH(a_text_that_the_sender_has_not_is_kept_by_the_recipient),
		ON_EACH(old_messages_are_trimmed_and_their_ids_stay_used),
		ON_EACH(an_erased_archive_can_begin_again),
		ON_EACH(a_message_is_found_by_its_name_its_direction_and_its_contact),
		ON_EACH(words_are_found_whatever_their_script),
		ON_EACH(a_page_of_hits_goes_on_where_the_last_ended),
		ON_EACH(what_was_replaced_is_found_by_its_words_no_more),
		ON_EACH(bytes_of_all_kinds_come_back_unchanged),
		ON_EACH(a_nul_is_a_byte_like_others),
		ON_EACH(a_conversation_tells_its_last_message_and_how_many_are_unread),
		ON_EACH(random_questions_are_answered_as_by_a_naive_archive),
		ON_EACH(whichever_call_fails_the_archive_has_what_was_acknowledged),
	};

	usual = sqlite_tuning;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
