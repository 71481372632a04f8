/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "modules/muc/rules.h"

static const enum stanza_error yes = ERR_NONE, forbidden = ERR_FORBIDDEN,
			       not_allowed = ERR_NOT_ALLOWED, conflict = ERR_CONFLICT;

static void
words_are_read_as_they_are_written(void **state)
{
	enum room_affiliation a;
	enum room_role r;

	(void)state;
	for (enum room_affiliation i = ROOM_OUTCAST; i < ROOM_AFFILIATIONS; i++) {
		assert_true(room_affiliation_named(room_affiliation_name(i), &a));
		assert_int_equal(a, i);
	}
	for (enum room_role i = ROOM_ABSENT; i < ROOM_ROLES; i++) {
		assert_true(room_role_named(room_role_name(i), &r));
		assert_int_equal(r, i);
	}
	assert_false(room_affiliation_named(S("Owner"), &a));
	assert_false(room_affiliation_named(S(""), &a));
	assert_false(room_role_named(S("outcast"), &r));
	assert_false(room_role_named(S("moderator "), &r));
}

/* XEP-0045 section 5.2.1. */
static void
outcasts_never_enter_and_strangers_not_where_members_are(void **state)
{
	(void)state;
	static const bool open[] = { false, true, true, true, true };
	static const bool members_only[] = { false, false, true, true, true };

	for (enum room_affiliation a = ROOM_OUTCAST; a < ROOM_AFFILIATIONS; a++) {
		assert_int_equal(rules_may_enter(a, false), open[a]);
		assert_int_equal(rules_may_enter(a, true), members_only[a]);
	}
}

/* XEP-0045 section 5.1.2. */
static void
the_first_role_follows_from_the_affiliation_and_the_room(void **state)
{
	(void)state;
	static const enum room_role moderated[] = { ROOM_ABSENT, ROOM_VISITOR, ROOM_PARTICIPANT,
		ROOM_MODERATOR, ROOM_MODERATOR };
	static const enum room_role other[] = { ROOM_ABSENT, ROOM_PARTICIPANT, ROOM_PARTICIPANT,
		ROOM_MODERATOR, ROOM_MODERATOR };

	for (enum room_affiliation a = ROOM_OUTCAST; a < ROOM_AFFILIATIONS; a++) {
		assert_int_equal(rules_first_role(a, true), moderated[a]);
		assert_int_equal(rules_first_role(a, false), other[a]);
	}
}

/* XEP-0045 section 5.1.3. */
static void
what_an_affiliation_implies_comes_and_goes_with_it(void **state)
{
	(void)state;
	static const struct {
		struct standing was;
		enum room_affiliation now;
		bool moderated;
		enum room_role role;
	} cases[] = {
		{ { ROOM_NONE, ROOM_VISITOR }, ROOM_MEMBER, true, ROOM_PARTICIPANT },
		{ { ROOM_NONE, ROOM_VISITOR }, ROOM_ADMIN, true, ROOM_MODERATOR },
		{ { ROOM_NONE, ROOM_PARTICIPANT }, ROOM_OWNER, false, ROOM_MODERATOR },
		{ { ROOM_NONE, ROOM_MODERATOR }, ROOM_MEMBER, false, ROOM_MODERATOR },
		{ { ROOM_MEMBER, ROOM_MODERATOR }, ROOM_NONE, true, ROOM_MODERATOR },
		{ { ROOM_MEMBER, ROOM_PARTICIPANT }, ROOM_NONE, true, ROOM_PARTICIPANT },
		{ { ROOM_MEMBER, ROOM_VISITOR }, ROOM_NONE, true, ROOM_VISITOR },
		{ { ROOM_ADMIN, ROOM_MODERATOR }, ROOM_MEMBER, true, ROOM_PARTICIPANT },
		{ { ROOM_ADMIN, ROOM_MODERATOR }, ROOM_NONE, true, ROOM_VISITOR },
		{ { ROOM_ADMIN, ROOM_MODERATOR }, ROOM_NONE, false, ROOM_PARTICIPANT },
		{ { ROOM_OWNER, ROOM_MODERATOR }, ROOM_ADMIN, true, ROOM_MODERATOR },
		{ { ROOM_OWNER, ROOM_MODERATOR }, ROOM_MEMBER, true, ROOM_PARTICIPANT },
		{ { ROOM_MEMBER, ROOM_MODERATOR }, ROOM_OUTCAST, false, ROOM_ABSENT },
		{ { ROOM_OWNER, ROOM_MODERATOR }, ROOM_OUTCAST, false, ROOM_ABSENT },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
		    rules_role_after(cases[i].was, cases[i].now, cases[i].moderated),
		    cases[i].role);
}

/* --- roles ------------------------------------------------------------------------------ */

static enum stanza_error
set_role(struct standing actor, struct standing target, enum room_role wanted)
{
	return rules_set_role(actor, target, wanted, false);
}

/* XEP-0045 section 8: "denied if the address does not match one of the moderators". */
static void
who_is_no_moderator_changes_no_role(void **state)
{
	(void)state;
	for (enum room_affiliation a = ROOM_OUTCAST; a < ROOM_ADMIN; a++)
		for (enum room_role r = ROOM_ABSENT; r < ROOM_MODERATOR; r++)
			for (enum room_affiliation ta = ROOM_NONE; ta < ROOM_AFFILIATIONS; ta++)
				for (enum room_role tr = ROOM_VISITOR; tr < ROOM_ROLES; tr++)
					for (enum room_role w = ROOM_ABSENT; w < ROOM_ROLES;
					     w++)
						assert_int_equal(
						    set_role((struct standing){ a, r },
							(struct standing){ ta, tr }, w),
						    forbidden);
}

/* XEP-0045 section 8.2, and the last row of section 5.1.3. */
static void
nobody_kicks_one_who_stands_higher(void **state)
{
	(void)state;
	/* by affiliation of a moderator, and of whom he kicks */
	static const enum stanza_error participant[][ROOM_AFFILIATIONS] = {
		[ROOM_NONE] = { ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED, ERR_NOT_ALLOWED,
		    ERR_NOT_ALLOWED },
		[ROOM_MEMBER] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED,
		    ERR_NOT_ALLOWED },
		[ROOM_ADMIN] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED },
		[ROOM_OWNER] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_NONE, ERR_NONE },
	};

	for (enum room_affiliation a = ROOM_NONE; a < ROOM_AFFILIATIONS; a++) {
		for (enum room_affiliation t = ROOM_NONE; t < ROOM_AFFILIATIONS; t++) {
			struct standing actor = { a, ROOM_MODERATOR };
			enum stanza_error want = participant[a][t];

			assert_int_equal(
			    set_role(actor, (struct standing){ t, ROOM_VISITOR }, ROOM_ABSENT),
			    want);
			assert_int_equal(
			    set_role(
				actor, (struct standing){ t, ROOM_PARTICIPANT }, ROOM_ABSENT),
			    want);

			/* Moderators are kicked by admins and owners only. */
			if (a < ROOM_ADMIN)
				want = not_allowed;
			assert_int_equal(set_role(actor, (struct standing){ t, ROOM_MODERATOR },
					     ROOM_ABSENT),
			    want);
		}
	}
	assert_int_equal(rules_set_role((struct standing){ ROOM_NONE, ROOM_MODERATOR },
			     (struct standing){ ROOM_NONE, ROOM_MODERATOR }, ROOM_ABSENT, true),
	    yes);
}

/* XEP-0045 section 8.3. */
static void
any_moderator_grants_voice(void **state)
{
	(void)state;
	for (enum room_affiliation a = ROOM_NONE; a < ROOM_AFFILIATIONS; a++)
		for (enum room_affiliation t = ROOM_NONE; t < ROOM_ADMIN; t++)
			assert_int_equal(
			    set_role((struct standing){ a, ROOM_MODERATOR },
				(struct standing){ t, ROOM_VISITOR }, ROOM_PARTICIPANT),
			    yes);
}

/* XEP-0045 section 8.4. */
static void
voice_is_revoked_from_those_below_only(void **state)
{
	(void)state;
	static const enum stanza_error wanted[][ROOM_AFFILIATIONS] = {
		[ROOM_NONE] = { ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED, ERR_NOT_ALLOWED,
		    ERR_NOT_ALLOWED },
		[ROOM_MEMBER] = { ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED, ERR_NOT_ALLOWED,
		    ERR_NOT_ALLOWED },
		[ROOM_ADMIN] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED,
		    ERR_NOT_ALLOWED },
		[ROOM_OWNER] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_NOT_ALLOWED,
		    ERR_NOT_ALLOWED },
	};

	for (enum room_affiliation a = ROOM_NONE; a < ROOM_AFFILIATIONS; a++)
		for (enum room_affiliation t = ROOM_NONE; t < ROOM_AFFILIATIONS; t++)
			assert_int_equal(
			    set_role((struct standing){ a, ROOM_MODERATOR },
				(struct standing){ t, ROOM_PARTICIPANT }, ROOM_VISITOR),
			    wanted[a][t]);
}

/* XEP-0045 sections 9.6 and 9.7. */
static void
moderators_are_made_and_unmade_by_admins(void **state)
{
	(void)state;
	static const struct standing moderator = { ROOM_MEMBER, ROOM_MODERATOR },
				     admin = { ROOM_ADMIN, ROOM_MODERATOR },
				     away = { ROOM_ADMIN, ROOM_ABSENT },
				     owner = { ROOM_OWNER, ROOM_MODERATOR },
				     visitor = { ROOM_NONE, ROOM_VISITOR },
				     helper = { ROOM_NONE, ROOM_MODERATOR };

	assert_int_equal(set_role(moderator, visitor, ROOM_MODERATOR), forbidden);
	assert_int_equal(set_role(admin, visitor, ROOM_MODERATOR), yes);
	assert_int_equal(set_role(away, visitor, ROOM_MODERATOR), yes);
	assert_int_equal(set_role(owner, visitor, ROOM_MODERATOR), yes);

	assert_int_equal(set_role(moderator, helper, ROOM_PARTICIPANT), forbidden);
	assert_int_equal(set_role(moderator, helper, ROOM_VISITOR), forbidden);
	assert_int_equal(set_role(admin, helper, ROOM_PARTICIPANT), yes);
	assert_int_equal(set_role(owner, helper, ROOM_VISITOR), yes);

	for (enum room_role r = ROOM_VISITOR; r < ROOM_MODERATOR; r++) {
		assert_int_equal(set_role(admin, admin, r), not_allowed);
		assert_int_equal(set_role(admin, owner, r), not_allowed);
		assert_int_equal(set_role(owner, admin, r), not_allowed);
		assert_int_equal(set_role(owner, owner, r), not_allowed);
		assert_int_equal(rules_set_role(owner, owner, r, true), not_allowed);
	}
}

/* XEP-0045 sections 8.5 and 9.8. */
static void
lists_of_roles_are_for_moderators_and_that_of_moderators_for_admins(void **state)
{
	(void)state;
	static const struct standing participant = { ROOM_MEMBER, ROOM_PARTICIPANT },
				     moderator = { ROOM_NONE, ROOM_MODERATOR },
				     admin = { ROOM_ADMIN, ROOM_ABSENT };

	assert_int_equal(rules_list_role(participant, ROOM_PARTICIPANT), forbidden);
	assert_int_equal(rules_list_role(moderator, ROOM_PARTICIPANT), yes);
	assert_int_equal(rules_list_role(moderator, ROOM_VISITOR), yes);
	assert_int_equal(rules_list_role(moderator, ROOM_MODERATOR), forbidden);
	assert_int_equal(rules_list_role(admin, ROOM_PARTICIPANT), yes);
	assert_int_equal(rules_list_role(admin, ROOM_MODERATOR), yes);
	assert_int_equal(rules_list_role(admin, ROOM_ABSENT), ERR_BAD_REQUEST);
}

/* --- affiliations ----------------------------------------------------------------------- */

/* XEP-0045 section 5.2.2, every cell for every actor. */
static void
affiliations_are_changed_as_the_table_says(void **state)
{
	(void)state;
	/* by what the target is and what it is to become, for an admin */
	static const enum stanza_error admins[][ROOM_AFFILIATIONS] = {
		[ROOM_OUTCAST] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_FORBIDDEN, ERR_FORBIDDEN },
		[ROOM_NONE] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_FORBIDDEN, ERR_FORBIDDEN },
		[ROOM_MEMBER] = { ERR_NONE, ERR_NONE, ERR_NONE, ERR_FORBIDDEN, ERR_FORBIDDEN },
		[ROOM_ADMIN] = { ERR_NOT_ALLOWED, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN },
		[ROOM_OWNER] = { ERR_NOT_ALLOWED, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN },
	};

	for (enum room_affiliation t = ROOM_OUTCAST; t < ROOM_AFFILIATIONS; t++) {
		for (enum room_affiliation w = ROOM_OUTCAST; w < ROOM_AFFILIATIONS; w++) {
			for (enum room_affiliation a = ROOM_OUTCAST; a < ROOM_ADMIN; a++)
				assert_int_equal(
				    rules_set_affiliation(a, t, w, false), forbidden);
			assert_int_equal(
			    rules_set_affiliation(ROOM_ADMIN, t, w, false), admins[t][w]);
			assert_int_equal(rules_set_affiliation(ROOM_OWNER, t, w, false), yes);
		}
	}
}

/* XEP-0045 sections 9.1 and 10.4. */
static void
nobody_bans_himself_and_the_last_owner_stays(void **state)
{
	(void)state;
	assert_int_equal(
	    rules_set_affiliation(ROOM_ADMIN, ROOM_ADMIN, ROOM_OUTCAST, true), conflict);
	assert_int_equal(
	    rules_set_affiliation(ROOM_OWNER, ROOM_OWNER, ROOM_OUTCAST, true), conflict);
	assert_int_equal(
	    rules_set_affiliation(ROOM_MEMBER, ROOM_MEMBER, ROOM_OUTCAST, true), forbidden);
	assert_int_equal(rules_set_affiliation(ROOM_OWNER, ROOM_OWNER, ROOM_NONE, true), yes);
	assert_int_equal(rules_owners_after(0), conflict);
	assert_int_equal(rules_owners_after(1), yes);
}

/* XEP-0045 sections 5.2.1, 9.2, 9.5, 10.5 and 10.8. */
static void
lists_of_affiliations_are_shown_to_those_who_may_see_addresses(void **state)
{
	(void)state;
	enum { ALL = 1U << ROOM_VISITOR | 1U << ROOM_PARTICIPANT | 1U << ROOM_MODERATOR };
	static const struct standing stranger = { ROOM_NONE, ROOM_ABSENT },
				     visitor = { ROOM_NONE, ROOM_VISITOR },
				     away = { ROOM_MEMBER, ROOM_ABSENT },
				     moderator = { ROOM_NONE, ROOM_MODERATOR },
				     admin = { ROOM_ADMIN, ROOM_ABSENT },
				     owner = { ROOM_OWNER, ROOM_ABSENT },
				     outcast = { ROOM_OUTCAST, ROOM_ABSENT };
	static const struct {
		struct standing actor;
		bool anonymous;
		unsigned readers;
		enum stanza_error outcasts, members, admins, owners;
	} cases[] = {
		{ outcast, false, ALL, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN },
		{ stranger, false, ALL, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN },
		{ visitor, false, ALL, ERR_FORBIDDEN, ERR_NONE, ERR_NONE, ERR_NONE },
		{ visitor, true, ALL, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN },
		{ visitor, false, 1U << ROOM_PARTICIPANT, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ away, false, 1U << ROOM_PARTICIPANT, ERR_FORBIDDEN, ERR_NONE, ERR_NONE,
		    ERR_NONE },
		{ away, false, 1U << ROOM_MODERATOR, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ moderator, true, ALL, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN,
		    ERR_FORBIDDEN },
		{ admin, true, 0, ERR_NONE, ERR_NONE, ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ admin, false, ALL, ERR_NONE, ERR_NONE, ERR_NONE, ERR_NONE },
		{ owner, true, 0, ERR_NONE, ERR_NONE, ERR_NONE, ERR_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct standing actor = cases[i].actor;
		bool anonymous = cases[i].anonymous;
		unsigned readers = cases[i].readers;

		assert_int_equal(
		    rules_list_affiliation(actor, ROOM_OUTCAST, anonymous, readers),
		    cases[i].outcasts);
		assert_int_equal(rules_list_affiliation(actor, ROOM_MEMBER, anonymous, readers),
		    cases[i].members);
		assert_int_equal(rules_list_affiliation(actor, ROOM_ADMIN, anonymous, readers),
		    cases[i].admins);
		assert_int_equal(rules_list_affiliation(actor, ROOM_OWNER, anonymous, readers),
		    cases[i].owners);
		assert_int_equal(rules_list_affiliation(actor, ROOM_NONE, anonymous, readers),
		    ERR_BAD_REQUEST);
	}
}

/* XEP-0045 sections 7.8.2 and 9.5. */
static void
into_a_room_for_members_admins_invite_and_members_if_they_may(void **state)
{
	(void)state;
	static const struct {
		struct standing actor;
		enum stanza_error open, closed, members_may;
	} cases[] = {
		{ { ROOM_NONE, ROOM_ABSENT }, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ { ROOM_MEMBER, ROOM_ABSENT }, ERR_FORBIDDEN, ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ { ROOM_NONE, ROOM_VISITOR }, ERR_NONE, ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ { ROOM_NONE, ROOM_MODERATOR }, ERR_NONE, ERR_FORBIDDEN, ERR_FORBIDDEN },
		{ { ROOM_MEMBER, ROOM_PARTICIPANT }, ERR_NONE, ERR_FORBIDDEN, ERR_NONE },
		{ { ROOM_ADMIN, ROOM_ABSENT }, ERR_NONE, ERR_NONE, ERR_NONE },
		{ { ROOM_OWNER, ROOM_MODERATOR }, ERR_NONE, ERR_NONE, ERR_NONE },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(rules_invite(cases[i].actor, false, false), cases[i].open);
		assert_int_equal(rules_invite(cases[i].actor, true, false), cases[i].closed);
		assert_int_equal(
		    rules_invite(cases[i].actor, true, true), cases[i].members_may);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_read_as_they_are_written),
		cmocka_unit_test(outcasts_never_enter_and_strangers_not_where_members_are),
		cmocka_unit_test(the_first_role_follows_from_the_affiliation_and_the_room),
		cmocka_unit_test(what_an_affiliation_implies_comes_and_goes_with_it),
		cmocka_unit_test(who_is_no_moderator_changes_no_role),
		cmocka_unit_test(nobody_kicks_one_who_stands_higher),
		cmocka_unit_test(any_moderator_grants_voice),
		cmocka_unit_test(voice_is_revoked_from_those_below_only),
		cmocka_unit_test(moderators_are_made_and_unmade_by_admins),
		cmocka_unit_test(
		    lists_of_roles_are_for_moderators_and_that_of_moderators_for_admins),
		cmocka_unit_test(affiliations_are_changed_as_the_table_says),
		cmocka_unit_test(nobody_bans_himself_and_the_last_owner_stays),
		cmocka_unit_test(
		    lists_of_affiliations_are_shown_to_those_who_may_see_addresses),
		cmocka_unit_test(into_a_room_for_members_admins_invite_and_members_if_they_may),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
