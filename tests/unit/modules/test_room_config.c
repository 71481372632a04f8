/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "base/limits.h"
#include "modules/muc/config_form.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

static struct arena arena;
static struct frozen *block;

static int
begin(void **state)
{
	(void)state;
	arena_init(&arena, 4096);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	frozen_free(&block);
	arena_fini(&arena);
	return 0;
}

/* What most tests begin with. */
static struct room_conf
asked(void)
{
	struct room_conf conf = room_conf_preset();

	conf.name = S("A Dark Cave");
	conf.password = S("cauldronburn");
	conf.contacts = S("crone1@host\nhecate@host");
	conf.max_occupants = 7;
	conf.persistent = true;
	conf.broadcast = ROLE_BIT(ROOM_MODERATOR) | ROLE_BIT(ROOM_PARTICIPANT);
	return conf;
}

static bool
are_equal(const struct room_conf *a, const struct room_conf *b)
{
	return str_eq(room_conf_pack(&arena, a), room_conf_pack(&arena, b));
}

static struct form
parse(struct str markup)
{
	struct form f;

	frozen_free(&block);
	assert_int_equal(xml_parse_in(markup, NS_CLIENT, &xml_bounds_stored, &block), OK);
	assert_int_equal(form_read(&arena, frozen_root(block), &f), OK);
	return f;
}

static enum status
submit(const char *fields, struct config_submitted *out, struct str *why)
{
	struct room_conf was = asked();
	struct form f = parse(str_format(&arena,
	    "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>"
	    "http://jabber.org/protocol/muc#roomconfig</value></field>%s</x>",
	    fields));

	*why = (struct str){ 0 };
	return config_form_read(&f, &was, &arena, out, why);
}

#define FIELD_OF(var, value) "<field var='muc#" var "'><value>" value "</value></field>"
#define CONFIG(var, value) FIELD_OF("roomconfig_" var, value)

static void
what_is_no_value_or_contradicts_another_is_refused(void **state)
{
	(void)state;
	static const char *const cases[] = {
		CONFIG("persistentroom", "perhaps"),
		"<field var='muc#roomconfig_persistentroom'/>",
		CONFIG("whois", "none"),
		CONFIG("whois", ""),
		CONFIG("allowpm", "everybody"),
		CONFIG("maxusers", "0"),
		CONFIG("maxusers", "-1"),
		CONFIG("maxusers", "1000001"),
		CONFIG("maxusers", "18446744073709551616"),
		CONFIG("presencebroadcast", "none"),
		CONFIG("presencebroadcast", "Moderator"),
		CONFIG("getmemberlist", "owner"),
		FIELD_OF("maxhistoryfetch", "all"),
		FIELD_OF("maxhistoryfetch", "101"),
		CONFIG("slow_mode_duration", "86401"),
		CONFIG("slow_mode_duration", ""),
		CONFIG("lang", "of the witches, who speak it on heaths, in caves and in the "
			       "thunder"),
		CONFIG("roomname", "one\nother"),
		"<field var='muc#roomconfig_roomname'><value>a</value><value>b</value></field>",
		FIELD_OF("roominfo_contactjid", "@host"),
		CONFIG("roomadmins", "@host"),
		CONFIG("roomowners", "a@b@c"),
		CONFIG("passwordprotectedroom", "1") CONFIG("roomsecret", ""),
		CONFIG("passwordprotectedroom", "often"),
		CONFIG("enablelogging", "1") CONFIG("enablearchiving", "0"),
		CONFIG("enablelogging", "2"),
	};
	struct config_submitted said;
	struct str why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(submit(cases[i], &said, &why), E_UNSUPPORTED);
		assert_true(why.len > 0);
	}
}

static void
what_is_not_said_stays_as_it_is(void **state)
{
	(void)state;
	struct config_submitted said;
	struct room_conf was = asked();
	struct str why;

	assert_int_equal(submit("", &said, &why), OK);
	assert_true(are_equal(&said.conf, &was));
	assert_false(said.admins.given || said.owners.given);
	assert_int_equal(
	    submit("<field var='x-unheard-of'><value>1</value></field>", &said, &why), OK);
	assert_true(are_equal(&said.conf, &was));
}

static void
each_field_says_one_thing(void **state)
{
	(void)state;
	struct config_submitted said;
	struct str why;

	assert_int_equal(
	    submit(CONFIG("roomname", " Cave ") CONFIG("whois", "anyone")
		       CONFIG("allowpm", "participants") CONFIG("maxusers", "none")
			   CONFIG("enablelogging", "0") FIELD_OF("maxhistoryfetch", "0")
			       CONFIG("slow_mode_duration", "20") CONFIG("membersonly", "true"),
		&said, &why),
	    OK);
	assert_str(said.conf.name, "Cave");
	assert_false(said.conf.anonymous);
	assert_int_equal(
	    said.conf.private_messages, ROLE_BIT(ROOM_PARTICIPANT) | ROLE_BIT(ROOM_MODERATOR));
	assert_int_equal(said.conf.max_occupants, 0);
	assert_false(said.conf.archived);
	assert_int_equal(said.conf.history, 0);
	assert_int_equal(said.conf.slow_mode_s, 20);
	assert_true(said.conf.members_only);

	assert_int_equal(submit("<field var='muc#roomconfig_presencebroadcast'/>"
				"<field var='muc#roominfo_contactjid'><value>A@HOST</value>"
				"<value/><value>b@host</value></field>",
			     &said, &why),
	    OK);
	assert_int_equal(said.conf.broadcast, 0);
	assert_str(said.conf.contacts, "a@host\nb@host");

	assert_int_equal(submit("<field var='muc#roomconfig_roomadmins'><value>A@host/x</value>"
				"<value> </value></field>",
			     &said, &why),
	    OK);
	assert_true(said.admins.given);
	assert_false(said.owners.given);
	assert_int_equal(said.admins.n, 1);
	assert_str(jid_full(said.admins.jid[0]), "a@host");
}

/* XEP-0045 section 10.1.3. */
static void
a_password_is_needed_when_there_is_one(void **state)
{
	(void)state;
	static const struct {
		const char *fields, *password;
	} cases[] = {
		{ CONFIG("passwordprotectedroom", "1"), "cauldronburn" },
		{ CONFIG("passwordprotectedroom", "1") CONFIG("roomsecret", "x"), "x" },
		{ CONFIG("passwordprotectedroom", "0") CONFIG("roomsecret", "x"), "" },
		{ CONFIG("roomsecret", "x"), "x" },
		{ CONFIG("roomsecret", ""), "" },
	};
	struct config_submitted said;
	struct str why;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(submit(cases[i].fields, &said, &why), OK);
		assert_str(said.conf.password, cases[i].password);
	}
}

static void
only_a_submission_of_that_form_is_read(void **state)
{
	(void)state;
	struct room_conf was = asked();
	struct config_submitted said;
	struct str why;
	struct form f = parse(S("<x xmlns='jabber:x:data' type='submit'><field "
				"var='FORM_TYPE'><value>urn:other</value></field></x>"));

	assert_int_equal(config_form_read(&f, &was, &arena, &said, &why), E_INVALID);
	f = parse(S("<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' "
		    "type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value>"
		    "</field></x>"));
	assert_int_equal(config_form_read(&f, &was, &arena, &said, &why), E_INVALID);
}

/* As clients do it that show the form and send all of it back. */
static void
the_form_sent_back_as_it_is_changes_nothing(void **state)
{
	(void)state;
	struct affiliations *a = affiliations_new();
	struct room_conf was = asked();
	struct config_submitted said;
	struct xml_writer w;
	struct str why;
	struct form f;

	affiliations_load(a, S("crone1@host"), S("\x04\x00\x00"));
	affiliations_load(a, S("hecate@host"), S("\x03\x00\x00"));
	xml_begin_inner(&w, &arena, S(""));
	config_form_write(&w, jid_trusted(S("coven@rooms.host")), &was, a);
	f = parse(xml_written(&w));
	assert_int_equal(f.kind, FORM_FORM);
	f.kind = FORM_SUBMIT;
	assert_int_equal(config_form_read(&f, &was, &arena, &said, &why), OK);
	assert_true(are_equal(&said.conf, &was));
	assert_int_equal(said.owners.n, 1);
	assert_str(jid_full(said.owners.jid[0]), "crone1@host");
	assert_int_equal(said.admins.n, 1);
	assert_str(jid_full(said.admins.jid[0]), "hecate@host");
	affiliations_free(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    what_is_no_value_or_contradicts_another_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(what_is_not_said_stays_as_it_is, begin, end),
		cmocka_unit_test_setup_teardown(each_field_says_one_thing, begin, end),
		cmocka_unit_test_setup_teardown(
		    a_password_is_needed_when_there_is_one, begin, end),
		cmocka_unit_test_setup_teardown(
		    only_a_submission_of_that_form_is_read, begin, end),
		cmocka_unit_test_setup_teardown(
		    the_form_sent_back_as_it_is_changes_nothing, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
