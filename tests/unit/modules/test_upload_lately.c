/* SPDX-License-Identifier: MIT
 *
 * Small uploads in the memory of workers.
 */
#include "../unit.h"

#include "base/limits.h"
#include "loop/drive.h"
#include "loop/worker.h"
#include "modules/upload/lately.h"

static char bytes[16 * 1024];

static int
set_up(void **state)
{
	(void)state;
	assert_int_equal(workers_init(2), OK);
	loop_drive_as(0);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	loop_drive_end();
	workers_fini();
	lately_stop();
	return 0;
}

static void
add(uint64_t moment, const char *token, size_t size)
{
	/* What is copied may go. */
	char token_of[32], name_of[] = "a name";
	struct upload_record r = { .account = S("romeo@lit"),
		.name = str_from_c(name_of),
		.type = S("image/png"),
		.bytes = size };

	snprintf(token_of, sizeof(token_of), "%s", token);
	r.token = str_from_c(token_of);
	lately_add(moment, &r, str_of(bytes, size));
	memset(token_of, 'x', sizeof(token_of));
	memset(name_of, 'x', sizeof(name_of));
}

static bool
is_here(const char *token)
{
	struct str found;

	return lately_find(str_from_c(token), &found) != NULL;
}

static void
what_was_added_is_found_with_all_that_is_known(void **state)
{
	(void)state;
	const struct upload_record *r;
	struct str found;

	memcpy(bytes, "content", 7);
	add(lately_moment(), "token", 7);
	assert_false(is_here("other"));
	r = lately_find(S("token"), &found);
	assert_non_null(r);
	assert_str(found, "content");
	assert_str(r->token, "token");
	assert_str(r->account, "romeo@lit");
	assert_str(r->name, "a name");
	assert_str(r->type, "image/png");
	assert_int_equal(r->bytes, 7);
	/* Twice is once. */
	add(lately_moment(), "token", 0);
	assert_non_null(lately_find(S("token"), &found));
	assert_str(found, "content");
}

static void
each_worker_has_its_own(void **state)
{
	(void)state;
	add(lately_moment(), "token", 1);
	loop_drive_as(1);
	assert_false(is_here("token"));
	add(lately_moment(), "token", 1);
	assert_true(is_here("token"));
}

static void
after_a_removal_no_worker_finds_anything_of_before(void **state)
{
	(void)state;
	uint64_t before = lately_moment();

	add(before, "a", 1);
	loop_drive_as(1);
	add(before, "b", 1);
	lately_forget();
	assert_false(is_here("b"));
	/* Asked of the store before the removal, answered after. */
	add(before, "c", 1);
	assert_false(is_here("c"));
	loop_drive_as(0);
	add(before, "d", 1);
	assert_false(is_here("a"));
	assert_false(is_here("d"));
	add(lately_moment(), "d", 1);
	assert_true(is_here("d"));
}

static void
what_was_not_asked_for_the_longest_gives_way(void **state)
{
	(void)state;
	unsigned n = 0, here = 0;
	char token[32];

	add(lately_moment(), "first", 1);
	add(lately_moment(), "second", 1);
	for (; n < UPLOAD_LATELY_BYTES / sizeof(bytes) + 1; n++) {
		assert_true(is_here("first"));
		snprintf(token, sizeof(token), "%u", n);
		add(lately_moment(), token, sizeof(bytes));
		assert_true(is_here(token));
	}
	assert_true(is_here("first"));
	assert_false(is_here("second"));
	assert_false(is_here("0"));
	while (n-- > 0) {
		snprintf(token, sizeof(token), "%u", n);
		here += is_here(token);
	}
	assert_true(here * sizeof(bytes) > UPLOAD_LATELY_BYTES / 2);
	assert_true(here * sizeof(bytes) < UPLOAD_LATELY_BYTES);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(what_was_added_is_found_with_all_that_is_known),
		CASE(each_worker_has_its_own),
		CASE(after_a_removal_no_worker_finds_anything_of_before),
		CASE(what_was_not_asked_for_the_longest_gives_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
