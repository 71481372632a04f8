/* SPDX-License-Identifier: MIT
 *
 * Whom a session watches: what a client may ask for, and the set of it (docs/watch.md).
 */
#include "modules/presence/watched.h"

#include "../unit.h"
#include "base/limits.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

#define WATCH(inside) "<watch xmlns='https://jaseur.org/ns/watch/0'>" inside "</watch>"

static struct arena arena;
static struct frozen *block;
static struct watched watched;

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
	watched_fini(&watched);
	frozen_free(&block);
	arena_fini(&arena);
	return 0;
}

static enum stanza_error
read_request(struct str text, struct watch_request *out)
{
	frozen_free(&block);
	assert_int_equal(xml_parse_in(text, NS_CLIENT, &xml_bounds_stored, &block), OK);
	return watch_read(frozen_root(block), &arena, out);
}

static void
a_request_is_read_whole_or_refused(void **state)
{
	static const struct {
		const char *text;
		enum stanza_error wrong;
		size_t n_add, n_remove;
	} cases[] = {
		{ WATCH(""), ERR_NONE, 0, 0 },
		{ WATCH("<add jid='a@lit'/><remove jid='b@lit'/><add jid='gateway.lit'/>"),
		    ERR_NONE, 2, 1 },
		{ WATCH("<x xmlns='urn:example'/><add jid='A@LIT'>text</add>"), ERR_NONE, 1,
		    0 },
		{ WATCH("<add/>"), ERR_BAD_REQUEST, 0, 0 },
		{ WATCH("<add jid=''/>"), ERR_JID_MALFORMED, 0, 0 },
		{ WATCH("<add jid='a@lit'/><add jid='a@@lit'/>"), ERR_JID_MALFORMED, 0, 0 },
		{ WATCH("<remove jid='a@lit/b'/>"), ERR_BAD_REQUEST, 0, 0 },
		{ WATCH("<everybody jid='a@lit'/>"), ERR_BAD_REQUEST, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct watch_request r = { 0 };

		assert_int_equal(read_request(str_from_c(cases[i].text), &r), cases[i].wrong);
		assert_int_equal(r.n_add, cases[i].n_add);
		assert_int_equal(r.n_remove, cases[i].n_remove);
	}
}

static struct str
of_many(size_t n)
{
	struct xml_writer w;

	xml_begin_inner(&w, &arena, S(""));
	xml_open(&w, NS_WATCH, S("watch"));
	for (size_t i = 0; i < n; i++) {
		xml_open(&w, S(""), S("add"));
		xml_attr(&w, S("jid"), str_format(&arena, "a%zu@lit", i));
		xml_close(&w);
	}
	xml_close(&w);
	return xml_written(&w);
}

static void
a_request_names_only_so_many(void **state)
{
	struct watch_request r;

	(void)state;
	assert_int_equal(read_request(of_many(WATCH_CHANGES_MAX), &r), ERR_NONE);
	assert_int_equal(r.n_add, WATCH_CHANGES_MAX);
	assert_int_equal(read_request(of_many(WATCH_CHANGES_MAX + 1), &r), ERR_NOT_ACCEPTABLE);
}

static struct jid
contact(size_t number)
{
	return jid_trusted(str_format(&arena, "c%zu@lit", number));
}

/* The contacts from `first` on. */
static struct jid *
contacts(size_t first, size_t n)
{
	struct jid *all = arena_alloc(&arena, (n + 1) * sizeof(*all));

	for (size_t i = 0; i < n; i++)
		all[i] = contact(first + i);
	return all;
}

static void
removals_come_first_and_additions_count_once(void **state)
{
	struct jid twice[] = { contact(1), contact(2), contact(1) };
	struct watch_request r = { .add = twice, .n_add = 3 };

	(void)state;
	assert_int_equal(watched_change(&watched, &r), OK);
	assert_int_equal(r.n_add, 2);
	assert_true(jid_eq(r.add[1], contact(2)));
	assert_true(watched_has(&watched, jid_trusted(S("c1@lit/resource"))));
	assert_false(watched_has(&watched, contact(3)));

	/* There already; taken out and put in again. */
	r = (struct watch_request){
		.add = contacts(1, 2), .n_add = 2, .remove = contacts(2, 2), .n_remove = 2
	};
	assert_int_equal(watched_change(&watched, &r), OK);
	assert_int_equal(r.n_add, 1);
	assert_true(jid_eq(r.add[0], contact(2)));
	assert_int_equal(watched.n, 2);

	r = (struct watch_request){ .remove = contacts(1, 2), .n_remove = 2 };
	assert_int_equal(watched_change(&watched, &r), OK);
	assert_int_equal(watched.n, 0);
	assert_false(watched_has(&watched, contact(1)));
}

static void
too_many_change_nothing(void **state)
{
	struct watch_request r = { .add = contacts(0, WATCHED_MAX), .n_add = WATCHED_MAX };

	(void)state;
	assert_int_equal(watched_change(&watched, &r), OK);
	assert_int_equal(watched.n, WATCHED_MAX);
	for (size_t i = 0; i < WATCHED_MAX; i++)
		assert_true(watched_has(&watched, contact(i)));

	r = (struct watch_request){ .add = contacts(WATCHED_MAX, 2),
		.n_add = 2,
		.remove = contacts(0, 1),
		.n_remove = 1 };
	assert_int_equal(watched_change(&watched, &r), E_LIMIT);
	assert_true(watched_has(&watched, contact(0)));
	assert_false(watched_has(&watched, contact(WATCHED_MAX)));

	r.n_add = 1;
	assert_int_equal(watched_change(&watched, &r), OK);
	assert_false(watched_has(&watched, contact(0)));
	assert_true(watched_has(&watched, contact(WATCHED_MAX)));
	assert_int_equal(watched.n, WATCHED_MAX);
}

int
main(void)
{
#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		CASE(a_request_is_read_whole_or_refused),
		CASE(a_request_names_only_so_many),
		CASE(removals_come_first_and_additions_count_once),
		CASE(too_many_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
