/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "base/limits.h"
#include "modules/pubsub/node_config.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

/* What each case begins with. */
static struct node_config
asked(void)
{
	struct node_config conf = node_config_of_account();

	conf.access = ACCESS_WHITELIST;
	conf.max_items = 7;
	conf.notify_retract = true;
	return conf;
}

static enum status
read_fields(const char *fields, enum node_config_strictness strictness, struct arena *a,
    struct node_config *conf)
{
	AUTO(frozen) xml = NULL;
	struct form f;
	char text[4096];

	snprintf(text, sizeof(text),
	    "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
	    "<value>http://jabber.org/protocol/pubsub#publish-options</value></field>%s</x>",
	    fields);
	assert_int_equal(
	    xml_parse_in(str_from_c(text), NS_CLIENT, &xml_bounds_stored, &xml), OK);
	assert_int_equal(form_read(a, frozen_root(xml), &f), OK);
	return node_config_read(&f, NS_PUBLISH_OPTIONS, strictness, a, conf);
}

#define FIELD_OF(var, value) "<field var='pubsub#" var "'><value>" value "</value></field>"

static void
node_config_read_takes_what_is_offered_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *fields;
		enum status status;
		uint8_t access;
		uint32_t max_items;
	} cases[] = {
		{ "", OK, ACCESS_WHITELIST, 7 },
		{ FIELD_OF("access_model", "whitelist"), OK, ACCESS_WHITELIST, 7 },
		{ FIELD_OF("access_model", "open"), OK, ACCESS_OPEN, 7 },
		{ FIELD_OF("access_model", "authorize"), OK, ACCESS_AUTHORIZE, 7 },
		{ FIELD_OF("access_model", ""), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("access_model", "open presence"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("max_items", "max"), OK, ACCESS_WHITELIST, NODE_ITEMS_MAX },
		{ FIELD_OF("max_items", " 1 "), OK, ACCESS_WHITELIST, 1 },
		{ FIELD_OF("max_items", "1024"), OK, ACCESS_WHITELIST, 1024 },
		{ FIELD_OF("max_items", "1025"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("max_items", "0"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("max_items", "99999999999999999999"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("max_items", "-1"), E_INVALID, 0, 0 },
		{ "<field var='pubsub#max_items'/>", E_INVALID, 0, 0 },
		{ FIELD_OF("max_payload_size", "max"), E_INVALID, 0, 0 },
		{ FIELD_OF("notify_retract", "maybe"), E_INVALID, 0, 0 },
		{ FIELD_OF("persist_items", "false"), OK, ACCESS_WHITELIST, 7 },
		{ FIELD_OF("send_last_published_item", "on_sub"), OK, ACCESS_WHITELIST, 7 },
		{ FIELD_OF("send_last_published_item", "often"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("node_type", "leaf"), OK, ACCESS_WHITELIST, 7 },
		{ FIELD_OF("node_type", "collection"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("purge_offline", "false"), OK, ACCESS_WHITELIST, 7 },
		{ FIELD_OF("purge_offline", "true"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("unheard_of", "1"), E_UNSUPPORTED, 0, 0 },
		{ FIELD_OF("max_items", "3") FIELD_OF("unheard_of", "1"), E_UNSUPPORTED, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_config conf = asked(), before = conf;
		struct arena a;

		arena_init(&a, 1024);
		assert_int_equal(
		    read_fields(cases[i].fields, NODE_CONFIG_KNOWN_ONLY, &a, &conf),
		    cases[i].status);
		if (cases[i].status == OK) {
			assert_int_equal(conf.access, cases[i].access);
			assert_int_equal(conf.max_items, cases[i].max_items);
		} else {
			assert_true(node_config_eq(&conf, &before));
		}
		arena_fini(&a);
	}
}

static void
a_lenient_reader_passes_over_what_it_does_not_know(void **state)
{
	(void)state;
	struct node_config conf = asked();
	struct arena a;

	arena_init(&a, 1024);
	assert_int_equal(read_fields(FIELD_OF("unheard_of", "1") FIELD_OF("max_items", "3"),
			     NODE_CONFIG_LENIENT, &a, &conf),
	    OK);
	assert_int_equal(conf.max_items, 3);
	assert_int_equal(
	    read_fields(FIELD_OF("max_items", "none"), NODE_CONFIG_LENIENT, &a, &conf),
	    E_INVALID);
	arena_fini(&a);
}

static void
texts_have_a_length(void **state)
{
	(void)state;
	struct node_config conf = asked();
	char field[1200], value[300];
	struct arena a;

	arena_init(&a, 1024);
	for (size_t n = NODE_TITLE_MAX; n <= NODE_TITLE_MAX + 1; n++) {
		memset(value, 'x', n);
		value[n] = 0;
		snprintf(field, sizeof(field), FIELD_OF("title", "%s"), value);
		assert_int_equal(read_fields(field, NODE_CONFIG_LENIENT, &a, &conf),
		    n == NODE_TITLE_MAX ? OK : E_UNSUPPORTED);
	}
	arena_fini(&a);
}

/* All fields differ from zero. */
static struct node_config
full(void)
{
	static struct node_texts texts;

	texts = (struct node_texts){
		.title = S("a title"),
		.description = S("what it is about"),
		.payload_type = S("urn:example"),
		.language = S("fr"),
		.groups = S("Friends\0Family\0"),
	};
	return (struct node_config){
		.access = ACCESS_ROSTER,
		.publish = PUBLISH_OPEN,
		.send_last = SEND_LAST_ON_PRESENCE,
		.item_reply = ITEM_REPLY_PUBLISHER,
		.full = NODE_FULL_REJECT,
		.type = 1,
		.persist = true,
		.deliver = true,
		.deliver_payloads = true,
		.subscribe = true,
		.notify_config = true,
		.notify_delete = true,
		.notify_retract = true,
		.notify_sub = true,
		.max_items = 7,
		.max_payload = 1000,
		.expire_s = 60,
		.texts = &texts,
	};
}

static void
node_config_comes_back_from_its_bytes(void **state)
{
	(void)state;
	const struct node_config all[] = { full(), asked(), node_config_of_service() };
	struct arena a;

	arena_init(&a, 1024);
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct str bytes = node_config_pack(&all[i], &a);
		struct node_texts texts;
		struct node_config conf;

		assert_int_equal(node_config_unpack(bytes, &texts, &conf), OK);
		assert_true(node_config_eq(&conf, &all[i]));
		node_config_own(&conf);
		texts = (struct node_texts){ 0 };
		assert_true(node_config_eq(&conf, &all[i]));
		node_config_disown(&conf);
	}
	arena_fini(&a);
}

/* What is cut off is missing, or makes the rest unreadable; nothing reads beyond the end. */
static void
bytes_that_are_cut_or_damaged_do_no_harm(void **state)
{
	(void)state;
	const struct node_config conf = full();
	struct arena a;
	struct str bytes;

	arena_init(&a, 1024);
	bytes = node_config_pack(&conf, &a);
	for (size_t n = 0; n < bytes.len; n++) {
		char *copy = mem_alloc(bytes.len);
		struct node_texts texts;
		struct node_config out;

		memcpy(copy, bytes.at, n);
		if (node_config_unpack(str_of(copy, n), &texts, &out) == OK)
			assert_false(node_config_eq(&out, &conf));
		memcpy(copy, bytes.at, bytes.len);
		copy[n] = (char)0xff;
		(void)!node_config_unpack(str_of(copy, bytes.len), &texts, &out);
		free(copy);
	}
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(node_config_read_takes_what_is_offered_and_nothing_else),
		cmocka_unit_test(a_lenient_reader_passes_over_what_it_does_not_know),
		cmocka_unit_test(texts_have_a_length),
		cmocka_unit_test(node_config_comes_back_from_its_bytes),
		cmocka_unit_test(bytes_that_are_cut_or_damaged_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
