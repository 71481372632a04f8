/* SPDX-License-Identifier: MIT
 *
 * A module: one idea, one file, one table (style: modules). The table says everything that
 * anyone outside needs to know. From it come the advertised features, the option parser,
 * the manual, the metrics page and the list of specifications.
 */
#ifndef ROUTER_MODULE_H
#define ROUTER_MODULE_H

#include "base/metrics.h"
#include "router/account.h"
#include "router/hook.h"
#include "router/host.h"
#include "router/route.h"
#include "router/session.h"

enum spec_series { XEP, RFC };

struct spec {
	enum spec_series series;
	unsigned number;
	const char *version;  /* of the XEP implemented; "" for an RFC */
	const char *coverage; /* "complete", or which part */
};

struct feature {
	struct str var; /* in the disco#info of... */
	unsigned at;    /* SERVER, ACCOUNT, SERVICE; a mask */
};

struct identity {
	struct str category, type; /* in the disco#info of... */
	unsigned at;               /* SERVER, ACCOUNT or both */
};

/* Rows of the store that an account's module state is made of: read when the account is
 * loaded, by kind and item. */
struct kept {
	struct str kind;
	void (*load)(void *state, struct account *a, struct str item, struct str value);
};

struct http_route;
struct service_type;

struct module {
	const char *name; /* as in the configuration: modules.NAME */
	const char *doc;  /* one sentence */
	bool off_by_default;
	struct {
		const struct spec *at;
		size_t count;
	} specs;
	struct {
		const struct feature *at;
		size_t count;
	} features;
	struct {
		const struct identity *at;
		size_t count;
	} identities;
	struct {
		const char *const *at;
		size_t count;
	} needs; /* modules it calls */
	size_t conf_size;
	struct option_list options;
	/* What the table cannot say, as in struct section. May be NULL. */
	enum status (*check)(const void *conf, struct arena *a, struct str *reason);
	struct {
		const struct metric *at;
		size_t count;
	} metrics;
	struct {
		const struct hook *at;
		size_t count;
	} hooks;

	/* What is served over HTTP, see http/http.h, while a host has the module. */
	struct {
		const struct http_route *at;
		size_t count;
	} routes;

	/* A domain of its own beside each host that has the module; NULL: none. */
	const struct service_type *service;

	/* State of each loaded account: zeroed, then filled from the kept rows. */
	size_t account_bytes;
	struct {
		const struct kept *at;
		size_t count;
	} kept;
	void (*account_fini)(void *state, struct account *a);

	/* State of each session: zeroed when bound. */
	size_t session_bytes;
	void (*session_fini)(void *state, struct session *s);

	/* Once at start, before any worker runs, and at the end. May be NULL. */
	enum status (*start)(void);
	void (*stop)(void);

	/* On each worker, before and after everything else there: makes what the module keeps
	 * there, and lets go of it. */
	void (*enter_worker)(void);
	void (*leave_worker)(void);
};

/* Configuration of the module for a host, NULL where it is disabled. */
const void *module_conf(const struct module *m, const struct host *host);

/* State of the module at the account or session. */
void *module_account_state(const struct module *m, struct account *a);
void *module_session_state(const struct module *m, struct session *s);

/* Counts for the module; `metric` is the place in its table. */
void module_count(const struct module *m, unsigned metric, uint64_t n);

/* Around the life of the router. */
void modules_register_metrics(void);
void modules_forget_metrics(void);

#endif
