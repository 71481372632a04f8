/* SPDX-License-Identifier: MIT
 *
 * What the files of the web client's own page share: what the operator may say of it.
 */
#ifndef MODULES_WEB_WEB_H
#define MODULES_WEB_WEB_H

#include "base/option.h"
#include "http/http.h"
#include "router/module.h"

struct web_conf {
	struct str title; /* empty: the page's own, which names the host */
	enum web_language { WEB_AS_THE_BROWSER, WEB_ENGLISH, WEB_FRENCH } language;
	enum web_mode { WEB_PAGE, WEB_DOCK } mode;
	bool guests;
	bool developer;
	struct str_list embedded; /* hosts, as in frame-src */
};

extern const struct module mod_web;

/* The configuration of the host; its defaults where the module is off and another host's
 * brought the routes. */
const struct web_conf *web_conf_of(const struct host *host);

/* "en" or "fr": chosen by the reader, said by the operator, or as the browser wants it. */
struct str web_language(const struct http_exchange *x, const struct web_conf *conf);

/* The name of the page, not escaped. */
struct str web_title(
    struct arena *a, const struct host *host, const struct web_conf *conf, struct str language);

/*
 * The content security policy of the page (decision 118): what the client needs, and no more.
 *
 * E_INVALID  an item of `embedded` is no host; the reason is in the arena
 */
struct str web_policy(
    const struct http_exchange *x, const struct host *host, const struct web_conf *conf);
MUST_CHECK enum status web_policy_check(
    const struct web_conf *conf, struct arena *a, struct str *reason);

/* GET /manifest.webmanifest: what is installed when somebody installs the page. */
void web_manifest(struct http_exchange *x);

#endif
