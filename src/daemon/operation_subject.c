/* SPDX-License-Identifier: MIT */
#include "daemon/operations.h"
#include "loop/worker.h"
#include "router/account.h"
#include "router/host.h"

static bool
is_ours(struct operation_call *c, struct str domain)
{
	if (host_find(domain))
		return true;
	operation_refuse(
	    c, ERR_ITEM_NOT_FOUND, "the host %.*s is not served here", STR_ARG(domain));
	return false;
}

bool
operation_account(struct operation_call *c, struct str text, struct jid *out)
{
	if (jid_parse(&c->arena, text, out) != OK || !jid_is_bare(*out) ||
	    jid_local(*out).len == 0) {
		operation_refuse(c, ERR_JID_MALFORMED,
		    "\"%.*s\" is not the address of an account, such as juliet@example.org",
		    STR_ARG(text));
		return false;
	}
	return is_ours(c, jid_domain(*out));
}

bool
operation_host(struct operation_call *c, struct str text, struct str *out)
{
	if (jid_prep_domain(&c->arena, text, out) != OK) {
		operation_refuse(
		    c, ERR_JID_MALFORMED, "\"%.*s\" is not a domain name", STR_ARG(text));
		return false;
	}
	return is_ours(c, *out);
}

/* --- visits ------------------------------------------------------------------------------- */

static void
go_back(const void *letter)
{
	struct home_visit *v = *(struct home_visit *const *)letter;

	v->back(v);
}

void
home_visit_end(struct home_visit *v)
{
	worker_post(v->asker, go_back, &v, sizeof(v));
}

static void
arrive(void *waiter, struct account *a, enum status s)
{
	struct home_visit *v = waiter;

	v->visit(v, a, s);
}

static void
travel_home(const void *letter)
{
	struct home_visit *v = *(struct home_visit *const *)letter;

	account_with(v->account, arrive, v);
}

void
home_visit_begin(struct home_visit *v)
{
	v->asker = (unsigned)worker_self();
	worker_post(account_home(v->account), travel_home, &v, sizeof(v));
}
