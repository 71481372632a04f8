/* SPDX-License-Identifier: MIT */
#include "../unit.h"
#include "base/limits.h"
#include "modules/pubsub/node_config.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

static const struct node_config asked = { ACCESS_WHITELIST, 7, true };

/* Reads a submission with these fields over `conf`. */
static enum status
read_fields(const char *fields, struct node_config *conf)
{
	AUTO(frozen) xml = NULL;
	struct arena a;
	struct form f;
	char text[1024];
	enum status s;

	snprintf(text, sizeof(text),
	    "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'>"
	    "<value>http://jabber.org/protocol/pubsub#publish-options</value></field>%s</x>",
	    fields);
	arena_init(&a, 1024);
	assert_int_equal(
	    xml_parse_in(str_from_c(text), NS_CLIENT, &xml_bounds_stored, &xml), OK);
	assert_int_equal(form_read(&a, frozen_root(xml), &f), OK);
	s = node_config_read(&f, NS_PUBLISH_OPTIONS, conf);
	arena_fini(&a);
	return s;
}

#define FIELD_OF(var, value) "<field var='pubsub#" var "'><value>" value "</value></field>"

static void
node_config_read_takes_what_is_offered_and_nothing_else(void **state)
{
	(void)state;
	static const struct {
		const char *fields;
		enum status status;
		struct node_config conf; /* when OK */
	} cases[] = {
		{ "", OK, { ACCESS_WHITELIST, 7, true } },
		{ FIELD_OF("access_model", "whitelist"), OK, { ACCESS_WHITELIST, 7, true } },
		{ FIELD_OF("access_model", "open"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("access_model", ""), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("max_items", "max"), OK,
		    { ACCESS_WHITELIST, NODE_ITEMS_MAX, true } },
		{ FIELD_OF("max_items", " 1 "), OK, { ACCESS_WHITELIST, 1, true } },
		{ FIELD_OF("max_items", "1024"), OK, { ACCESS_WHITELIST, 1024, true } },
		{ FIELD_OF("max_items", "1025"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("max_items", "0"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("max_items", "99999999999999999999"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("max_items", "-1"), E_INVALID, { 0 } },
		{ "<field var='pubsub#max_items'/>", E_INVALID, { 0 } },
		{ FIELD_OF("notify_retract", "0"), OK, { ACCESS_WHITELIST, 7, false } },
		{ FIELD_OF("notify_retract", "maybe"), E_INVALID, { 0 } },
		{ FIELD_OF("persist_items", "1"), OK, { ACCESS_WHITELIST, 7, true } },
		{ FIELD_OF("persist_items", "false"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("send_last_published_item", "never"), OK,
		    { ACCESS_WHITELIST, 7, true } },
		{ FIELD_OF("send_last_published_item", "on_sub"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("publish_model", "open"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("unheard_of", "1"), E_UNSUPPORTED, { 0 } },
		{ FIELD_OF("max_items", "3") FIELD_OF("unheard_of", "1"), E_UNSUPPORTED,
		    { 0 } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct node_config conf = asked;

		assert_int_equal(read_fields(cases[i].fields, &conf), cases[i].status);
		assert_true(
		    node_config_eq(&conf, cases[i].status == OK ? &cases[i].conf : &asked));
	}
}

static void
node_config_comes_back_from_its_bytes(void **state)
{
	(void)state;
	char bytes[NODE_CONFIG_BYTES];
	struct node_config conf;

	assert_ptr_equal(node_config_pack(bytes, &asked), bytes + NODE_CONFIG_BYTES);
	assert_int_equal(node_config_unpack(str_of(bytes, sizeof(bytes)), &conf), OK);
	assert_true(node_config_eq(&conf, &asked));
	for (size_t n = 0; n < sizeof(bytes); n++)
		assert_int_equal(node_config_unpack(str_of(bytes, n), &conf), E_INVALID);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		char damaged[NODE_CONFIG_BYTES];

		memcpy(damaged, bytes, sizeof(bytes));
		damaged[i] = (char)0xff;
		if (i == 4) /* of max_items the lowest byte: 255 is as good as 7 */
			continue;
		assert_int_equal(
		    node_config_unpack(str_of(damaged, sizeof(damaged)), &conf), E_INVALID);
	}
}

static void
only_the_owner_may_do_anything_with_what_is_whitelisted(void **state)
{
	(void)state;
	for (enum node_act act = NODE_READ; act <= NODE_OWN; act++) {
		assert_true(access_allows(ACCESS_WHITELIST, AFFILIATION_OWNER, act));
		assert_false(access_allows(ACCESS_WHITELIST, AFFILIATION_NONE, act));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(node_config_read_takes_what_is_offered_and_nothing_else),
		cmocka_unit_test(node_config_comes_back_from_its_bytes),
		cmocka_unit_test(only_the_owner_may_do_anything_with_what_is_whitelisted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
