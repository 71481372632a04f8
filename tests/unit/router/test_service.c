/* SPDX-License-Identifier: MIT
 *
 * Services: what is for a domain beside the host's own reaches the module, and nobody else.
 */
#include "house.h"

#include "router/account.h"

static unsigned arrived, informed;

/* Answers a request, swallows a presence, knows of nothing else. */
static enum verdict
arrive(struct call *c)
{
	arrived++;
	assert_non_null(c->service);
	assert_true(str_eq(c->host->name, S("lit")));
	assert_null(c->account);
	if (c->stanza->kind == STANZA_PRESENCE)
		return DONE;
	if (c->stanza->kind == STANZA_IQ && str_eq(jid_local(c->stanza->to), S("echo")))
		return iq_result(c, S("<echo xmlns='e'/>"));
	return PASS;
}

static void
info(struct call *c)
{
	informed++;
	xml_empty(c->out, S("urn:more"), S("more"));
}

static const struct str features[] = { S("urn:of-its-own") };

static struct service_type type = {
	.label = "svc",
	.category = S("conference"),
	.type = S("text"),
	.name = "Echoes",
	.features = TABLE(features),
	.info = info,
	.arrive = arrive,
};

static void
open_with(bool is_foreign)
{
	arrived = informed = 0;
	type.is_foreign = is_foreign;
	house.extra = (struct service){
		.name = S("svc.lit"), .module = &mod_ping, .type = &type, .conf = &type
	};
	house_open(1);
	house_row("romeo@lit", KIND_ACCOUNT, S(""), S("x"));
}

/* Asks as romeo, and returns what came back. */
static struct str
ask(struct person *romeo, const char *stanza)
{
	person_arrive(romeo, "romeo@lit", "orchard");
	person_send(romeo, stanza);
	person_await(romeo, 1);
	return romeo->got[0];
}

static bool
has(struct str text, const char *part)
{
	return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

static void
an_address_of_a_service_is_the_modules_to_answer(void **state)
{
	(void)state;
	struct person romeo;
	struct str got;

	open_with(false);
	got = ask(&romeo, "<iq type='get' id='1' to='echo@svc.lit/x'><q xmlns='q'/></iq>");
	assert_true(has(got, "<echo"));
	assert_true(has(got, "echo@svc.lit/x"));
	assert_int_equal(arrived, 1);
	person_leave(&romeo);
	house_close();
}

/* RFC 6121 section 8.5.1: as for an account that does not exist. */
static void
what_it_does_not_know_is_unavailable(void **state)
{
	(void)state;
	struct person romeo;
	struct str got;

	open_with(false);
	got = ask(&romeo, "<message to='nobody@svc.lit' id='1'><body>x</body></message>");
	assert_true(has(got, "service-unavailable"));
	person_forget(&romeo);
	person_send(&romeo, "<iq type='get' id='2' to='svc.lit'><q xmlns='q'/></iq>");
	person_await(&romeo, 1);
	assert_true(has(romeo.got[0], "service-unavailable"));
	assert_int_equal(arrived, 2);
	person_leave(&romeo);
	house_close();
}

/* XEP-0030 section 3.1, XEP-0199 section 4.2. */
static void
the_server_speaks_for_the_domain(void **state)
{
	(void)state;
	struct person romeo;
	struct str got;

	open_with(false);
	got = ask(&romeo, "<iq type='get' id='1' to='svc.lit'>"
			  "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
	assert_true(has(got, "category='conference'"));
	assert_true(has(got, "Echoes"));
	assert_true(has(got, "urn:of-its-own"));
	assert_true(has(got, "urn:xmpp:ping"));
	assert_true(has(got, "urn:more"));
	assert_int_equal(informed, 1);
	person_forget(&romeo);
	person_send(
	    &romeo, "<iq type='get' id='2' to='svc.lit'><ping xmlns='urn:xmpp:ping'/></iq>");
	person_await(&romeo, 1);
	assert_true(has(romeo.got[0], "type='result'"));
	assert_int_equal(arrived, 0);
	person_leave(&romeo);
	house_close();
}

static void
another_program_speaks_for_itself(void **state)
{
	(void)state;
	struct person romeo;
	struct str got;

	open_with(true);
	got = ask(
	    &romeo, "<iq type='get' id='1' to='svc.lit'><ping xmlns='urn:xmpp:ping'/></iq>");
	assert_true(has(got, "service-unavailable"));
	assert_int_equal(arrived, 1);
	person_leave(&romeo);
	house_close();
}

/* XEP-0030 section 4.1. */
static void
the_host_names_its_services(void **state)
{
	(void)state;
	struct person romeo;
	struct str got;

	open_with(false);
	got = ask(&romeo, "<iq type='get' id='1' to='lit'>"
			  "<query xmlns='http://jabber.org/protocol/disco#items'/></iq>");
	assert_true(has(got, "jid='svc.lit'"));
	assert_true(has(got, "name='Echoes'"));
	person_leave(&romeo);
	house_close();
}

/* --- of a configuration ------------------------------------------------------------------- */

static struct str
own_domain(const void *conf)
{
	return *(const struct str *)conf;
}

static enum status
find(const struct str *domain, struct hosts_spec *spec, struct arena *a)
{
	static const struct service_type named = { .label = "svc", .domain = own_domain };
	static const struct module module = { .name = "named", .service = &named };
	static const struct module *const list[] = { &module };
	static const void *conf[1];
	static struct host hosts[2];
	struct str reason;

	conf[0] = domain;
	hosts[0] = (struct host){ S("lit"), conf };
	hosts[1] = (struct host){ S("other"), (const void *[]){ NULL } };
	*spec = (struct hosts_spec){ .host = hosts, .n = 2 };
	return services_of_hosts(spec, (struct module_list)TABLE(list), a, &reason);
}

static void
a_service_is_found_where_the_module_is_enabled(void **state)
{
	(void)state;
	struct str usual = S(""), own = S("Chat.Lit"), host = S("other"), bad = S("a b");
	struct hosts_spec spec;
	struct arena a;

	arena_init(&a, 1024);
	assert_int_equal(find(&usual, &spec, &a), OK);
	assert_int_equal(spec.n_services, 1);
	assert_true(str_eq(spec.service[0].name, S("svc.lit")));
	assert_ptr_equal(spec.service[0].host, &spec.host[0]);
	assert_int_equal(find(&own, &spec, &a), OK);
	assert_true(str_eq(spec.service[0].name, S("chat.lit")));
	assert_int_equal(find(&host, &spec, &a), E_INVALID);
	assert_int_equal(find(&bad, &spec, &a), E_INVALID);
	arena_fini(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_of_a_service_is_the_modules_to_answer),
		cmocka_unit_test(what_it_does_not_know_is_unavailable),
		cmocka_unit_test(the_server_speaks_for_the_domain),
		cmocka_unit_test(another_program_speaks_for_itself),
		cmocka_unit_test(the_host_names_its_services),
		cmocka_unit_test(a_service_is_found_where_the_module_is_enabled),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
