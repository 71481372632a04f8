/* SPDX-License-Identifier: MIT
 *
 * What the page with the client may load, and from where. No script and no style but ours, and
 * no inline one: so that nothing of what others write can act, should it ever get where it must
 * not be.
 */
#include "modules/site_url.h"
#include "modules/web/web.h"

/* Pictures and sounds that were fetched, encrypted or are being recorded are blobs of the page.
 * Files that people of other servers send are on those: a picture, sound or film is loaded from
 * there when somebody asks for it, and what else there is in a frame, from hosts that are
 * named. */
#define POLICY                                                                                 \
	"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "           \
	"manifest-src 'self'; worker-src 'self'; img-src 'self' blob: data: https:%.*s; "      \
	"media-src 'self' blob: https:%.*s; connect-src 'self'%.*s%.*s; frame-src %.*s; "      \
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

/* " https://example.org:5281", for which "'self'" does not stand when the page was asked for by
 * another name; nothing when that is not known. */
static struct str
origin(struct arena *a, struct str url)
{
	return url.at ? str_format(a, " %.*s", STR_ARG(url)) : S("");
}

/* The same for WebSockets, which not all browsers find in "'self'". */
static struct str
socket_origin(struct arena *a, struct str url)
{
	size_t colon = str_find(url, ':');

	return url.at ? str_format(a, " ws%.*s%.*s",
			    STR_ARG(str_starts(url, S("https:")) ? S("s") : S("")),
			    STR_ARG(str_slice(url, colon, url.len)))
		      : S("");
}

static struct str
frames(struct arena *a, const struct str_list *hosts)
{
	struct str out = S("");

	for (size_t i = 0; i < hosts->count; i++)
		out = str_format(
		    a, "%.*s%shttps://%.*s", STR_ARG(out), i ? " " : "", STR_ARG(hosts->at[i]));
	return out.len ? out : S("'none'");
}

struct str
web_policy(const struct http_exchange *x, const struct host *host, const struct web_conf *conf)
{
	struct arena *a = x->arena;
	struct str site = http_site_url(x), files = site_url_of(a, host->name);
	struct str ours = str_format(a, "%.*s%.*s", STR_ARG(origin(a, site)),
	    STR_ARG(str_eq(files, site) ? S("") : origin(a, files)));
	struct str sockets = socket_origin(a, site), embedded = frames(a, &conf->embedded);

	return str_format(a, POLICY, STR_ARG(ours), STR_ARG(ours), STR_ARG(ours),
	    STR_ARG(sockets), STR_ARG(embedded));
}

static bool
is_host(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!((s.at[i] >= 'a' && s.at[i] <= 'z') ||
			(s.at[i] >= '0' && s.at[i] <= '9') || s.at[i] == '.' ||
			s.at[i] == '-' || s.at[i] == ':'))
			return false;
	return s.len > 0;
}

enum status
web_policy_check(const struct web_conf *conf, struct arena *a, struct str *reason)
{
	for (size_t i = 0; i < conf->embedded.count; i++) {
		if (is_host(conf->embedded.at[i]))
			continue;
		*reason =
		    str_format(a, "embedded: \"%.*s\" is no host, such as video.example.org",
			STR_ARG(conf->embedded.at[i]));
		return E_INVALID;
	}
	return OK;
}
