/* SPDX-License-Identifier: MIT
 *
 * The page as an app that is installed (W3C Web Application Manifest). One for each host and
 * language; the icons are those of web/icons.mjs.
 */
#include "modules/page.h"
#include "modules/web/web.h"
#include "xmpp/json.h"

void
web_manifest(struct http_exchange *x)
{
	struct arena *a = x->arena;
	const struct host *host = page_host(x);
	const struct web_conf *conf = web_conf_of(host);
	struct str language = web_language(x, conf);
	struct str name = json_quote(a, web_title(a, host, conf, language));
	struct str short_name = json_quote(a, conf->title.len ? conf->title : host->name);

	http_add_header(x, S("Cache-Control"), S("no-cache"));
	http_add_header(x, S("Vary"), S("Accept-Language"));
	http_answer(x, 200, S("application/manifest+json"),
	    str_format(a,
		"{\"id\":\"/\",\"name\":%.*s,\"short_name\":%.*s,\"lang\":\"%.*s\","
		"\"dir\":\"ltr\",\"start_url\":\"/\",\"scope\":\"/\","
		"\"display\":\"standalone\",\"categories\":[\"social\"],"
		"\"background_color\":\"#fbfaf8\",\"theme_color\":\"#7a2e1d\",\"icons\":["
		"{\"src\":\"/first/bird.svg\",\"type\":\"image/svg+xml\",\"sizes\":\"any\"},"
		"{\"src\":\"/first/bird_192.png\",\"type\":\"image/png\","
		"\"sizes\":\"192x192\"},"
		"{\"src\":\"/first/bird_512.png\",\"type\":\"image/png\","
		"\"sizes\":\"512x512\"},"
		"{\"src\":\"/first/bird_maskable_512.png\",\"type\":\"image/png\","
		"\"sizes\":\"512x512\",\"purpose\":\"maskable\"}]}\n",
		STR_ARG(name), STR_ARG(short_name), STR_ARG(language)));
}
