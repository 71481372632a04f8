/* SPDX-License-Identifier: MIT */
#include "modules/site_url.h"

#include "http/conf.h"
#include "xmpp/domain.h"

enum { HTTPS_PORT = 443 };

struct str
site_url_of(struct arena *a, struct str host)
{
	const struct http_site *site = http_site_here();
	struct str name;

	if (site->conf.public_url.at)
		return site->conf.public_url;
	if (site->https_port == 0)
		return (struct str){ 0 };
	/* An IPv6 address keeps its brackets in a URL. */
	if (str_starts(host, S("[")))
		name = host;
	else if (domain_to_ascii(a, host, &name) != OK)
		return (struct str){ 0 };
	if (site->https_port == HTTPS_PORT)
		return str_format(a, "https://%.*s", STR_ARG(name));
	return str_format(a, "https://%.*s:%u", STR_ARG(name), site->https_port);
}
