/* SPDX-License-Identifier: MIT
 *
 * Slots: asked for, granted or refused (XEP-0363 1.2.0 sections 4 to 6).
 */
#include "base/limits.h"
#include "base/random.h"
#include "modules/upload/file_name.h"
#include "modules/upload/service.h"
#include "xmpp/date.h"
#include "xmpp/ns.h"

/* --- answers ------------------------------------------------------------------------------ */

static void
answer_error(const struct stanza *request, enum stanza_error condition, struct str text,
    struct str extension, struct arena *a)
{
	module_count(&mod_upload, UPLOAD_REFUSED, 1);
	route(stanza_error_answer(request, condition, text, extension, a));
}

/* Section 6: a temporary error, with the time to try again unless that is not known (0). */
static void
answer_later(const struct stanza *request, struct str text, usec_t when, struct arena *a)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	if (when) {
		xml_open(&w, NS_UPLOAD, S("retry"));
		/* Up to the next full second: what is less is not written. */
		xml_attr(&w, S("stamp"), date_format(a, when + 999999));
		xml_close(&w);
	}
	answer_error(request, ERR_RESOURCE_CONSTRAINT, text, xml_written(&w), a);
}

static void
answer_too_large(const struct stanza *request, uint64_t max, struct arena *a)
{
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_UPLOAD, S("file-too-large"));
	xml_leaf(&w, S(""), S("max-file-size"), str_format(a, "%llu", (unsigned long long)max));
	xml_close(&w);
	answer_error(request, ERR_NOT_ACCEPTABLE,
	    str_format(
		a, "The file is too large: at most %llu bytes.", (unsigned long long)max),
	    xml_written(&w), a);
}

static void
write_url(struct xml_writer *w, struct str name, struct str url)
{
	xml_open(w, S(""), name);
	xml_attr(w, S("url"), url);
	xml_close(w);
}

static void
answer_slot(
    const struct stanza *request, const struct slot *slot, struct str base, struct arena *a)
{
	struct str url = str_format(a, "%.*s%s/%.*s", STR_ARG(base), slot->token,
	    STR_ARG(file_name_in_url(a, slot->request.name)));
	struct xml_writer w;

	xml_begin_inner(&w, a, NS_CLIENT);
	xml_open(&w, NS_UPLOAD, S("slot"));
	write_url(&w, S("put"), url);
	write_url(&w, S("get"), url);
	xml_close(&w);
	module_count(&mod_upload, UPLOAD_SLOTS, 1);
	route_result(request, xml_written(&w));
}

/* --- slots -------------------------------------------------------------------------------- */

/* One whose home is this worker, as an address would have it: a few tries find it. */
static void
make_token(char token[static UPLOAD_TOKEN_LENGTH + 1])
{
	struct arena a;
	struct str text;

	arena_init(&a, 4096);
	do {
		arena_reset(&a);
		text = random_token(&a, UPLOAD_TOKEN_BYTES);
	} while (service_token_home(text) != (unsigned)worker_self());
	assert(text.len == UPLOAD_TOKEN_LENGTH);
	memcpy(token, text.at, text.len);
	token[text.len] = '\0';
	arena_fini(&a);
}

static struct slot *
slot_new(struct owner *o, const struct upload_request *r, msec_t lasts_ms)
{
	struct slot *slot = mem_zalloc(sizeof(*slot) + r->name.len + r->type.len);
	char *text = (char *)(slot + 1);

	slot->owner = o;
	slot->until_ms = loop_now_ms() + lasts_ms;
	make_token(slot->token);
	slot->request = *r;
	memcpy(text, r->name.at, r->name.len);
	slot->request.name.at = text;
	if (r->type.len) {
		memcpy(text + r->name.len, r->type.at, r->type.len);
		slot->request.type.at = text + r->name.len;
	}
	o->reserved[r->purpose] += r->bytes;
	o->reserved_files++;
	o->service->reserved += r->bytes;
	list_append(&o->slots, &slot->in_owner);
	table_put(&o->service->slots, slot);
	return slot;
}

void
slot_settle(struct slot *slot)
{
	struct owner *o = slot->owner;
	const struct upload_request *r = &slot->request;

	if (slot->state == SLOT_USED)
		return;
	slot->state = SLOT_USED;
	o->reserved[r->purpose] -= r->bytes;
	o->reserved_files--;
	o->service->reserved -= r->bytes;
}

void
slot_drop(struct slot **at)
{
	struct slot *slot = TAKE(*at);

	slot_settle(slot);
	list_remove(&slot->in_owner);
	table_remove(&slot->owner->service->slots, str_of(slot->token, UPLOAD_TOKEN_LENGTH));
	free(slot);
}

/* --- deciding ----------------------------------------------------------------------------- */

/* Message and ephemeral share a quota, the others have their own. */
static uint64_t
used_of_quota(const struct owner *o, enum upload_purpose p)
{
	uint64_t used = o->kept[p] + o->reserved[p];

	if (p == UPLOAD_MESSAGE)
		used += o->kept[UPLOAD_EPHEMERAL] + o->reserved[UPLOAD_EPHEMERAL];
	else if (p == UPLOAD_EPHEMERAL)
		used += o->kept[UPLOAD_MESSAGE] + o->reserved[UPLOAD_MESSAGE];
	return used;
}

static bool
fits(uint64_t used, uint64_t bytes, uint64_t max)
{
	return max == 0 || (used <= max && bytes <= max - used);
}

/* When something of the account's goes, if that is known and to come. */
static usec_t
room_at(const struct owner *o)
{
	return o->due_us > loop_wall_us() ? o->due_us : 0;
}

static size_t
count_unused(struct owner *o, msec_t *first_until)
{
	size_t n = 0;

	*first_until = 0;
	list_each (link, &o->slots) {
		const struct slot *slot = list_entry(link, struct slot, in_owner);

		if (slot->state == SLOT_USED || slot->until_ms <= loop_now_ms())
			continue;
		if (n++ == 0)
			*first_until = slot->until_ms;
	}
	return n;
}

/* Takes one of the minute's slots. Else *again is when there are new ones. */
static bool
take_from_minute(struct owner *o, uint32_t allowed, usec_t *again)
{
	msec_t now = loop_now_ms(), age = now - o->minute_ms;

	if (o->minute_ms == 0 || age >= 60 * 1000) {
		o->minute_ms = now;
		o->this_minute = 0;
		age = 0;
	}
	if (o->this_minute >= allowed) {
		*again = loop_wall_us() + (60 * 1000 - age) * 1000;
		return false;
	}
	o->this_minute++;
	return true;
}

static void
decide(struct owner *o, const struct stanza *request, struct arena *a)
{
	const struct upload_conf *conf = upload_conf_of(o->service->host);
	struct str base = conf ? upload_base_url(a, o->service->host) : (struct str){ 0 };
	struct upload_request r;
	usec_t again;
	msec_t until;

	if (!base.len || upload_request_read(stanza_payload(request), a, &r) != OK ||
	    !upload_is_offered(conf, r.purpose)) {
		/* The configuration has changed since the request was looked at. */
		answer_error(
		    request, ERR_SERVICE_UNAVAILABLE, (struct str){ 0 }, (struct str){ 0 }, a);
		return;
	}
	if (r.bytes > upload_max_file(conf, r.purpose)) {
		answer_too_large(request, upload_max_file(conf, r.purpose), a);
		return;
	}
	if (!take_from_minute(o, conf->slots_per_minute, &again))
		answer_later(request, S("Too many slots in a minute."), again, a);
	else if (count_unused(o, &until) >= UPLOAD_SLOTS_MAX)
		answer_later(request, S("Too many slots that were not used."),
		    loop_wall_us() + (until - loop_now_ms()) * 1000, a);
	else if (o->files + o->reserved_files >= conf->account_files)
		answer_later(request, S("Too many files."), room_at(o), a);
	else if (!fits(used_of_quota(o, r.purpose), r.bytes, upload_quota(conf, r.purpose)))
		answer_later(request, S("Your space for files is used up."), room_at(o), a);
	else if (!fits(o->service->kept + o->service->reserved, r.bytes, conf->host_quota))
		answer_later(request, S("The server has no more space for files."), 0, a);
	else
		answer_slot(request, slot_new(o, &r, conf->slot_ms), base, a);
}

void
slots_decide(struct owner *o, enum status s)
{
	struct arena a;

	if (s != OK) {
		slots_refuse_waiting(&o->waiting, true);
		return;
	}
	arena_init(&a, 4096);
	list_each (link, &o->waiting) {
		struct asking *asking = list_entry(link, struct asking, in_owner);

		list_remove(&asking->in_owner);
		decide(o, asking->request, &a);
		stanza_free(&asking->request);
		free(asking);
		arena_reset(&a);
	}
	arena_fini(&a);
}

void
slots_refuse_waiting(struct list *waiting, bool of_owner)
{
	list_each (link, waiting) {
		struct asking *asking = of_owner ? list_entry(link, struct asking, in_owner)
						 : list_entry(link, struct asking, in_service);

		list_remove(link);
		route_bounce(asking->request, ERR_RESOURCE_CONSTRAINT);
		stanza_free(&asking->request);
		free(asking);
	}
}
