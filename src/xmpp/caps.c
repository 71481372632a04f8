/* SPDX-License-Identifier: MIT */
#include "xmpp/caps.h"

#include "base/encode.h"
#include "base/limits.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

struct identity {
	struct str category, type, lang, name;
};

/* What both versions cover, read once. */
struct info {
	struct identity *identities;
	struct str *features;
	struct form *forms;
	size_t identity_count, feature_count, form_count;
	bool has_others; /* elements that neither version covers */
};

/* "" instead of "no string". */
static struct str
attr(struct elem e, struct str name, struct arena *a)
{
	struct str value = S("");

	elem_attr(e, name, a, &value);
	return value;
}

static enum status
read_identity(struct arena *a, struct elem e, struct str lang, struct identity *out)
{
	*out = (struct identity){
		.category = attr(e, S("category"), a),
		.type = attr(e, S("type"), a),
		.lang = lang,
		.name = attr(e, S("name"), a),
	};
	elem_attr_ns(e, NS_XML, S("lang"), a, &out->lang);
	return out->category.len ? OK : E_INVALID;
}

static enum status
read_child(struct arena *a, struct elem e, struct str lang, struct info *in)
{
	enum status s = OK;

	if (elem_is(e, NS_DISCO_INFO, S("identity"))) {
		s = read_identity(a, e, lang, &in->identities[in->identity_count++]);
	} else if (elem_is(e, NS_DISCO_INFO, S("feature"))) {
		struct str *var = &in->features[in->feature_count++];

		*var = attr(e, S("var"), a);
		s = var->len ? OK : E_INVALID;
	} else if (elem_is(e, NS_FORM, S("x"))) {
		if (in->form_count == CAPS_FORMS_MAX)
			return E_LIMIT;
		s = form_read(a, e, &in->forms[in->form_count++]);
	} else {
		in->has_others = true;
	}
	return s;
}

static enum status
read_info(struct arena *a, struct elem info, struct str lang, struct info *out)
{
	struct info in = { 0 };
	enum status s;
	size_t room;

	if (!elem_exists(info) || !elem_is(info, NS_DISCO_INFO, S("query")))
		return E_INVALID;
	if ((room = elem_count(info)) > CAPS_PARTS_MAX)
		return E_LIMIT;
	in.identities = arena_alloc(a, room * sizeof(*in.identities));
	in.features = arena_alloc(a, room * sizeof(*in.features));
	in.forms = arena_alloc(a, CAPS_FORMS_MAX * sizeof(*in.forms));
	for (struct elem e = elem_first(info); elem_exists(e); e = elem_next(e))
		if ((s = read_child(a, e, lang, &in)) != OK)
			return s;
	*out = in;
	return OK;
}

static int
by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static void
sort(struct str *items, size_t count)
{
	if (count)
		qsort(items, count, sizeof(*items), by_bytes);
}

/* One after another, and then `end`. */
static struct str
join(struct arena *a, const struct str *items, size_t count, struct str end)
{
	size_t len = end.len;
	char *text, *at;

	for (size_t i = 0; i < count; i++)
		len += items[i].len;
	text = at = arena_alloc(a, len);
	for (size_t i = 0; i < count; i++) {
		if (items[i].len)
			memcpy(at, items[i].at, items[i].len);
		at += items[i].len;
	}
	memcpy(at, end.at, end.len);
	return str_of(text, len);
}

static struct str
join_sorted(struct arena *a, struct str *items, size_t count, struct str end)
{
	sort(items, count);
	return join(a, items, count, end);
}

/* --- XEP-0115 ------------------------------------------------------------------------- */

/* Followed by "<"; any other stays escaped, or it could pass for the end of a part. */
static struct str
part(struct arena *a, struct str text)
{
	size_t escapes = 0;
	char *out, *at;

	for (size_t i = 0; i < text.len; i++)
		escapes += text.at[i] == '<';
	out = at = arena_alloc(a, text.len + 3 * escapes + 1);
	for (size_t i = 0; i < text.len; i++) {
		if (text.at[i] == '<') {
			memcpy(at, "&lt;", 4);
			at += 4;
		} else {
			*at++ = text.at[i];
		}
	}
	*at++ = '<';
	return str_of(out, (size_t)(at - out));
}

static int
by_category_type_lang_name(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;
	int order;

	if ((order = str_cmp(x->category, y->category)) != 0 ||
	    (order = str_cmp(x->type, y->type)) != 0 ||
	    (order = str_cmp(x->lang, y->lang)) != 0)
		return order;
	return str_cmp(x->name, y->name);
}

static enum status
identities_part(struct arena *a, const struct info *in, struct str *out)
{
	struct str *parts = arena_alloc(a, in->identity_count * sizeof(*parts));

	if (in->identity_count)
		qsort(in->identities, in->identity_count, sizeof(*in->identities),
		    by_category_type_lang_name);
	for (size_t i = 0; i < in->identity_count; i++) {
		const struct identity *id = &in->identities[i];

		if (i && by_category_type_lang_name(id - 1, id) == 0)
			return E_INVALID;
		parts[i] =
		    part(a, str_format(a, "%.*s/%.*s/%.*s/%.*s", STR_ARG(id->category),
				STR_ARG(id->type), STR_ARG(id->lang), STR_ARG(id->name)));
	}
	*out = join(a, parts, in->identity_count, S(""));
	return OK;
}

static enum status
features_part(struct arena *a, const struct info *in, struct str *out)
{
	struct str *parts = arena_alloc(a, in->feature_count * sizeof(*parts));

	sort(in->features, in->feature_count);
	for (size_t i = 0; i < in->feature_count; i++) {
		if (i && str_eq(in->features[i - 1], in->features[i]))
			return E_INVALID;
		parts[i] = part(a, in->features[i]);
	}
	*out = join(a, parts, in->feature_count, S(""));
	return OK;
}

static int
by_var(const void *a, const void *b)
{
	const struct form_field *x = a, *y = b;

	return str_cmp(x->var, y->var);
}

static struct str
field_part(struct arena *a, const struct form_field *f)
{
	struct str *parts = arena_alloc(a, (1 + f->count) * sizeof(*parts));

	parts[0] = part(a, f->var);
	memcpy(parts + 1, f->values, f->count * sizeof(*parts));
	sort(parts + 1, f->count);
	for (size_t i = 1; i <= f->count; i++)
		parts[i] = part(a, parts[i]);
	return join(a, parts, 1 + f->count, S(""));
}

static struct str
form_part(struct arena *a, const struct form *f)
{
	struct form_field *fields = arena_alloc(a, f->count * sizeof(*fields));
	struct str *parts = arena_alloc(a, (1 + f->count) * sizeof(*parts));

	memcpy(fields, f->fields, f->count * sizeof(*fields));
	if (f->count)
		qsort(fields, f->count, sizeof(*fields), by_var);
	parts[0] = part(a, f->form_type);
	for (size_t i = 0; i < f->count; i++)
		parts[1 + i] = field_part(a, &fields[i]);
	return join(a, parts, 1 + f->count, S(""));
}

static int
by_form_type(const void *a, const void *b)
{
	const struct form *x = a, *y = b;

	return str_cmp(x->form_type, y->form_type);
}

/* Several values of a hidden FORM_TYPE that differ (section 5.4, rule 3.5). */
static bool
has_several_types(const struct form *f)
{
	const struct form_field *type = form_field(f, S("FORM_TYPE"));

	if (!type || type->type != FIELD_HIDDEN)
		return false;
	for (size_t i = 1; i < type->count; i++)
		if (!str_eq(type->values[0], type->values[i]))
			return true;
	return false;
}

/* Forms without a type are passed over (section 5.4, rule 3.6). */
static enum status
forms_part(struct arena *a, const struct info *in, struct str *out)
{
	struct str *parts = arena_alloc(a, in->form_count * sizeof(*parts));
	size_t n = 0;

	if (in->form_count)
		qsort(in->forms, in->form_count, sizeof(*in->forms), by_form_type);
	for (size_t i = 0; i < in->form_count; i++) {
		const struct form *f = &in->forms[i];

		if (has_several_types(f))
			return E_INVALID;
		if (!f->form_type.at)
			continue;
		if (i && f[-1].form_type.at && str_eq(f[-1].form_type, f->form_type))
			return E_INVALID;
		parts[n++] = form_part(a, f);
	}
	*out = join(a, parts, n, S(""));
	return OK;
}

enum status
caps_input(struct arena *a, struct elem info, struct str *out)
{
	struct str parts[3];
	struct info in;
	enum status s;

	if ((s = read_info(a, info, S(""), &in)) != OK ||
	    (s = identities_part(a, &in, &parts[0])) != OK ||
	    (s = features_part(a, &in, &parts[1])) != OK ||
	    (s = forms_part(a, &in, &parts[2])) != OK)
		return s;
	*out = join(a, parts, 3, S(""));
	return OK;
}

/* --- XEP-0390 ------------------------------------------------------------------------- */

/* Separators, from the outermost to the innermost. */
#define AFTER_SECTION S("\x1c")
#define AFTER_FORM S("\x1d")
#define AFTER_FIELD S("\x1e") /* and after an identity */
#define AFTER_TEXT S("\x1f")

static struct str
text2(struct arena *a, struct str text)
{
	return join(a, &text, 1, AFTER_TEXT);
}

static struct str
features2(struct arena *a, const struct info *in)
{
	struct str *parts = arena_alloc(a, in->feature_count * sizeof(*parts));

	for (size_t i = 0; i < in->feature_count; i++)
		parts[i] = text2(a, in->features[i]);
	return join_sorted(a, parts, in->feature_count, AFTER_SECTION);
}

static struct str
identities2(struct arena *a, const struct info *in)
{
	struct str *parts = arena_alloc(a, in->identity_count * sizeof(*parts));

	for (size_t i = 0; i < in->identity_count; i++) {
		const struct identity *id = &in->identities[i];
		struct str four[] = { text2(a, id->category), text2(a, id->type),
			text2(a, id->lang), text2(a, id->name) };

		parts[i] = join(a, four, 4, AFTER_FIELD);
	}
	return join_sorted(a, parts, in->identity_count, AFTER_SECTION);
}

static struct str
field2(struct arena *a, struct str var, const struct str *values, size_t count)
{
	struct str *parts = arena_alloc(a, count * sizeof(*parts));
	struct str both[2] = { text2(a, var) };

	for (size_t i = 0; i < count; i++)
		parts[i] = text2(a, values[i]);
	both[1] = join_sorted(a, parts, count, S(""));
	return join(a, both, 2, AFTER_FIELD);
}

static struct str
form2(struct arena *a, const struct form *f)
{
	struct str *parts = arena_alloc(a, (1 + f->count) * sizeof(*parts));

	parts[0] = field2(a, S("FORM_TYPE"), &f->form_type, 1);
	for (size_t i = 0; i < f->count; i++)
		parts[1 + i] =
		    field2(a, f->fields[i].var, f->fields[i].values, f->fields[i].count);
	return join_sorted(a, parts, 1 + f->count, AFTER_FORM);
}

enum status
caps2_input(struct arena *a, struct elem info, struct str lang, struct str *out)
{
	struct str parts[3], *forms;
	struct info in;
	enum status s;

	if (elem_exists(info))
		elem_attr_ns(info, NS_XML, S("lang"), a, &lang);
	if ((s = read_info(a, info, lang, &in)) != OK)
		return s;
	if (in.has_others)
		return E_INVALID;
	forms = arena_alloc(a, in.form_count * sizeof(*forms));
	for (size_t i = 0; i < in.form_count; i++) {
		if (!in.forms[i].form_type.at || in.forms[i].is_table)
			return E_INVALID;
		forms[i] = form2(a, &in.forms[i]);
	}
	parts[0] = features2(a, &in);
	parts[1] = identities2(a, &in);
	parts[2] = join_sorted(a, forms, in.form_count, AFTER_SECTION);
	*out = join(a, parts, 3, S(""));
	return OK;
}

/* --- both ----------------------------------------------------------------------------- */

struct str
caps_hash(struct arena *a, enum hash kind, struct str input)
{
	char hash[HASH_MAX];

	hash_of(kind, input, hash);
	return base64_encode(a, str_of(hash, hash_size(kind)));
}

static const char *const names[HASHES] = {
	[HASH_SHA1] = "sha-1",
	[HASH_SHA256] = "sha-256",
	[HASH_SHA512] = "sha-512",
};

struct str
caps_hash_name(enum hash kind)
{
	return str_from_c(names[kind]);
}

bool
caps_hash_named(struct str name, enum hash *out)
{
	for (enum hash kind = 0; kind < HASHES; kind++) {
		if (str_eq(name, caps_hash_name(kind))) {
			*out = kind;
			return true;
		}
	}
	return false;
}

#define NODE_PREFIX S("urn:xmpp:caps#")

struct str
caps2_node(struct arena *a, enum hash kind, struct str hash)
{
	return str_format(a, "%.*s%s.%.*s", STR_ARG(NODE_PREFIX), names[kind], STR_ARG(hash));
}

enum status
caps2_node_split(struct str node, enum hash *kind, struct str *hash)
{
	struct str name;
	enum hash found;

	if (!str_starts(node, NODE_PREFIX))
		return E_INVALID;
	node = str_slice(node, NODE_PREFIX.len, node.len);
	/* Base64 has no full stop, so the last is the only one that can separate. */
	for (size_t at = node.len; at > 0; at--) {
		if (node.at[at - 1] != '.')
			continue;
		name = str_slice(node, 0, at - 1);
		if (!caps_hash_named(name, &found))
			return E_UNSUPPORTED;
		*kind = found;
		*hash = str_slice(node, at, node.len);
		return OK;
	}
	return E_INVALID;
}
