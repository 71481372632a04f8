/* SPDX-License-Identifier: MIT
 *
 * The book of invitations when the disk fails, as time passes, and in a hurry; what clients see
 * of it is in tests/dialogue/invites/ (XEP-0401, XEP-0445, XEP-0379).
 */
#include "../router/house.h"

#include "loop/clock.h"
#include "modules/invites/book.h"
#include "modules/invites/join.h"

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

static unsigned under_way;

/* What came back last. */
static struct {
	enum status status;
	char token[INVITATION_TOKEN_LEN];
	struct invitation *invitation;
	struct arena arena;
	size_t listed;
	uint32_t used;
} last;

static void
keep(enum status s, const struct invitation *i)
{
	under_way--;
	last.status = s;
	arena_fini(&last.arena);
	arena_init(&last.arena, 512);
	last.invitation = i ? invitation_copy(&last.arena, i) : NULL;
}

static void
wait_for_all(void)
{
	while (under_way)
		loop_drive();
}

static void
on_made(void *waiter, enum status s, struct str token, const struct invitation *i)
{
	(void)waiter;
	keep(s, i);
	if (s == OK)
		memcpy(last.token, token.at, token.len);
}

static enum status
make(struct invitation wish, uint32_t of_inviter)
{
	wish.host = S("lit");
	wish.uses = wish.uses ? wish.uses : 1;
	wish.expires_us = loop_wall_us() + 3600 * (usec_t)1000000;
	under_way++;
	invitation_make(&wish, of_inviter, on_made, NULL);
	wait_for_all();
	return last.status;
}

static struct str
token(void)
{
	return str_of(last.token, sizeof(last.token));
}

static void
on_found(void *waiter, enum status s, const struct invitation *i)
{
	(void)waiter;
	keep(s, i);
}

static enum status
look(struct str host, struct str t)
{
	under_way++;
	invitation_look(host, t, on_found, NULL);
	wait_for_all();
	return last.status;
}

static enum status
claim_account(const char *by, struct str t)
{
	under_way++;
	invitation_claim_account(jid_trusted(str_from_c(by)), t, on_found, NULL);
	wait_for_all();
	return last.status;
}

static void
on_done(void *waiter, enum status s)
{
	(void)waiter;
	keep(s, NULL);
}

static enum status
join(const char *account)
{
	under_way++;
	invite_join(jid_trusted(str_from_c(account)), token(), S("secret"), on_done, NULL);
	wait_for_all();
	return last.status;
}

static enum status
revoke(const char *id)
{
	under_way++;
	invitation_revoke(S("lit"), str_from_c(id), on_done, NULL);
	wait_for_all();
	return last.status;
}

static void
on_listed(void *waiter, const struct invitation *const *i, size_t n)
{
	(void)waiter;
	under_way--;
	last.listed = n;
	last.used = n ? i[n - 1]->used : 0;
}

static size_t
count(void)
{
	under_way++;
	invitations_list(S("lit"), on_listed, NULL);
	wait_for_all();
	return last.listed;
}

static const struct invitation for_anybody = { .registers = true };

static void
a_token_is_known_at_its_host_until_it_is_revoked(void **state)
{
	char id[INVITATION_ID_LEN + 1] = "", other[INVITATION_TOKEN_LEN];

	(void)state;
	assert_int_equal(make(for_anybody, 0), OK);
	memcpy(id, last.token, INVITATION_ID_LEN);
	assert_int_equal(look(S("lit"), token()), OK);
	assert_int_equal(look((struct str){ 0 }, token()), OK);
	assert_int_equal(look(S("elsewhere"), token()), E_NOT_FOUND);
	assert_int_equal(look(S("lit"), S("abc")), E_NOT_FOUND);
	memcpy(other, last.token, sizeof(other));
	other[sizeof(other) - 1] = other[sizeof(other) - 1] == 'a' ? 'b' : 'a';
	assert_int_equal(look(S("lit"), str_of(other, sizeof(other))), E_NOT_FOUND);
	assert_int_equal(count(), 1);
	assert_int_equal(revoke(id), OK);
	assert_int_equal(revoke(id), E_NOT_FOUND);
	assert_int_equal(look(S("lit"), token()), E_NOT_FOUND);
	assert_int_equal(count(), 0);
}

static void
what_is_not_on_disk_was_not_made_and_not_revoked(void **state)
{
	char id[INVITATION_ID_LEN + 1] = "";

	(void)state;
	store_fail(house.store, FAULT_COMMIT, 1, E_FULL);
	assert_int_equal(make(for_anybody, 0), E_FULL);
	assert_int_equal(count(), 0);
	assert_int_equal(make(for_anybody, 0), OK);
	memcpy(id, last.token, INVITATION_ID_LEN);
	store_fail(house.store, FAULT_COMMIT, 1, E_FULL);
	assert_int_equal(revoke(id), E_FULL);
	assert_int_equal(look(S("lit"), token()), OK);
	assert_int_equal(revoke(id), OK);
}

/* XEP-0445 section 4: until the registration has succeeded the token is not used. */
static void
an_account_that_could_not_be_made_costs_no_use(void **state)
{
	(void)state;
	assert_int_equal(make(for_anybody, 0), OK);
	store_fail(house.store, FAULT_COMMIT, 1, E_FULL);
	assert_int_equal(join("eve@lit"), E_FULL);
	assert_int_equal(look(S("lit"), token()), OK);
	assert_int_equal(join("eve@lit"), OK);
	assert_int_equal(look(S("lit"), token()), E_DENIED);
	assert_int_equal(join("eve2@lit"), E_DENIED);
	assert_int_equal(count(), 1);
	assert_int_equal(last.used, 1);
}

static void
who_claims_first_has_it_until_it_is_settled(void **state)
{
	struct invitation *claimed;
	struct arena a;

	(void)state;
	arena_init(&a, 512);
	assert_int_equal(make(for_anybody, 0), OK);
	assert_int_equal(claim_account("a@lit", token()), OK);
	claimed = invitation_copy(&a, last.invitation);
	assert_int_equal(claim_account("b@lit", token()), E_DENIED);
	invitation_settle(claimed, jid_trusted(S("a@lit")), false);
	assert_int_equal(claim_account("b@lit", token()), OK);
	invitation_settle(claimed, jid_trusted(S("b@lit")), true);
	assert_int_equal(claim_account("c@lit", token()), E_DENIED);
	arena_fini(&a);
}

static void
an_inviter_has_so_many_at_a_time(void **state)
{
	struct invitation wish = { .befriends = true, .inviter = jid_trusted(S("romeo@lit")) };

	(void)state;
	assert_int_equal(make(wish, 2), OK);
	assert_int_equal(make(wish, 2), OK);
	assert_int_equal(make(wish, 2), E_LIMIT);
	wish.inviter = jid_trusted(S("juliet@lit"));
	assert_int_equal(make(wish, 2), OK);
	invitations_forget(jid_trusted(S("romeo@lit")));
	invitations_forget(jid_trusted(S("juliet@lit")));
}

/* XEP-0445 section 4: the age counts when the token is shown, and not afterwards. */
static void
what_was_shown_in_time_is_good_a_while_longer(void **state)
{
	struct invitation wish = { .registers = true, .name = S("nurse") };
	size_t before = count();

	(void)state;
	assert_int_equal(make(wish, 0), OK);
	assert_int_equal(make(wish, 0), E_EXISTS);
	loop_turn_clock(3600 * (msec_t)1000 + 1000);
	loop_drive();
	assert_int_equal(look(S("lit"), token()), E_DENIED);
	assert_int_equal(claim_account("paris@lit", token()), E_DENIED);
	assert_int_equal(claim_account("nurse@lit", (struct str){ 0 }), OK);
	assert_null(last.invitation);
	assert_int_equal(join("nurse@lit"), OK);
	assert_int_equal(count(), before + 1);
	loop_turn_clock(25 * 3600 * (msec_t)1000);
	for (unsigned turns = 0; count() > 0; turns++)
		assert_true(turns < 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_is_known_at_its_host_until_it_is_revoked),
		cmocka_unit_test(what_is_not_on_disk_was_not_made_and_not_revoked),
		cmocka_unit_test(an_account_that_could_not_be_made_costs_no_use),
		cmocka_unit_test(who_claims_first_has_it_until_it_is_settled),
		cmocka_unit_test(an_inviter_has_so_many_at_a_time),
		cmocka_unit_test(what_was_shown_in_time_is_good_a_while_longer),
	};
	int failed;

	arena_init(&last.arena, 512);
	failed = cmocka_run_group_tests_name("invites", tests, open_house, close_house);
	arena_fini(&last.arena);
	return failed;
}
