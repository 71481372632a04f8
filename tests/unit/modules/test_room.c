/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "modules/muc/subscribers.h"
#include "xmpp/ns.h"

static struct arena arena;
static struct room *room;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 1024);
	room = room_new(jid_trusted(S("coven@rooms.host")));
	return 0;
}

static int
end(void **state)
{
	struct table_walk walk = { 0 };
	struct occupant *o;

	(void)state;
	while ((o = table_next(&room->occupants, &walk))) {
		while (o->n_seats) {
			struct seat *s = occupant_seat(o);

			occupant_drop_seat(&s);
		}
		room_drop_occupant(&o);
	}
	room_free(&room);
	arena_fini(&arena);
	return 0;
}

static struct stanza *
message(const char *body)
{
	struct stanza_head head = {
		.kind = STANZA_MESSAGE,
		.type = MESSAGE_GROUPCHAT,
		.from = jid_trusted(S("coven@rooms.host/hag")),
	};
	struct xml_writer w;

	stanza_begin(&w, &arena, STANZA_MESSAGE);
	xml_leaf(&w, S(""), S("body"), str_from_c(body));
	return stanza_finish(&w, &head);
}

static struct stanza *
presence(void)
{
	struct stanza_head head = { .kind = STANZA_PRESENCE, .type = PRESENCE_AVAILABLE };
	struct xml_writer w;

	stanza_begin(&w, &arena, STANZA_PRESENCE);
	return stanza_finish(&w, &head);
}

static struct occupant *
come(const char *nick, const char *full, enum room_role role)
{
	struct jid real = jid_trusted(str_from_c(full));
	struct occupant *o = room_occupant(room, str_from_c(nick));

	if (!o)
		o = room_add_occupant(room, str_from_c(nick), real, role);
	occupant_add_seat(o, real, presence());
	return o;
}

/* --- occupants ------------------------------------------------------------------------ */

static void
an_occupant_has_a_seat_for_each_client(void **state)
{
	struct occupant *o = come("Hag", "hag66@host/pda", ROOM_PARTICIPANT);
	struct seat *s;

	(void)state;
	assert_ptr_equal(come("hag", "hag66@host/laptop", ROOM_PARTICIPANT), o);
	assert_int_equal(o->n_seats, 2);
	assert_str(jid_full(occupant_seat(o)->jid), "hag66@host/laptop"); /* the newest */
	s = room_seat(room, jid_trusted(S("hag66@host/pda")));
	assert_ptr_equal(s->occupant, o);
	occupant_drop_seat(&s);
	assert_null(room_seat(room, jid_trusted(S("hag66@host/pda"))));
	assert_str(jid_full(o->jid), "coven@rooms.host/Hag");
	assert_str(jid_full(o->real), "hag66@host");
}

static void
the_presence_that_came_last_is_shown(void **state)
{
	struct occupant *o = come("hag", "hag66@host/pda", ROOM_PARTICIPANT);

	(void)state;
	come("hag", "hag66@host/laptop", ROOM_PARTICIPANT);
	seat_show(room_seat(room, jid_trusted(S("hag66@host/pda"))), presence());
	assert_str(jid_full(occupant_seat(o)->jid), "hag66@host/pda");
}

static void
another_nickname_keeps_seats_role_and_id(void **state)
{
	struct occupant *o = come("hag", "hag66@host/pda", ROOM_MODERATOR);
	char id[OCCUPANT_ID_CHARS];

	(void)state;
	memcpy(id, o->id, sizeof(id));
	o = room_rename(&o, S("HAG")); /* another spelling */
	assert_ptr_equal(room_occupant(room, S("hag")), o);
	o = room_rename(&o, S("crone"));
	assert_null(room_occupant(room, S("hag")));
	assert_ptr_equal(room_occupant(room, S("crone")), o);
	assert_int_equal(o->role, ROOM_MODERATOR);
	assert_int_equal(room->n_in_role[ROOM_MODERATOR], 1);
	assert_int_equal(o->n_seats, 1);
	assert_memory_equal(o->id, id, sizeof(id));
}

/* XEP-0421 section 4: the account's in this room, and no other room's. */
static void
ids_are_of_an_account_in_a_room(void **state)
{
	struct room *other = room_new(jid_trusted(S("heath@rooms.host")));
	struct occupant *a = come("hag", "hag66@host/pda", ROOM_PARTICIPANT),
			*b = come("crone", "hag66@host/desk", ROOM_PARTICIPANT),
			*c = come("witch", "crone1@host/desk", ROOM_PARTICIPANT), *d;

	(void)state;
	d = room_add_occupant(other, S("hag"), a->real, ROOM_PARTICIPANT);
	assert_memory_equal(a->id, b->id, OCCUPANT_ID_CHARS);
	assert_memory_not_equal(a->id, c->id, OCCUPANT_ID_CHARS);
	assert_memory_not_equal(a->id, d->id, OCCUPANT_ID_CHARS);
	room_drop_occupant(&d);
	room_free(&other);
}

static void
all_occupants_of_an_account_are_found(void **state)
{
	struct jid who = jid_trusted(S("hag66@host"));
	struct occupant *first, *second;

	(void)state;
	come("hag", "hag66@host/pda", ROOM_PARTICIPANT);
	come("witch", "crone1@host/desk", ROOM_PARTICIPANT);
	come("crone", "hag66@host/desk", ROOM_VISITOR);
	first = room_next_of(room, who, NULL);
	second = room_next_of(room, who, first);
	assert_non_null(first);
	assert_non_null(second);
	assert_ptr_not_equal(first, second);
	assert_null(room_next_of(room, who, second));
}

/* Subscribers get what is said while they have no seat. */
static void
the_seats_of_a_subscriber_are_counted(void **state)
{
	struct jid who = jid_trusted(S("hag66@host"));
	struct occupant *o;
	struct seat *seat;
	struct subscriber *s;

	(void)state;
	come("hag", "hag66@host/pda", ROOM_PARTICIPANT);
	subscribers_load(room, jid_full(who), S("hag"));
	s = table_get(&room->subscribers, jid_full(who));
	assert_int_equal(s->n_seats, 1);
	come("crone", "hag66@host/desk", ROOM_PARTICIPANT);
	come("witch", "crone1@host/desk", ROOM_PARTICIPANT);
	assert_int_equal(s->n_seats, 2);
	o = room_occupant(room, S("hag"));
	o = room_rename(&o, S("HAG"));
	assert_int_equal(s->n_seats, 2);
	seat = occupant_seat(o);
	occupant_drop_seat(&seat);
	assert_int_equal(s->n_seats, 1);
	subscribers_free(room);
}

/* --- history -------------------------------------------------------------------------- */

static void
add(const char *body, usec_t at, uint32_t max)
{
	AUTO(stanza) st = message(body);

	history_add(&room->history, st, at, max);
}

static unsigned
count(struct history_request wanted)
{
	unsigned n = 0;

	for (struct past *m = history_first(&room->history, &wanted); m;
	     m = history_next(&room->history, m))
		n++;
	return n;
}

/* XEP-0045 section 7.2.14. */
static void
as_much_history_is_given_as_was_asked_for(void **state)
{
	const usec_t second = 1000000;
	struct history_request wanted;
	struct arena a;
	size_t chars;

	(void)state;
	for (int i = 1; i <= 5; i++)
		add("one", i * second, 4);
	assert_int_equal(count(HISTORY_ALL), 4); /* the room keeps four */
	assert_int_equal(count((struct history_request){ UINT32_MAX, 2, 0 }), 2);
	assert_int_equal(count((struct history_request){ UINT32_MAX, 0, 0 }), 0);
	assert_int_equal(count((struct history_request){ 0, UINT32_MAX, 0 }), 0);
	assert_int_equal(
	    count((struct history_request){ UINT32_MAX, UINT32_MAX, 4 * second }), 2);
	wanted = HISTORY_ALL;
	arena_init(&a, 1024);
	chars = stanza_text(history_stanza(history_first(&room->history, &wanted)), &a).len;
	arena_fini(&a);
	/* Complete stanzas only. */
	assert_int_equal(
	    count((struct history_request){ (uint32_t)(2 * chars), UINT32_MAX, 0 }), 2);
	assert_int_equal(
	    count((struct history_request){ (uint32_t)(2 * chars) - 1, UINT32_MAX, 0 }), 1);
}

static void
history_is_stamped_with_its_time(void **state)
{
	struct history_request all = HISTORY_ALL;
	struct elem delay;

	(void)state;
	add("one", 1000000, 4);
	delay = elem_child(stanza_root(history_stanza(history_first(&room->history, &all))),
	    NS_DELAY, S("delay"));
	assert_str(elem_attr_or_none(delay, S("from"), &arena), "coven@rooms.host");
	assert_str(elem_attr_or_none(delay, S("stamp"), &arena), "1970-01-01T00:00:01.000000Z");
}

static void
a_message_of_the_past_is_replaced_or_taken_out(void **state)
{
	struct history_request all = HISTORY_ALL;
	AUTO(stanza) other = message("two");

	(void)state;
	add("one", 1, 4);
	add("three", 2, 4);
	assert_true(history_replace(&room->history, 1, other));
	assert_str(
	    elem_child_text(stanza_root(history_stanza(history_first(&room->history, &all))),
		NS_CLIENT, S("body"), &arena),
	    "two");
	assert_true(history_replace(&room->history, 1, NULL));
	assert_false(history_replace(&room->history, 1, NULL));
	assert_int_equal(count(all), 1);
}

static void
a_room_without_history_keeps_none(void **state)
{
	(void)state;
	add("one", 1, 4);
	add("two", 2, 0);
	assert_int_equal(count(HISTORY_ALL), 0);
	assert_int_equal(room->history.bytes, 0);
}

/* --- configuration -------------------------------------------------------------------- */

static void
a_configuration_is_read_as_it_was_packed(void **state)
{
	struct room_conf conf = room_conf_preset(), read;
	struct str packed;

	(void)state;
	conf.name = S("A Dark Cave");
	conf.password = S("cauldronburn");
	conf.members_only = true;
	conf.anonymous = false;
	conf.broadcast = ROLE_BIT(ROOM_MODERATOR);
	conf.max_occupants = 30;
	packed = room_conf_pack(&arena, &conf);
	assert_int_equal(room_conf_unpack(packed, &read), OK);
	assert_str(read.name, "A Dark Cave");
	assert_str(read.password, "cauldronburn");
	assert_true(read.members_only);
	assert_false(read.anonymous);
	assert_int_equal(read.broadcast, ROLE_BIT(ROOM_MODERATOR));
	assert_int_equal(read.max_occupants, 30);
	assert_int_equal(read.history, conf.history);
	for (size_t i = 0; i < packed.len; i++)
		assert_int_equal(room_conf_unpack(str_slice(packed, 0, i), &read), E_INVALID);
}

int
main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(an_occupant_has_a_seat_for_each_client),
		TEST(the_presence_that_came_last_is_shown),
		TEST(another_nickname_keeps_seats_role_and_id),
		TEST(ids_are_of_an_account_in_a_room),
		TEST(all_occupants_of_an_account_are_found),
		TEST(the_seats_of_a_subscriber_are_counted),
		TEST(as_much_history_is_given_as_was_asked_for),
		TEST(history_is_stamped_with_its_time),
		TEST(a_message_of_the_past_is_replaced_or_taken_out),
		TEST(a_room_without_history_keeps_none),
		TEST(a_configuration_is_read_as_it_was_packed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
