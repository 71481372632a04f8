/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/node_config.h"

#include "base/limits.h"
#include "base/pack.h"

struct node_config
node_config_default(void)
{
	return (struct node_config){ .access = ACCESS_WHITELIST, .max_items = 1 };
}

static enum status
read_access(const struct form *f, struct str var, struct node_config *conf)
{
	return access_model_named(form_value(f, var), &conf->access) ? OK : E_UNSUPPORTED;
}

static enum status
read_max_items(const struct form *f, struct str var, struct node_config *conf)
{
	uint64_t n = NODE_ITEMS_MAX;
	enum status s;

	if (!str_eq(str_trim(form_value(f, var)), S("max")) &&
	    (s = form_u64(f, var, UINT32_MAX, &n)) != OK)
		return s == E_LIMIT ? E_UNSUPPORTED : E_INVALID;
	if (n == 0 || n > NODE_ITEMS_MAX)
		return E_UNSUPPORTED;
	conf->max_items = (uint32_t)n;
	return OK;
}

static enum status
read_notify_retract(const struct form *f, struct str var, struct node_config *conf)
{
	return form_bool(f, var, &conf->notify_retract) == OK ? OK : E_INVALID;
}

/* What is always so, and may be asked for. */
static enum status
read_yes(const struct form *f, struct str var, struct node_config *conf)
{
	bool yes;

	(void)conf;
	if (form_bool(f, var, &yes) != OK)
		return E_INVALID;
	return yes ? OK : E_UNSUPPORTED;
}

static enum status
read_send_last(const struct form *f, struct str var, struct node_config *conf)
{
	(void)conf;
	return str_eq(form_value(f, var), S("never")) ? OK : E_UNSUPPORTED;
}

static enum status
read_publish_model(const struct form *f, struct str var, struct node_config *conf)
{
	(void)conf;
	return str_eq(form_value(f, var), S("publishers")) ? OK : E_UNSUPPORTED;
}

static enum status
read_field(const struct form *f, struct str var, struct node_config *conf)
{
	const struct {
		struct str var;
		enum status (*read)(const struct form *, struct str, struct node_config *);
	} known[] = {
		{ S("pubsub#access_model"), read_access },
		{ S("pubsub#max_items"), read_max_items },
		{ S("pubsub#notify_retract"), read_notify_retract },
		{ S("pubsub#persist_items"), read_yes },
		{ S("pubsub#deliver_payloads"), read_yes },
		{ S("pubsub#notify_delete"), read_yes },
		{ S("pubsub#send_last_published_item"), read_send_last },
		{ S("pubsub#publish_model"), read_publish_model },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (str_eq(var, known[i].var))
			return known[i].read(f, var, conf);
	return E_UNSUPPORTED;
}

enum status
node_config_read(const struct form *f, struct str form_type, struct node_config *conf)
{
	struct node_config read = *conf;
	enum status s;

	if (f->kind != FORM_SUBMIT || !str_eq(f->form_type, form_type))
		return E_INVALID;
	for (size_t i = 0; i < f->count; i++)
		if ((s = read_field(f, f->fields[i].var, &read)) != OK)
			return s;
	*conf = read;
	return OK;
}

bool
node_config_eq(const struct node_config *a, const struct node_config *b)
{
	return a->access == b->access && a->max_items == b->max_items &&
	       a->notify_retract == b->notify_retract;
}

char *
node_config_pack(char *to, const struct node_config *conf)
{
	to = pack_uint(to, conf->access, 1);
	to = pack_uint(to, conf->max_items, 4);
	return pack_uint(to, conf->notify_retract, 1);
}

enum status
node_config_unpack(struct str bytes, struct node_config *out)
{
	struct unpack u = { .rest = bytes };
	uint64_t access = unpack_uint(&u, 1), max = unpack_uint(&u, 4);
	uint64_t notify = unpack_uint(&u, 1);

	if (!unpack_is_done(&u) || access >= ACCESS_MODELS || max == 0 ||
	    max > NODE_ITEMS_MAX || notify > 1)
		return E_INVALID;
	*out = (struct node_config){
		.access = (enum access_model)access,
		.max_items = (uint32_t)max,
		.notify_retract = notify,
	};
	return OK;
}
