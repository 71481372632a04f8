/* SPDX-License-Identifier: MIT
 *
 * Groups of shared contacts when the disk fails, at their bounds, and in a hurry; what clients
 * see of them is in tests/dialogue/roster/groups.dialogue.
 */
#include "../router/house.h"

#include "modules/roster/groups.h"
#include "modules/roster/roster.h"

static int
open_house(void **state)
{
	(void)state;
	house_open(1);
	return 0;
}

static int
close_house(void **state)
{
	(void)state;
	house_close();
	return 0;
}

static struct jid
account(const char *text)
{
	return jid_trusted(str_from_c(text));
}

static unsigned under_way;
static enum status last;

static void
on_changed(void *waiter, enum status s)
{
	(void)waiter;
	under_way--;
	last = s;
}

static void
begin(enum group_change_kind what, const char *id, const char *member)
{
	struct group_request r = {
		.what = what,
		.host = S("lit"),
		.id = str_from_c(id),
		.name = S("Name"),
		.member = member ? account(member) : (struct jid){ 0 },
	};

	under_way++;
	groups_change(&r, on_changed, NULL);
}

static enum status
change(enum group_change_kind what, const char *id, const char *member)
{
	begin(what, id, member);
	while (under_way)
		loop_drive();
	return last;
}

static void
members_share_a_group_until_one_leaves(void **state)
{
	(void)state;
	struct arena a;

	arena_init(&a, 512);
	assert_int_equal(change(GROUP_JOIN, "staff", "juliet@lit"), E_NOT_FOUND);
	assert_int_equal(change(GROUP_SET, "staff", NULL), OK);
	assert_int_equal(change(GROUP_JOIN, "staff", "juliet@lit"), OK);
	assert_int_equal(change(GROUP_JOIN, "staff", "romeo@lit"), OK);
	assert_true(groups_share(account("juliet@lit"), account("romeo@lit")));
	assert_false(groups_share(account("juliet@lit"), account("nurse@lit")));
	assert_false(groups_share(account("nurse@lit"), account("juliet@lit")));
	assert_int_equal(change(GROUP_LEAVE, "staff", "nurse@lit"), E_NOT_FOUND);
	assert_int_equal(change(GROUP_LEAVE, "staff", "romeo@lit"), OK);
	assert_false(groups_share(account("juliet@lit"), account("romeo@lit")));
	assert_int_equal(change(GROUP_DELETE, "staff", NULL), OK);
	assert_null(groups_of(account("juliet@lit")));
	assert_null(group_find(S("lit"), S("staff"), &a));
	arena_fini(&a);
}

static void
a_change_that_is_not_on_disk_has_not_happened(void **state)
{
	(void)state;
	assert_int_equal(change(GROUP_SET, "disk", NULL), OK);
	store_fail(house.store, FAULT_COMMIT, 1, E_FULL);
	assert_int_equal(change(GROUP_JOIN, "disk", "juliet@lit"), E_FULL);
	assert_null(groups_of(account("juliet@lit")));
	assert_int_equal(change(GROUP_JOIN, "disk", "juliet@lit"), OK);
	store_fail(house.store, FAULT_COMMIT, 1, E_FULL);
	assert_int_equal(change(GROUP_DELETE, "disk", NULL), E_FULL);
	assert_non_null(groups_of(account("juliet@lit")));
	assert_int_equal(change(GROUP_DELETE, "disk", NULL), OK);
}

/* Each sees what the one before it has left, though none has waited for it. */
static void
changes_that_are_asked_for_at_once_follow_each_other(void **state)
{
	(void)state;
	begin(GROUP_SET, "hurry", NULL);
	begin(GROUP_JOIN, "hurry", "juliet@lit");
	begin(GROUP_JOIN, "hurry", "romeo@lit");
	begin(GROUP_DELETE, "hurry", NULL);
	begin(GROUP_SET, "hurry", NULL);
	begin(GROUP_JOIN, "hurry", "romeo@lit");
	assert_int_equal(change(GROUP_JOIN, "hurry", "nurse@lit"), OK);
	assert_null(groups_of(account("juliet@lit")));
	assert_true(groups_share(account("romeo@lit"), account("nurse@lit")));
	assert_int_equal(change(GROUP_DELETE, "hurry", NULL), OK);
}

static void
an_account_is_in_so_many_groups(void **state)
{
	(void)state;
	char id[16];

	for (unsigned i = 0; i <= GROUPS_OF_ACCOUNT_MAX; i++) {
		snprintf(id, sizeof(id), "g%u", i);
		assert_int_equal(change(GROUP_SET, id, NULL), OK);
		assert_int_equal(change(GROUP_JOIN, id, "juliet@lit"),
		    i < GROUPS_OF_ACCOUNT_MAX ? OK : E_LIMIT);
	}
	groups_forget(account("juliet@lit"));
	assert_int_equal(change(GROUP_SET, "g0", NULL), OK); /* behind all that */
	assert_null(groups_of(account("juliet@lit")));
}

/* Whoever is in several groups with somebody has him once. */
static void
a_contact_of_several_groups_is_one(void **state)
{
	(void)state;
	struct person juliet;
	struct roster_walk walk = { 0 };
	const struct roster_item *item;
	unsigned n = 0;

	house_row("juliet@lit", KIND_ACCOUNT, S(""), S("x"));
	person_arrive(&juliet, "juliet@lit", "balcony");
	for (unsigned i = 0; i < 2; i++) {
		const char *id = i ? "two" : "one";

		assert_int_equal(change(GROUP_SET, id, NULL), OK);
		assert_int_equal(change(GROUP_JOIN, id, "juliet@lit"), OK);
		assert_int_equal(change(GROUP_JOIN, id, "romeo@lit"), OK);
	}
	while ((item = roster_next(juliet.session->account, &walk))) {
		assert_str(jid_full(item->jid), "romeo@lit");
		assert_int_equal(item->state, SUB_BOTH);
		n++;
	}
	assert_int_equal(n, 1);
	assert_int_equal(change(GROUP_LEAVE, "one", "romeo@lit"), OK);
	assert_true(roster_allows(juliet.session->account, account("romeo@lit/orchard")));
	assert_int_equal(change(GROUP_DELETE, "two", NULL), OK);
	assert_false(roster_allows(juliet.session->account, account("romeo@lit/orchard")));
	person_leave(&juliet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_share_a_group_until_one_leaves),
		cmocka_unit_test(a_change_that_is_not_on_disk_has_not_happened),
		cmocka_unit_test(changes_that_are_asked_for_at_once_follow_each_other),
		cmocka_unit_test(an_account_is_in_so_many_groups),
		cmocka_unit_test(a_contact_of_several_groups_is_one),
	};

	return cmocka_run_group_tests(tests, open_house, close_house);
}
