/* SPDX-License-Identifier: MIT */
#include "modules/page.h"

#include "http/preference.h"
#include "modules/web_assets.h"
#include "xmpp/domain.h"

const struct host *
page_host(const struct http_exchange *x)
{
	char domain[DOMAIN_MAX];
	const struct host *h = NULL;
	size_t len;

	if (x->host.at && domain_prepare(x->host, domain, &len) == OK)
		h = host_find(str_of(domain, len));
	return h ? h : hosts_at(0);
}

struct str
page_language(const struct http_exchange *x)
{
	struct str chosen = http_query(x, S("lang"));
	struct str accepted = http_header(x, S("accept-language"));

	if (str_eq(chosen, S("fr")) || str_eq(chosen, S("en")))
		return chosen;
	if (http_language_weight(accepted, S("fr")) > http_language_weight(accepted, S("en")))
		return S("fr");
	return S("en");
}

struct str
page_text(struct arena *a, const char *name, struct str language)
{
	const struct http_asset *found =
	    http_asset_find(web_pages, str_format(a, "%s.%.*s.html", name, STR_ARG(language)));

	assert(found);
	return found->bytes;
}

static struct str
text_for(struct str name, const struct filling *f, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(f[i].name, name))
			return f[i].text;
	assert(!"a page names something that nobody fills in");
	return (struct str){ 0 };
}

struct str
page_fill(
    struct arena *a, const char *name, struct str language, const struct filling *f, size_t n)
{
	struct str page = page_text(a, name, language), out = S(""), piece;
	bool is_name = false;

	/* "text{name}text{name}text": pieces between the braces, in turn. */
	while (str_split(&page, is_name ? '}' : '{', &piece)) {
		out = str_format(a, "%.*s%.*s", STR_ARG(out),
		    STR_ARG(is_name ? text_for(piece, f, n) : piece));
		is_name = !is_name;
	}
	return out;
}

void
page_answer(struct http_exchange *x, unsigned status, struct str language, struct str page)
{
	http_add_header(x, S("Content-Language"), language);
	http_add_header(x, S("Vary"), S("Accept-Language"));
	http_answer(x, status, S("text/html; charset=utf-8"), page);
}
