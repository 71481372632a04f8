/* SPDX-License-Identifier: MIT
 *
 * mod_upload: files that are put once, under a URL that cannot be guessed, and got by whoever
 * knows it.
 *
 * Source   XEP-0363 1.2.0
 * Reacts   iq-get {urn:xmpp:http:upload:0}request to the server, from its own accounts;
 *          disco#info of the server; PUT and GET below /upload/; the end of an account
 * Keeps    rows as record.h and service.h tell; the files are blobs (storage/blob.h)
 *
 * The service is the host itself: it needs no name of its own in DNS and in certificates, and
 * clients look there, too (docs/decisions/0050).
 */
#include "base/limits.h"
#include "http/http.h"
#include "modules/list.h"
#include "modules/upload/lately.h"
#include "modules/upload/put.h"
#include "modules/upload/service.h"
#include "xmpp/disco.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

/* --- requests for slots ------------------------------------------------------------------- */

static void
ask_at_home(const void *letter)
{
	struct stanza *request = *(struct stanza *const *)letter;

	slots_ask(upload_service_of(jid_domain(request->to)), request);
}

/* What is wrong with it by itself is said here; the rest is found out at home. */
static enum verdict
on_request(struct call *c)
{
	const struct upload_conf *conf = c->conf;
	struct upload_request r;
	struct stanza *request;
	enum status s;

	if (!jid_local(c->stanza->from).len ||
	    !str_eq(jid_domain(c->stanza->from), c->host->name))
		return refuse_with(c, ERR_FORBIDDEN,
		    S("Only accounts of this server may upload files."), (struct str){ 0 });
	if (!upload_base_url(c->arena, c->host->name).len)
		return refuse(c, ERR_SERVICE_UNAVAILABLE);
	s = upload_request_read(c->payload, c->arena, &r);
	if (s == E_LIMIT)
		return refuse_with(
		    c, ERR_NOT_ACCEPTABLE, S("The name is too long."), (struct str){ 0 });
	if (s == E_UNSUPPORTED || (s == OK && !upload_is_offered(conf, r.purpose)))
		return refuse_with(c, ERR_FEATURE_NOT_IMPLEMENTED,
		    S("Files are not kept for that purpose."), (struct str){ 0 });
	if (s != OK)
		return refuse(c, ERR_BAD_REQUEST);
	if (r.purpose == UPLOAD_EPHEMERAL && r.expires_us <= loop_wall_us())
		return refuse_with(c, ERR_NOT_ACCEPTABLE,
		    S("The file would have expired already."), (struct str){ 0 });
	request = stanza_ref(c->stanza);
	worker_post(upload_home(c->host->name), ask_at_home, &request, sizeof(request));
	return DONE;
}

/* --- discovery (sections 3 and 5) --------------------------------------------------------- */

static enum verdict
write_info(struct call *c)
{
	const struct upload_conf *conf = c->conf;
	uint64_t max = upload_max_file(conf, UPLOAD_MESSAGE);

	if (!upload_base_url(c->arena, c->host->name).len)
		return PASS;
	disco_write_identity(c->out, S("store"), S("file"), (struct str){ 0 });
	disco_write_feature(c->out, NS_UPLOAD);
	for (enum upload_purpose p = UPLOAD_MESSAGE; p < UPLOAD_PURPOSES; p++)
		if (upload_is_offered(conf, p))
			disco_write_feature(c->out,
			    str_format(c->arena, "%.*s#%.*s", STR_ARG(NS_UPLOAD_PURPOSE),
				STR_ARG(upload_purpose_name(p))));
	form_write(c->out,
	    &(struct form){ .kind = FORM_RESULT,
		.form_type = NS_UPLOAD,
		.fields = FORM_FIELDS({ .var = S("max-file-size"),
		    FIELD_VALUE(str_format(c->arena, "%llu", (unsigned long long)max)) }) });
	return PASS;
}

/* --- the end of an account ---------------------------------------------------------------- */

static enum verdict
on_deleted(struct call *c)
{
	removal_plan(c->batch, c->host->name, jid_full(c->account->jid));
	removal_begin(c->host->name, jid_full(c->account->jid));
	return PASS;
}

/* --- the table ---------------------------------------------------------------------------- */

static void
run(struct http_exchange *x)
{
	if (x->method == HTTP_PUT)
		upload_put(x);
	else
		upload_get(x);
}

static enum status
start(void)
{
	services_start();
	return OK;
}

static void
stop(void)
{
	services_stop();
	lately_stop();
}

static const struct hook hooks[] = {
	{ ON_IQ_GET, SERVER, NS_UPLOAD, S("request"), HANDLE, on_request },
	{ .on = ON_DISCO_INFO, .in = HANDLE, .run = write_info },
	{ .on = ON_ACCOUNT_DELETED, .in = HANDLE, .run = on_deleted },
};

static const struct http_route routes[] = {
	{
	    .path = S("/upload/"),
	    .methods = HTTP_GET | HTTP_PUT,
	    .flags = HTTP_CORS,
	    .run = run,
	    .on_body = upload_put_body,
	    .on_body_end = upload_put_end,
	},
};

const struct module mod_upload = {
	.name = "upload",
	.doc = "Keeps files that people send each other.",
	.specs = LIST(struct spec, { XEP, 363, "1.2.0", "complete" }),
	.conf_size = sizeof(struct upload_conf),
	.options = LIST(struct option,
	    { "max_file", SIZE, FIELD(upload_conf, max_file), "100MiB", "1KiB", "1TiB",
		"Bytes of one file." },
	    { "max_profile_file", SIZE, FIELD(upload_conf, max_profile_file), "4MiB", "1KiB",
		"1TiB", "Bytes of one file for a profile, such as an avatar." },
	    { "account_quota", SIZE, FIELD(upload_conf, account_quota), "1GiB", "1KiB",
		"1024TiB", "Bytes that one account may have in files for messages.",
		.words = "unlimited" },
	    { "profile_quota", SIZE, FIELD(upload_conf, profile_quota), "32MiB", "1KiB",
		"1024TiB", "Bytes that one account may have in files for its profile.",
		.words = "unlimited" },
	    { "permanent_quota", SIZE, FIELD(upload_conf, permanent_quota), "256MiB", "1KiB",
		"1024TiB", "Bytes that one account may have in files to be kept for long.",
		.words = "unlimited" },
	    { "host_quota", SIZE, FIELD(upload_conf, host_quota), "unlimited", "1KiB",
		"1024TiB", "Bytes that all accounts of a host together may have in files.",
		.words = "unlimited" },
	    { "account_files", U32, FIELD(upload_conf, account_files), "10000", "1", "1000000",
		"Files that one account may have." },
	    { "slots_per_minute", U32, FIELD(upload_conf, slots_per_minute), "60", "1",
		"100000", "Uploads that one account may ask for in a minute." },
	    { "slot_time", TIME, FIELD(upload_conf, slot_ms), "5m", "1s", "1h",
		"Time within which an upload must begin after it was asked for." },
	    { "purposes", FLAGS, FIELD(upload_conf, purposes), "profile, ephemeral, permanent",
		NULL, NULL, "What files are kept for, besides messages.",
		.words = "profile ephemeral permanent" },
	    { "keep_message", TIME, FIELD(upload_conf, keep_message_ms), "31d", "1s", "36500d",
		"Time after which a file for a message is removed.", .words = "forever" },
	    { "keep_profile", TIME, FIELD(upload_conf, keep_profile_ms), "forever", "1s",
		"36500d", "The same for a file of a profile.", .words = "forever" },
	    { "keep_ephemeral", TIME, FIELD(upload_conf, keep_ephemeral_ms), "7d", "1s",
		"36500d", "The same for an ephemeral file; the client may ask for less.",
		.words = "forever" },
	    { "keep_permanent", TIME, FIELD(upload_conf, keep_permanent_ms), "forever", "1s",
		"36500d", "The same for a file to be kept for long.", .words = "forever" }),
	.metrics = LIST(struct metric,
	    [UPLOAD_SLOTS] = { "upload_slots", COUNTER, "slots", "Slots given to clients." },
	    [UPLOAD_REFUSED] = { "upload_refused", COUNTER, "requests",
		"Slots refused, for a quota or a limit." },
	    [UPLOAD_RECEIVED] = { "upload_received", COUNTER, "files", "Files uploaded." },
	    [UPLOAD_RECEIVED_BYTES] = { "upload_received_bytes", COUNTER, "bytes",
		"Bytes of the files uploaded." },
	    [UPLOAD_FAILED] = { "upload_failed", COUNTER, "uploads",
		"Uploads that did not come to their end." },
	    [UPLOAD_SERVED] = { "upload_served", COUNTER, "requests",
		"Requests for files that were answered with one." },
	    [UPLOAD_REMOVED] = { "upload_removed", COUNTER, "files", "Files removed." }),
	.hooks = TABLE(hooks),
	.routes = TABLE(routes),
	.start = start,
	.stop = stop,
};
