/* SPDX-License-Identifier: MIT
 *
 * Notifications to push services with an address: published to their node (XEP-0357 section 7)
 * in the name of the host.
 *
 * The id of the request names the worker that waits for the answer, and cannot be guessed.
 */
#include "modules/push/to_service.h"
#include "base/limits.h"
#include "base/random.h"
#include "modules/push/outbox.h"
#include "xmpp/ns.h"

enum { ID_RANDOM_BYTES = 12 };

#define ID_PREFIX S("push-")

/* "push-WORKER-RANDOM" */
static void
name_request(struct delivery *d, struct arena *a)
{
	struct str id = str_format(a, "%.*s%d-%.*s", STR_ARG(ID_PREFIX), worker_self(),
	    STR_ARG(random_token(a, ID_RANDOM_BYTES)));

	assert(id.len <= sizeof(d->id_text));
	memcpy(d->id_text, id.at, id.len);
	d->publish_id = str_of(d->id_text, id.len);
	outbox_publishes(d);
}

void
carry_to_service(struct delivery *d, const struct news *n, const struct push_conf *conf)
{
	struct stanza_head head = { .kind = STANZA_IQ, .type = IQ_SET, .to = d->to->jid };
	struct xml_writer w;
	struct arena a;

	(void)conf;
	arena_init(&a, 4096);
	name_request(d, &a);
	head.id = d->publish_id;
	head.from = jid_join(&a, (struct str){ 0 }, jid_domain(d->account), (struct str){ 0 });
	stanza_begin(&w, &a, STANZA_IQ);
	xml_open(&w, NS_PUBSUB, S("pubsub"));
	xml_open(&w, S(""), S("publish"));
	if (d->to->node.len)
		xml_attr(&w, S("node"), d->to->node);
	xml_open(&w, S(""), S("item"));
	news_write(&w, n);
	xml_close(&w);
	xml_close(&w);
	if (d->to->options.len) {
		xml_open(&w, S(""), S("publish-options"));
		xml_raw(&w, d->to->options);
		xml_close(&w);
	}
	xml_close(&w);
	route(stanza_finish(&w, &head));
	arena_fini(&a);
}

/* --- answers ---------------------------------------------------------------------------- */

/*
 * Section 7.1: an error disables the registration, unless it seems to be one that passes: the
 * service is not there, or has too much to do. Those disable it when there are many in a row.
 */
static enum push_outcome
outcome_of(const struct stanza *answer)
{
	static const enum stanza_error passing[] = {
		ERR_INTERNAL_SERVER_ERROR,
		ERR_RECIPIENT_UNAVAILABLE,
		ERR_REMOTE_SERVER_NOT_FOUND,
		ERR_REMOTE_SERVER_TIMEOUT,
		ERR_RESOURCE_CONSTRAINT,
		ERR_SERVICE_UNAVAILABLE,
	};
	struct elem error = elem_child(stanza_root(answer), NS_CLIENT, S("error"));
	struct arena a;
	bool passes;

	if (answer->type == IQ_RESULT)
		return PUSH_ARRIVED;
	arena_init(&a, 256);
	passes = str_eq(elem_attr_or_none(error, S("type"), &a), S("wait"));
	for (size_t i = 0; i < sizeof(passing) / sizeof(passing[0]); i++)
		passes |=
		    elem_exists(elem_child(error, NS_STANZAS, stanza_error_name(passing[i])));
	arena_fini(&a);
	return passes ? PUSH_REFUSED : PUSH_GONE;
}

static void
at_home(const void *letter)
{
	struct stanza *answer = *(struct stanza *const *)letter;
	struct delivery *d = outbox_publishing(answer->id);

	/* Nobody but the service answers for it. */
	if (d && jid_eq(answer->from, d->to->jid))
		outbox_done(d, outcome_of(answer), 0,
		    answer->type == IQ_RESULT ? "" : "the service answered with an error");
	stanza_free(&answer);
}

enum verdict
push_on_answer(struct call *c)
{
	struct str rest = c->stanza->id, number;
	struct stanza *answer;
	uint64_t worker;

	if (!str_starts(rest, ID_PREFIX))
		return PASS;
	rest = str_slice(rest, ID_PREFIX.len, rest.len);
	if (!str_split(&rest, '-', &number) ||
	    str_to_u64(number, workers_count() - 1, &worker) != OK)
		return PASS;
	answer = stanza_ref(c->stanza);
	worker_post((unsigned)worker, at_home, &answer, sizeof(struct stanza *));
	return DONE;
}
