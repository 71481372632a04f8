/* SPDX-License-Identifier: MIT
 *
 * The inside of a server on one thread: a store in memory, the host "lit", with the modules
 * that it has by default, accounts, and sessions whose stream is a list of what they were sent.
 */
#ifndef TESTS_UNIT_ROUTER_HOUSE_H
#define TESTS_UNIT_ROUTER_HOUSE_H

#include "../unit.h"
#include "loop/drive.h"
#include "loop/helper.h"
#include "loop/worker.h"
#include "modules/list.h"
#include "router/router.h"
#include "router/service.h"
#include "storage/faults.h"
#include "stream/conf.h"
#include "xml/parser.h"
#include "xmpp/ns.h"

enum { GOT_MAX = 64 };

/* A client: the session and what arrived, oldest first. */
struct person {
	struct outlet outlet;
	struct session *session;
	struct arena arena;
	struct str got[GOT_MAX];
	size_t n;
	bool ended;
	enum stream_error why;
};

struct house {
	struct str blobs; /* directory of files, given before house_open; or none */
	struct arena arena;
	struct store *store;
	const void *conf[MODULES_MAX];
	struct service extra;      /* given before house_open; without name: none */
	const struct module *also; /* enabled though it is not by default; likewise */
};

static struct house house;

static inline void
house_row(const char *owner, struct str kind, struct str item, struct str value)
{
	struct store_batch *b = store_batch_new(house.store);

	store_put(b, str_from_c(owner), kind, item, value);
	assert_int_equal(store_commit_wait(&b), OK);
}

/* Those of the modules, and the test's own. */
static inline void
house_services(struct hosts_spec *spec)
{
	struct service *all;
	struct str reason;

	assert_int_equal(services_of_hosts(spec, modules_all, &house.arena, &reason), OK);
	all = arena_alloc(&house.arena, (spec->n_services + 1) * sizeof(*all));
	memcpy(all, spec->service, spec->n_services * sizeof(*all));
	spec->service = all;
	if (house.extra.name.len) {
		house.extra.host = spec->host;
		all[spec->n_services++] = house.extra;
	}
}

static inline void
house_open(unsigned workers)
{
	struct store_conf store = {
		.backend = S("memory"),
		.blobs = house.blobs,
		.readers = 1,
		.group_max = 16,
		.sync = true,
	};
	struct stream_conf *streams;
	struct host host = { S("lit"), house.conf };
	struct hosts_spec spec = { .host = &host, .n = 1 };
	struct str reason;

	arena_init(&house.arena, 4096);
	assert_int_equal(workers_init(workers), OK);
	assert_int_equal(helpers_start(1, 8), OK);
	assert_int_equal(store_open(&store, &house.arena, &reason, &house.store), OK);
	for (size_t i = 0; i < modules_all.count; i++) {
		const struct module *m = modules_all.at[i];
		void *module_conf = arena_zalloc(&house.arena, m->conf_size);

		option_preset(m->options, module_conf, &house.arena);
		if (!m->off_by_default || m == house.also)
			house.conf[i] = module_conf;
	}
	streams = arena_zalloc(&house.arena, sizeof(*streams));
	option_preset(stream_section.options, streams, &house.arena);
	spec.streams = streams;
	house_services(&spec);
	assert_int_equal(router_start(modules_all, house.store, hosts_new(&spec)), OK);
	loop_drive_as(0);
	loop_drive();
}

static inline void
house_read(void *waiter, const struct store_rows *rows)
{
	bool *done = waiter;

	assert_int_equal(rows->status, OK);
	*done = true;
}

/* Until nobody waits for a read any more, nor for what was asked because of its answer. */
static inline void
house_settle(void)
{
	struct store_query q = {
		.what = STORE_ITEM, .owner = S("lit"), .kinds = { S("none") }, .n_kinds = 1
	};
	struct store_stats before, after;
	bool done;

	do {
		done = false;
		store_stats(house.store, &before);
		store_read(house.store, &q, house_read, &done);
		loop_drive_until(&done);
		loop_drive();
		store_stats(house.store, &after);
	} while (after.reads != before.reads + 1 || after.waiting_reads);
}

/* The beginning of the end, as the daemon does it: letters that are unopened find the store
 * stopped. */
static inline void
house_stop(void)
{
	helpers_stop();
	store_stop(house.store);
	loop_drive();
}

static inline void
house_leave(void)
{
	for (unsigned w = 0; w < workers_count(); w++) {
		loop_drive_as(w);
		router_leave_worker();
	}
	loop_drive_end();
	store_close(&house.store);
	router_stop();
	workers_fini();
	arena_fini(&house.arena);
}

static inline void
house_close(void)
{
	house_stop();
	house_leave();
}

/* --- people --------------------------------------------------------------------------- */

static inline struct person *
person_of(struct outlet *o)
{
	return (struct person *)(void *)((char *)o - offsetof(struct person, outlet));
}

static inline void
person_deliver(struct outlet *o, const struct stanza *st)
{
	struct person *p = person_of(o);

	assert_true(p->n < GOT_MAX);
	p->got[p->n++] = stanza_text(st, &p->arena);
}

static inline void
person_end(struct outlet *o, enum stream_error why, struct str text)
{
	struct person *p = person_of(o);

	(void)text;
	p->ended = true;
	p->why = why;
	p->session = NULL;
}

static void
person_raise_sent(const void *letter)
{
	const struct session_id *id = letter;
	struct session *s = session_find(*id);

	if (s)
		session_raise(s, ON_SESSION_SENT, NULL);
}

/* The network is quick, but not within the call. */
static void
person_tell_sent(struct outlet *o)
{
	const struct session *s = person_of(o)->session;

	worker_post(s->id.worker, person_raise_sent, &s->id, sizeof(s->id));
}

static const struct outlet_calls person_calls = {
	.deliver = person_deliver, .tell_sent = person_tell_sent, .end = person_end
};

struct arriving {
	struct person *person;
	const char *resource;
	bool done;
};

static inline void
person_bind(void *waiter, struct account *a, enum status s)
{
	struct arriving *r = waiter;
	struct bind_request request = {
		.account = a,
		.resource = str_from_c(r->resource),
		.outlet = &r->person->outlet,
	};

	assert_int_equal(s, OK);
	assert_int_equal(session_bind(&request, &r->person->session), OK);
	r->done = true;
}

/* Logs in; the account must exist. On the driven worker, which must be its home. */
static inline void
person_arrive(struct person *p, const char *bare, const char *resource)
{
	struct arriving r = { p, resource, false };

	*p = (struct person){ .outlet = { &person_calls } };
	arena_init(&p->arena, 1024);
	account_with(jid_trusted(str_from_c(bare)), person_bind, &r);
	loop_drive_until(&r.done);
	loop_drive();
}

static inline void
person_leave(struct person *p)
{
	session_close(&p->session);
	loop_drive();
	arena_fini(&p->arena);
}

/* Everything that has arrived is forgotten. */
static inline void
person_forget(struct person *p)
{
	p->n = 0;
}

static inline void
person_send(struct person *p, const char *text)
{
	AUTO(frozen) xml = NULL;
	struct stanza_input in = {
		.ns = NS_CLIENT,
		.from = p->session->jid,
		.to_self = p->session->account->jid,
	};
	struct stanza *st = NULL;
	struct jid claimed;

	assert_int_equal(
	    xml_parse_in(str_from_c(text), NS_CLIENT, &xml_bounds_stored, &xml), OK);
	assert_int_equal(stanza_read(xml, &in, &p->arena, &claimed, &st), STANZA_OK);
	session_send(p->session, st);
}

/* Waits until the person has got at least so many. */
static inline void
person_await(struct person *p, size_t n)
{
	while (p->n < n)
		loop_drive();
}

static inline bool
person_has(const struct person *p, const char *part)
{
	for (size_t i = 0; i < p->n; i++)
		if (memmem(p->got[i].at, p->got[i].len, part, strlen(part)))
			return true;
	return false;
}

#endif
