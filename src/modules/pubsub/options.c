/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/options.h"

#include "loop/worker.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

struct subscribe_options
options_preset(void)
{
	return (struct subscribe_options){ .deliver = true };
}

struct subscribe_options
options_of(const struct subscriber *s)
{
	return (struct subscribe_options){ s->deliver, s->until_us };
}

void
options_set(struct subscriber *s, const struct subscribe_options *options)
{
	s->deliver = options->deliver;
	s->until_us = options->until_us;
}

/* A moment that is still to come. */
static bool
read_until(const struct form *f, usec_t *out)
{
	struct str text = form_value(f, S("pubsub#expire"));

	if (!text.len) {
		*out = 0;
		return true;
	}
	return date_parse(text, out) == OK && *out > loop_wall_us();
}

static bool
read_options(const struct form *f, struct subscribe_options *options)
{
	bool digest = false;

	if (f->kind != FORM_SUBMIT || !str_eq(f->form_type, NS_SUBSCRIBE_OPTIONS))
		return false;
	if (form_field(f, S("pubsub#deliver")) &&
	    form_bool(f, S("pubsub#deliver"), &options->deliver) != OK)
		return false;
	if (form_field(f, S("pubsub#digest")) &&
	    (form_bool(f, S("pubsub#digest"), &digest) != OK || digest))
		return false;
	return !form_field(f, S("pubsub#expire")) || read_until(f, &options->until_us);
}

bool
options_read(struct ask *q, struct elem in, struct subscribe_options *options)
{
	struct form f;

	if (!ask_read_form(q, in, &f))
		return false;
	if (read_options(&f, options))
		return true;
	ask_refuse(q, ERR_BAD_REQUEST, S("invalid-options"));
	return false;
}

void
options_write(struct xml_writer *w, const struct subscribe_options *options, struct arena *a)
{
	struct str until =
	    options->until_us ? date_format(a, options->until_us) : (struct str){ 0 };

	form_write(
	    w, &(struct form){ .kind = FORM_FORM,
		   .form_type = NS_SUBSCRIBE_OPTIONS,
		   .fields = FORM_FIELDS({ .var = S("pubsub#deliver"),
					     .type = FIELD_BOOLEAN,
					     .label = S("Whether to be notified"),
					     FIELD_VALUE(options->deliver ? S("1") : S("0")) },
		       { .var = S("pubsub#expire"),
			   .label = S("When the subscription ends; empty: never"),
			   FIELD_VALUE(until) }) });
}
