/* SPDX-License-Identifier: MIT */
#include "../unit.h"

#include "modules/push/registration.h"

static const struct registration like = {
	.key = { "app@lit/s\nnode\nwith a line", 26 },
	.options = { "<x xmlns='jabber:x:data'/>", 26 },
	.endpoint = { "https://push.example/1", 22 },
	.keys = { .p256dh = "point", .auth = "secret" },
	.resource = { "balcony", 7 },
	.since = 1234567890123456,
};

static struct registration
whole(void)
{
	struct registration r = like;

	r.jid = jid_trusted(str_slice(r.key, 0, 9));
	r.node = str_slice(r.key, 10, r.key.len);
	return r;
}

static void
check(const struct registration *r)
{
	assert_str(jid_full(r->jid), "app@lit/s");
	assert_str(r->node, "node\nwith a line");
	assert_true(str_eq(r->key, like.key));
	assert_true(str_eq(r->options, like.options));
	assert_true(str_eq(r->endpoint, like.endpoint));
	assert_true(str_eq(r->resource, like.resource));
	assert_memory_equal(&r->keys, &like.keys, sizeof(r->keys));
	assert_true(r->since == like.since);
}

static void
a_row_holds_everything(void **state)
{
	struct registration r = whole(), read;
	struct registration *copy;
	struct arena a;

	(void)state;
	arena_init(&a, 1024);
	assert_int_equal(
	    registration_decode(&a, r.key, registration_encode(&a, &r), &read), OK);
	check(&read);
	copy = registration_new(&read);
	arena_fini(&a);
	check(copy);
	registration_free(&copy);
	assert_null(copy);
}

static void
a_row_that_is_damaged_is_none(void **state)
{
	struct registration r = whole(), read;
	struct arena a;
	struct str row;

	(void)state;
	arena_init(&a, 1024);
	row = registration_encode(&a, &r);
	for (size_t n = 0; n < row.len; n++)
		assert_int_equal(
		    registration_decode(&a, r.key, str_slice(row, 0, n), &read), E_INVALID);
	row = str_format(&a, "%.*s.", STR_ARG(row));
	assert_int_equal(registration_decode(&a, r.key, row, &read), E_INVALID);
	row = registration_encode(&a, &r);
	assert_int_equal(registration_decode(&a, S("app@lit"), row, &read), E_INVALID);
	assert_int_equal(registration_decode(&a, S("\nnode"), row, &read), E_INVALID);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_holds_everything),
		cmocka_unit_test(a_row_that_is_damaged_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
