/* SPDX-License-Identifier: MIT
 *
 * Pages that the server writes: texts of web/ in English and French, with {names} that are
 * filled in.
 */
#ifndef MODULES_PAGE_H
#define MODULES_PAGE_H

#include "http/http.h"
#include "router/host.h"

/* The host of the name that was asked, or the first: a site often has another name than its
 * chat. */
const struct host *page_host(const struct http_exchange *x);

/* "en" or "fr", as the query or the browser wants it. */
struct str page_language(const struct http_exchange *x);

struct filling {
	struct str name, text; /* markup: escaped by who made it */
};

/* The text NAME.LANGUAGE.html, as it is. There must be one. */
struct str page_text(struct arena *a, const char *name, struct str language);

/* The same, filled in; what it names must be there. */
struct str page_fill(
    struct arena *a, const char *name, struct str language, const struct filling *f, size_t n);

/* Answers with the page, which holds for this moment and language. */
void page_answer(
    struct http_exchange *x, unsigned status, struct str language, struct str page);

#endif
