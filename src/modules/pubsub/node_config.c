/* SPDX-License-Identifier: MIT */
#include "modules/pubsub/node_config.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/pack.h"
#include "xmpp/ns.h"

/* --- the fields ----------------------------------------------------------------------- */

enum kind {
	WORD,    /* uint8_t: the place among the words */
	FLAG,    /* bool */
	ITEMS,   /* uint32_t, from 1; "max" */
	BYTES,   /* uint32_t */
	SECONDS, /* uint32_t; "max" is 0 */
	TEXT,    /* struct str of the texts, of at most `max` bytes */
	GROUPS,  /* struct str of the texts, each followed by a NUL byte */
	FIXED,   /* only this word may be asked for */
};

struct field {
	unsigned tag; /* in the store, never used for anything else; 0: not kept */
	enum kind kind;
	struct str var;
	size_t offset;
	const char *words; /* WORD: separated by spaces; FIXED: the only one */
	uint32_t max;
	bool is_meta; /* shown to who finds the node */
	struct str label;
};

#define AT(member) offsetof(struct node_config, member)
#define OF_TEXTS(member) offsetof(struct node_texts, member)
#define PUBSUB(name) S("pubsub#" name)

/* The models of access, whose words depend on the place. */
enum { ACCESS_TAG = 1 };

static const struct field fields[] = {
	{ 16, TEXT, PUBSUB("title"), OF_TEXTS(title), NULL, NODE_TITLE_MAX, true,
	    S("A name for the node") },
	{ 17, TEXT, PUBSUB("description"), OF_TEXTS(description), NULL, NODE_DESCRIPTION_MAX,
	    true, S("What the node is about") },
	{ 18, TEXT, PUBSUB("type"), OF_TEXTS(payload_type), NULL, NODE_TITLE_MAX, true,
	    S("The namespace of what is published") },
	{ 19, TEXT, PUBSUB("language"), OF_TEXTS(language), NULL, NODE_LANGUAGE_MAX, true,
	    S("The language of what is published") },
	{ ACCESS_TAG, WORD, PUBSUB("access_model"), AT(access),
	    "open presence roster authorize whitelist", 0, true,
	    S("Who may subscribe and retrieve items") },
	{ 20, GROUPS, PUBSUB("roster_groups_allowed"), OF_TEXTS(groups), NULL, NODE_TITLE_MAX,
	    false, S("Groups of the roster that may subscribe and retrieve items") },
	{ 2, WORD, PUBSUB("publish_model"), AT(publish), "publishers subscribers open", 0, true,
	    S("Who may publish") },
	{ 3, ITEMS, PUBSUB("max_items"), AT(max_items), NULL, NODE_ITEMS_MAX, true,
	    S("How many items are kept") },
	{ 4, SECONDS, PUBSUB("item_expire"), AT(expire_s), NULL, UINT32_MAX, false,
	    S("Seconds after which an item goes") },
	{ 5, BYTES, PUBSUB("max_payload_size"), AT(max_payload), NULL, UINT32_MAX, false,
	    S("Bytes of an item; 0: as many as anywhere here") },
	{ 6, WORD, PUBSUB("publish_node_full"), AT(full),
	    "retract-oldest discard-oldest reject", 0, false,
	    S("What happens when an item is too many") },
	{ 7, FLAG, PUBSUB("persist_items"), AT(persist), NULL, 0, false,
	    S("Whether items are kept") },
	{ 8, WORD, PUBSUB("send_last_published_item"), AT(send_last),
	    "never on_sub on_sub_and_presence", 0, false, S("When the last item is sent") },
	{ 9, FLAG, PUBSUB("deliver_notifications"), AT(deliver), NULL, 0, false,
	    S("Whether subscribers are notified") },
	{ 10, FLAG, PUBSUB("deliver_payloads"), AT(deliver_payloads), NULL, 0, false,
	    S("Whether notifications have what was published in them") },
	{ 11, WORD, PUBSUB("notification_type"), AT(type), "headline normal", 0, false,
	    S("Type of the messages that notify") },
	{ 12, FLAG, PUBSUB("notify_config"), AT(notify_config), NULL, 0, false,
	    S("Whether subscribers hear of a changed configuration") },
	{ 13, FLAG, PUBSUB("notify_delete"), AT(notify_delete), NULL, 0, false,
	    S("Whether subscribers hear that the node is deleted") },
	{ 14, FLAG, PUBSUB("notify_retract"), AT(notify_retract), NULL, 0, false,
	    S("Whether subscribers hear that an item is removed") },
	{ 15, FLAG, PUBSUB("notify_sub"), AT(notify_sub), NULL, 0, false,
	    S("Whether owners hear of new subscribers, and of those who leave") },
	{ 21, FLAG, PUBSUB("subscribe"), AT(subscribe), NULL, 0, false,
	    S("Whether anybody may subscribe") },
	{ 22, WORD, PUBSUB("itemreply"), AT(item_reply), "none owner publisher", 0, false,
	    S("Whose address is shown with an item") },
	{ 0, FIXED, PUBSUB("node_type"), 0, "leaf", 0, false, S("What the node has in it") },
	{ 0, FIXED, PUBSUB("purge_offline"), 0, "0", 0, false, { 0 } },
	{ 0, FIXED, PUBSUB("presence_based_delivery"), 0, "0", 0, false, { 0 } },
	{ 0, FIXED, PUBSUB("tempsub"), 0, "0", 0, false, { 0 } },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

#define EACH_FIELD(f) (const struct field *f = fields; f < fields + FIELDS; f++)

static const void *
member(const struct node_config *conf, const struct field *f)
{
	return (const char *)conf + f->offset;
}

static void *
member_of(struct node_config *conf, const struct field *f)
{
	return (char *)conf + f->offset;
}

/* All as a number, but texts. */
static uint32_t
number(const struct node_config *conf, const struct field *f)
{
	switch (f->kind) {
	case WORD:
		return *(const uint8_t *)member(conf, f);
	case FLAG:
		return *(const bool *)member(conf, f);
	case ITEMS:
	case BYTES:
	case SECONDS:
		return *(const uint32_t *)member(conf, f);
	default:
		return 0;
	}
}

static bool
is_text(const struct field *f)
{
	return f->kind == TEXT || f->kind == GROUPS;
}

static struct str
text(const struct node_config *conf, const struct field *f)
{
	return is_text(f) && conf->texts
		   ? *(const struct str *)(const void *)((const char *)conf->texts + f->offset)
		   : (struct str){ 0 };
}

static void
set_number(struct node_config *conf, const struct field *f, uint32_t value)
{
	if (f->kind == WORD)
		*(uint8_t *)member_of(conf, f) = (uint8_t)value;
	else if (f->kind == FLAG)
		*(bool *)member_of(conf, f) = value;
	else
		*(uint32_t *)member_of(conf, f) = value;
}

static void
put_text(struct node_texts *texts, const struct field *f, struct str value)
{
	*(struct str *)(void *)((char *)texts + f->offset) = value;
}

/* One text changes; those that the configuration had may be others' as well. */
static void
set_text(struct node_config *conf, const struct field *f, struct str value, struct arena *a)
{
	struct node_texts *texts = arena_alloc(a, sizeof(*texts));

	*texts = conf->texts ? *conf->texts : (struct node_texts){ 0 };
	put_text(texts, f, value);
	conf->texts = texts;
}

static struct str
word(const struct field *f, uint32_t n)
{
	struct str rest = str_from_c(f->words), piece = { 0 };

	for (uint32_t i = 0; i <= n; i++)
		if (!str_split(&rest, ' ', &piece))
			return (struct str){ 0 };
	return piece;
}

static uint32_t
words(const struct field *f)
{
	uint32_t n = 0;

	while (word(f, n).len)
		n++;
	return n;
}

/* --- presets -------------------------------------------------------------------------- */

struct node_config
node_config_of_account(void)
{
	return (struct node_config){
		.access = ACCESS_PRESENCE,
		.send_last = SEND_LAST_ON_PRESENCE,
		.max_items = 1,
		.persist = true,
		.deliver = true,
		.deliver_payloads = true,
		.subscribe = true,
		.notify_delete = true,
	};
}

struct node_config
node_config_of_private(void)
{
	struct node_config conf = node_config_of_account();

	conf.access = ACCESS_WHITELIST;
	conf.send_last = SEND_LAST_NEVER;
	conf.max_items = NODE_ITEMS_MAX;
	return conf;
}

struct node_config
node_config_of_service(void)
{
	struct node_config conf = node_config_of_account();

	conf.access = ACCESS_OPEN;
	conf.send_last = SEND_LAST_ON_SUB;
	conf.max_items = NODE_ITEMS_OF_SERVICE;
	conf.item_reply = ITEM_REPLY_PUBLISHER;
	conf.notify_retract = true;
	return conf;
}

/* --- reading a form ------------------------------------------------------------------- */

static enum status
read_word(const struct form *form, const struct field *f, struct node_config *conf)
{
	struct str value = form_value(form, f->var);

	for (uint32_t i = 0; i < words(f); i++) {
		if (str_eq(value, word(f, i))) {
			set_number(conf, f, i);
			return OK;
		}
	}
	return E_UNSUPPORTED;
}

static enum status
read_flag(const struct form *form, const struct field *f, struct node_config *conf)
{
	bool yes;

	if (form_bool(form, f->var, &yes) != OK)
		return E_INVALID;
	set_number(conf, f, yes);
	return OK;
}

/* Too much is not offered, as is none of what there must be one of. */
static enum status
read_number(const struct form *form, const struct field *f, struct node_config *conf)
{
	struct str value = str_trim(form_value(form, f->var));
	uint64_t n = f->kind == ITEMS ? f->max : 0;
	enum status s;

	if ((f->kind == BYTES || !str_eq(value, S("max"))) &&
	    (s = form_u64(form, f->var, UINT32_MAX, &n)) != OK)
		return s == E_LIMIT ? E_UNSUPPORTED : E_INVALID;
	if (n > f->max || (f->kind == ITEMS && n == 0))
		return E_UNSUPPORTED;
	set_number(conf, f, (uint32_t)n);
	return OK;
}

static enum status
read_text(
    const struct form *form, const struct field *f, struct arena *a, struct node_config *conf)
{
	struct str value = form_value(form, f->var);

	if (value.len > f->max)
		return E_UNSUPPORTED;
	set_text(conf, f, str_copy(a, value), a);
	return OK;
}

static enum status
read_groups(
    const struct form *form, const struct field *f, struct arena *a, struct node_config *conf)
{
	const struct form_field *in = form_field(form, f->var);
	size_t len = 0;
	char *at;

	if (in->count > NODE_GROUPS_MAX)
		return E_UNSUPPORTED;
	for (size_t i = 0; i < in->count; i++) {
		if (in->values[i].len > f->max)
			return E_UNSUPPORTED;
		len += in->values[i].len + 1;
	}
	at = arena_alloc(a, len);
	set_text(conf, f, str_of(at, len), a);
	for (size_t i = 0; i < in->count; i++) {
		at = pack_bytes(at, in->values[i]);
		*at++ = 0;
	}
	return OK;
}

static enum status
read_fixed(const struct form *form, const struct field *f)
{
	bool yes = true;

	if (str_eq(form_value(form, f->var), str_from_c(f->words)))
		return OK;
	return form_bool(form, f->var, &yes) == OK && !yes &&
		       str_eq(str_from_c(f->words), S("0"))
		   ? OK
		   : E_UNSUPPORTED;
}

static enum status
read_field(
    const struct form *form, const struct field *f, struct arena *a, struct node_config *conf)
{
	switch (f->kind) {
	case WORD:
		return read_word(form, f, conf);
	case FLAG:
		return read_flag(form, f, conf);
	case ITEMS:
	case BYTES:
	case SECONDS:
		return read_number(form, f, conf);
	case TEXT:
		return read_text(form, f, a, conf);
	case GROUPS:
		return read_groups(form, f, a, conf);
	case FIXED:
		return read_fixed(form, f);
	}
	return E_UNSUPPORTED;
}

static const struct field *
field_of(struct str var)
{
	for
		EACH_FIELD(f)
	if (str_eq(f->var, var))
		return f;
	return NULL;
}

enum status
node_config_read(const struct form *f, struct str form_type,
    enum node_config_strictness strictness, struct arena *a, struct node_config *conf)
{
	struct node_config read = *conf;
	enum status s;

	if (f->kind != FORM_SUBMIT || !str_eq(f->form_type, form_type))
		return E_INVALID;
	for (size_t i = 0; i < f->count; i++) {
		const struct field *known = field_of(f->fields[i].var);

		if (!known && strictness == NODE_CONFIG_LENIENT)
			continue;
		if (!known)
			return E_UNSUPPORTED;
		if ((s = read_field(f, known, a, &read)) != OK)
			return s;
	}
	*conf = read;
	return OK;
}

bool
node_config_eq(const struct node_config *a, const struct node_config *b)
{
	for
		EACH_FIELD(f)
	if (number(a, f) != number(b, f) || !str_eq(text(a, f), text(b, f)))
		return false;
	return true;
}

/* --- writing a form ------------------------------------------------------------------- */

static struct str *
one_value(struct arena *a, struct str value)
{
	struct str *v = arena_alloc(a, sizeof(*v));

	*v = value;
	return v;
}

static struct str
value_of(const struct node_config *conf, const struct field *f, struct arena *a)
{
	switch (f->kind) {
	case WORD:
		return word(f, number(conf, f));
	case FLAG:
		return number(conf, f) ? S("1") : S("0");
	case TEXT:
		return text(conf, f);
	case FIXED:
		return str_from_c(f->words);
	case SECONDS:
		if (number(conf, f) == 0)
			return S("max");
		break;
	default:
		break;
	}
	return str_format(a, "%u", number(conf, f));
}

static void
put_groups(struct form_field *out, const struct node_config *conf, struct arena *a)
{
	struct str rest = node_config_groups(conf), piece;
	struct str *values = arena_alloc(a, (NODE_GROUPS_MAX + 1) * sizeof(*values));

	out->values = values;
	while (rest.len && str_split(&rest, 0, &piece))
		values[out->count++] = piece;
}

static void
put_options(struct form_field *out, const struct field *f, struct arena *a, unsigned offered)
{
	uint32_t n = words(f);
	struct form_option *options = arena_zalloc(a, n * sizeof(*options));

	out->options = options;
	for (uint32_t i = 0; i < n; i++)
		if (offered & 1U << i)
			options[out->option_count++].value = word(f, i);
}

static void
put_field(struct form_field *out, const struct field *f, const struct node_config *conf,
    struct arena *a)
{
	static const enum field_type types[] = {
		[WORD] = FIELD_LIST_SINGLE,
		[FLAG] = FIELD_BOOLEAN,
		[GROUPS] = FIELD_LIST_MULTI,
		[FIXED] = FIELD_TEXT_SINGLE,
	};

	*out = (struct form_field){ .var = f->var, .type = types[f->kind], .label = f->label };
	if (f->kind == GROUPS) {
		put_groups(out, conf, a);
		return;
	}
	out->values = one_value(a, value_of(conf, f, a));
	out->count = 1;
}

void
node_config_write(struct xml_writer *w, struct arena *a, enum form_kind kind, unsigned accesses,
    const struct node_config *conf)
{
	struct form_field out[FIELDS];
	size_t n = 0;

	for
		EACH_FIELD(f)
		{
			if (!f->label.len)
				continue;
			put_field(&out[n], f, conf, a);
			if (f->kind == WORD && kind == FORM_FORM)
				put_options(
				    &out[n], f, a, f->tag == ACCESS_TAG ? accesses : ~0U);
			n++;
		}
	form_write(
	    w, &(struct form){
		   .kind = kind, .form_type = NS_NODE_CONFIG, .fields = out, .count = n });
}

size_t
node_config_meta(
    const struct node_config *conf, struct arena *a, struct form_field *out, size_t max)
{
	size_t n = 0;

	for
		EACH_FIELD(f)
		{
			if (!f->is_meta || (f->kind == TEXT && !text(conf, f).len) || n == max)
				continue;
			put_field(&out[n], f, conf, a);
			out[n++].label = (struct str){ 0 };
		}
	return n;
}

/* --- as bytes ------------------------------------------------------------------------- */

/* Each field as tag, length, value. */
enum { TAG_BYTES = 1, LENGTH_BYTES = 2, NUMBER_BYTES = 4 };

struct str
node_config_pack(const struct node_config *conf, struct arena *a)
{
	size_t room = 0;
	char *bytes, *at;

	for
		EACH_FIELD(f)
	room += TAG_BYTES + LENGTH_BYTES + NUMBER_BYTES + text(conf, f).len;
	bytes = at = arena_alloc(a, room);
	for
		EACH_FIELD(f)
		{
			struct str t = text(conf, f);

			if (f->tag == 0 || (number(conf, f) == 0 && t.len == 0))
				continue;
			at = pack_uint(at, f->tag, TAG_BYTES);
			at = pack_uint(at, is_text(f) ? t.len : NUMBER_BYTES, LENGTH_BYTES);
			at = is_text(f) ? pack_bytes(at, t)
					: pack_uint(at, number(conf, f), NUMBER_BYTES);
		}
	return str_of(bytes, (size_t)(at - bytes));
}

static enum status
unpack_field(
    struct node_config *conf, struct node_texts *texts, const struct field *f, struct str value)
{
	struct unpack u = { .rest = value };
	uint64_t n;

	if (is_text(f)) {
		put_text(texts, f, value);
		conf->texts = texts;
		return OK;
	}
	n = unpack_uint(&u, NUMBER_BYTES);
	if (!unpack_is_done(&u) || (f->kind == WORD && n >= words(f)) ||
	    (f->kind == FLAG && n > 1) || (f->kind == ITEMS && n > f->max))
		return E_INVALID;
	set_number(conf, f, (uint32_t)n);
	return OK;
}

static const struct field *
field_tagged(uint64_t tag)
{
	for
		EACH_FIELD(f)
	if (f->tag == tag)
		return f;
	return NULL;
}

enum status
node_config_unpack(struct str bytes, struct node_texts *texts, struct node_config *out)
{
	struct unpack u = { .rest = bytes };
	struct node_config conf = { 0 };

	*texts = (struct node_texts){ 0 };
	while (u.rest.len) {
		uint64_t tag = unpack_uint(&u, TAG_BYTES);
		size_t len = (size_t)unpack_uint(&u, LENGTH_BYTES);
		const struct field *f = tag ? field_tagged(tag) : NULL;

		if (u.failed || !f || u.rest.len < len ||
		    unpack_field(&conf, texts, f, str_slice(u.rest, 0, len)) != OK)
			return E_INVALID;
		u.rest = str_slice(u.rest, len, u.rest.len);
	}
	if (conf.max_items == 0)
		return E_INVALID;
	*out = conf;
	return OK;
}

void
node_config_own(struct node_config *conf)
{
	size_t len = 0;
	struct node_texts *texts;
	char *at;

	for
		EACH_FIELD(f)
	len += text(conf, f).len;
	if (len == 0) {
		conf->texts = NULL;
		return;
	}
	texts = mem_zalloc(sizeof(*texts) + len);
	at = (char *)(texts + 1);
	for
		EACH_FIELD(f)
	if (is_text(f))
		put_text(texts, f, str_place(&at, text(conf, f)));
	conf->texts = texts;
}

void
node_config_disown(struct node_config *conf)
{
	free((void *)(uintptr_t)conf->texts); /* its own */
	conf->texts = NULL;
}
