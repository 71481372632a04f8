/* SPDX-License-Identifier: MIT
 *
 * Any markup as the configuration of a node, and any bytes as one that was kept. What was read
 * is kept and written, and is then read as the same.
 */
#include "modules/pubsub/node_config.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

static const struct xml_bounds bounds = {
	.bytes = 1 << 16, .depth = 16, .attributes = 16, .elements = 4096
};

static void
check_kept(struct arena *a, const struct node_config *conf)
{
	struct node_texts texts;
	struct node_config again;

	assert(node_config_unpack(node_config_pack(conf, a), &texts, &again) == OK);
	assert(node_config_eq(conf, &again));
	node_config_own(&again);
	assert(node_config_eq(conf, &again));
	node_config_disown(&again);
}

/* What an owner is shown, he may send back. */
static void
check_written(struct arena *a, const struct node_config *conf)
{
	struct node_config again = node_config_of_account();
	struct frozen *xml = NULL;
	struct xml_writer w;
	struct form f;

	xml_begin_inner(&w, a, S(""));
	node_config_write(&w, a, FORM_FORM, ~0U, conf);
	assert(xml_parse(xml_written(&w), &bounds, &xml) == OK);
	assert(form_read(a, frozen_root(xml), &f) == OK);
	f.kind = FORM_SUBMIT;
	assert(node_config_read(&f, NS_NODE_CONFIG, NODE_CONFIG_KNOWN_ONLY, a, &again) == OK);
	assert(node_config_eq(conf, &again));
	frozen_free(&xml);
}

static void
check_form(struct arena *a, struct elem e)
{
	const struct node_config before = node_config_of_account();
	struct node_config conf = before;
	struct form f;

	if (form_read(a, e, &f) != OK)
		return;
	if (node_config_read(&f, NS_NODE_CONFIG, NODE_CONFIG_LENIENT, a, &conf) != OK) {
		assert(node_config_eq(&conf, &before));
		return;
	}
	check_kept(a, &conf);
	check_written(a, &conf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = str_of((const char *)data, size);
	struct node_texts texts;
	struct node_config conf;
	struct frozen *f = NULL;
	struct arena a;

	arena_init(&a, 4096);
	if (xml_parse(text, &bounds, &f) == OK) {
		check_form(&a, frozen_root(f));
		frozen_free(&f);
	}
	if (node_config_unpack(text, &texts, &conf) == OK)
		check_kept(&a, &conf);
	arena_fini(&a);
	return 0;
}
