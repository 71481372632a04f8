/* SPDX-License-Identifier: MIT */
#include "modules/muc/config_form.h"

#include "base/limits.h"
#include "xmpp/ns.h"

/* --- the fields ------------------------------------------------------------------------- */

enum sort {
	TEXT,   /* struct str; at most `max` bytes */
	LINES,  /* struct str: addresses, one a line; at most `max` of them */
	FLAG,   /* bool */
	NUMBER, /* uint32_t, up to max */
	MANY,   /* uint32_t: a number that is offered, or another; "none" is 0 */
	ROLES,  /* uint8_t: a set of roles */
	ONE_OF, /* uint8_t or bool: the value of one of `choices` */
};

struct choice {
	struct str word;
	uint8_t value;
	const char *label;
};

struct choices {
	const struct choice *at;
	size_t count;
};

static const struct choice writers[] = {
	{ S("anyone"), ROLES_ALL, "Anyone" },
	{ S("participants"), ROLE_BIT(ROOM_PARTICIPANT) | ROLE_BIT(ROOM_MODERATOR),
	    "Anyone with voice" },
	{ S("moderators"), ROLE_BIT(ROOM_MODERATOR), "Moderators only" },
	{ S("none"), 0, "Nobody" },
};

static const struct choice whois[] = {
	{ S("moderators"), true, "Moderators only" },
	{ S("anyone"), false, "Anyone" },
};

/* In the order in which the table is written. NOLINTNEXTLINE(*Padding) */
static const struct field {
	struct str var;
	const char *label;
	enum sort sort;
	size_t at; /* in struct room_conf */
	uint32_t max;
	struct choices choices;
} fields[] = {
	{ S("muc#roomconfig_roomname"), "Name", TEXT, FIELD(room_conf, name), ROOM_NAME_MAX },
	{ S("muc#roomconfig_roomdesc"), "Description", TEXT, FIELD(room_conf, description),
	    ROOM_DESCRIPTION_MAX },
	{ S("muc#roomconfig_lang"), "Language", TEXT, FIELD(room_conf, language), 64 },
	{ S("muc#roomconfig_pubsub"), "Node that belongs to the room (XMPP URI)", TEXT,
	    FIELD(room_conf, pubsub), ROOM_DESCRIPTION_MAX },
	{ S("muc#roominfo_contactjid"), "Whom to write to about the room", LINES,
	    FIELD(room_conf, contacts), ROOM_CONTACTS_MAX },
	{ S("muc#roomconfig_persistentroom"), "Stays when everybody has left", FLAG,
	    FIELD(room_conf, persistent) },
	{ S("muc#roomconfig_publicroom"), "Is listed", FLAG, FIELD(room_conf, is_public) },
	{ S("muc#roomconfig_membersonly"), "Only members may enter", FLAG,
	    FIELD(room_conf, members_only) },
	{ S("muc#roomconfig_moderatedroom"), "Who is not affiliated needs voice to speak", FLAG,
	    FIELD(room_conf, moderated) },
	{ S("muc#roomconfig_whois"), "Who may see addresses", ONE_OF,
	    FIELD(room_conf, anonymous), .choices = TABLE(whois) },
	{ S("muc#roomconfig_changesubject"), "Participants may change the subject", FLAG,
	    FIELD(room_conf, occupants_may_set_subject) },
	{ S("muc#roomconfig_allowinvites"), "Members may invite others", FLAG,
	    FIELD(room_conf, members_may_invite) },
	{ S("x-roomconfig_members_may_register"), "Anyone may become a member by registering",
	    FLAG, FIELD(room_conf, members_may_register) },
	{ S("x-roomconfig_members_may_ask"), "Anyone may ask administrators to become a member",
	    FLAG, FIELD(room_conf, members_may_ask) },
	{ S("muc#roomconfig_allowpm"), "Who may send private messages", ONE_OF,
	    FIELD(room_conf, private_messages), .choices = TABLE(writers) },
	{ S("muc#roomconfig_allowvoicerequests"), "Visitors may ask for voice", FLAG,
	    FIELD(room_conf, visitors_may_ask_for_voice) },
	{ S("muc#roomconfig_allowvisitornickchange"), "Visitors may change their nicknames",
	    FLAG, FIELD(room_conf, visitors_may_change_nick) },
	{ S("muc#roomconfig_presencebroadcast"), "Roles whose presence is shown to others",
	    ROLES, FIELD(room_conf, broadcast) },
	{ S("muc#roomconfig_getmemberlist"), "Roles that may retrieve the list of members",
	    ROLES, FIELD(room_conf, may_get_members) },
	{ S("muc#roomconfig_maxusers"), "Occupants at most", MANY,
	    FIELD(room_conf, max_occupants), 1000000 },
	{ S("muc#maxhistoryfetch"), "Messages shown to who enters at most", NUMBER,
	    FIELD(room_conf, history), HISTORY_MAX },
	{ S("muc#roomconfig_slow_mode_duration"),
	    "Seconds between two messages of a participant; 0: any", NUMBER,
	    FIELD(room_conf, slow_mode_s), ROOM_SLOW_MAX_S },
	{ S("muc#roomconfig_enablearchiving"), "Messages are archived", FLAG,
	    FIELD(room_conf, archived) },
};

enum { FIELDS = sizeof(fields) / sizeof(fields[0]) };

#define LOGGING S("muc#roomconfig_enablelogging")
#define ARCHIVING S("muc#roomconfig_enablearchiving")
#define PROTECTED S("muc#roomconfig_passwordprotectedroom")
#define SECRET_FIELD S("muc#roomconfig_roomsecret")
#define ADMINS S("muc#roomconfig_roomadmins")
#define OWNERS S("muc#roomconfig_roomowners")

static void *
place_in(struct room_conf *conf, const struct field *f)
{
	return (char *)conf + f->at;
}

static const void *
value_in(const struct room_conf *conf, const struct field *f)
{
	return (const char *)conf + f->at;
}

/* --- writing ---------------------------------------------------------------------------- */

static const struct form_option role_options[] = {
	{ S("Moderators"), S("moderator") },
	{ S("Participants"), S("participant") },
	{ S("Visitors"), S("visitor") },
};

enum { ROLE_OPTIONS = sizeof(role_options) / sizeof(role_options[0]) };

static const struct form_option sizes[] = {
	{ S("10"), S("10") },
	{ S("20"), S("20") },
	{ S("50"), S("50") },
	{ S("100"), S("100") },
	{ S("500"), S("500") },
	{ S("1000"), S("1000") },
	{ S("10000"), S("10000") },
	{ S("None"), S("none") },
};

enum { SIZES = sizeof(sizes) / sizeof(sizes[0]) };

static struct str *
one_value(struct arena *a, struct form_field *out, struct str value)
{
	struct str *values = arena_alloc(a, sizeof(*values));

	*values = value;
	out->values = values;
	out->count = 1;
	return values;
}

static void
write_lines(struct arena *a, struct form_field *out, struct str lines)
{
	struct str *values = arena_alloc(a, ROOM_CONTACTS_MAX * sizeof(*values));

	out->type = FIELD_JID_MULTI;
	out->values = values;
	for (struct str line; out->count < ROOM_CONTACTS_MAX && str_split(&lines, '\n', &line);)
		if (line.len)
			values[out->count++] = line;
}

static void
write_roles(struct arena *a, struct form_field *out, uint8_t set)
{
	struct str *values = arena_alloc(a, ROLE_OPTIONS * sizeof(*values));

	out->type = FIELD_LIST_MULTI;
	out->options = role_options;
	out->option_count = ROLE_OPTIONS;
	out->values = values;
	for (enum room_role role = ROOM_MODERATOR; role >= ROOM_VISITOR; role--)
		if (set & ROLE_BIT(role))
			values[out->count++] = room_role_name(role);
}

static void
write_choice(struct arena *a, struct form_field *out, struct choices choices, uint8_t value)
{
	struct form_option *options = arena_alloc(a, choices.count * sizeof(*options));

	out->type = FIELD_LIST_SINGLE;
	out->options = options;
	out->option_count = choices.count;
	for (size_t i = 0; i < choices.count; i++) {
		options[i] =
		    (struct form_option){ str_from_c(choices.at[i].label), choices.at[i].word };
		if (choices.at[i].value == value)
			one_value(a, out, choices.at[i].word);
	}
}

/* What it is now is offered as well. */
static void
write_many(struct arena *a, struct form_field *out, uint32_t value)
{
	struct form_option *options = arena_alloc(a, (SIZES + 1) * sizeof(*options));
	struct str text = value ? str_format(a, "%u", (unsigned)value) : S("none");
	bool offered = false;

	for (size_t i = 0; i < SIZES; i++) {
		options[i + 1] = sizes[i];
		offered |= str_eq(sizes[i].value, text);
	}
	options[0] = (struct form_option){ text, text };
	out->type = FIELD_LIST_SINGLE;
	out->options = offered ? options + 1 : options;
	out->option_count = offered ? SIZES : SIZES + 1;
	one_value(a, out, text);
}

static void
write_number(struct arena *a, struct form_field *out, uint32_t value, uint32_t max)
{
	out->datatype = S("xs:integer");
	out->min = S("0");
	out->max = str_format(a, "%u", (unsigned)max);
	one_value(a, out, str_format(a, "%u", (unsigned)value));
}

static struct form_field
describe(struct arena *a, const struct field *f, const struct room_conf *conf)
{
	const void *value = value_in(conf, f);
	struct form_field out = { .var = f->var, .label = str_from_c(f->label) };

	switch (f->sort) {
	case TEXT:
		if (((const struct str *)value)->len)
			one_value(a, &out, *(const struct str *)value);
		break;
	case LINES:
		write_lines(a, &out, *(const struct str *)value);
		break;
	case FLAG:
		out.type = FIELD_BOOLEAN;
		one_value(a, &out, *(const bool *)value ? S("1") : S("0"));
		break;
	case NUMBER:
		write_number(a, &out, *(const uint32_t *)value, f->max);
		break;
	case MANY:
		write_many(a, &out, *(const uint32_t *)value);
		break;
	case ROLES:
		write_roles(a, &out, *(const uint8_t *)value);
		break;
	case ONE_OF:
		write_choice(a, &out, f->choices, *(const uint8_t *)value);
		break;
	}
	return out;
}

static void
describe_password(struct arena *a, const struct room_conf *conf, struct form_field *out)
{
	out[0] = (struct form_field){ .var = PROTECTED,
		.type = FIELD_BOOLEAN,
		.label = S("A password is needed to enter") };
	one_value(a, &out[0], conf->password.len ? S("1") : S("0"));
	out[1] = (struct form_field){
		.var = SECRET_FIELD, .type = FIELD_TEXT_PRIVATE, .label = S("Password")
	};
	if (conf->password.len)
		one_value(a, &out[1], conf->password);
}

static void
describe_list(struct arena *a, const struct affiliations *all, enum room_affiliation which,
    struct form_field *out)
{
	size_t count = affiliations_count(all, which);
	struct str *values = arena_alloc(a, count * sizeof(*values));
	struct affiliated e;

	*out = (struct form_field){
		.var = which == ROOM_OWNER ? OWNERS : ADMINS,
		.type = FIELD_JID_MULTI,
		.label = which == ROOM_OWNER ? S("Owners") : S("Administrators"),
		.values = values,
	};
	for (size_t i = 0; out->count < count && affiliations_at(all, i, &e); i++)
		if (e.affiliation == which)
			values[out->count++] = jid_full(e.jid);
}

void
config_form_write(struct xml_writer *w, struct jid room, const struct room_conf *conf,
    const struct affiliations *a)
{
	struct form_field all[FIELDS + 4];
	size_t n = 0;

	for (; n < FIELDS; n++)
		all[n] = describe(w->arena, &fields[n], conf);
	describe_password(w->arena, conf, &all[n]);
	n += 2;
	if (affiliations_count(a, ROOM_ADMIN) + affiliations_count(a, ROOM_OWNER) <=
	    ROOM_FORM_LIST_MAX) {
		describe_list(w->arena, a, ROOM_ADMIN, &all[n++]);
		describe_list(w->arena, a, ROOM_OWNER, &all[n++]);
	}
	form_write(w,
	    &(struct form){
		.kind = FORM_FORM,
		.title = str_format(w->arena, "Configuration of %.*s", STR_ARG(jid_full(room))),
		.form_type = NS_MUC_CONFIG,
		.fields = all,
		.count = n,
	    });
}

/* --- reading ---------------------------------------------------------------------------- */

/* Each: OK, or what is wrong with the values. */

static enum status
read_text(const struct form_field *in, const struct field *f, struct str *out)
{
	struct str text = in->count ? str_trim(in->values[0]) : S("");

	if (in->count > 1 || text.len > f->max || str_find(text, '\n') < text.len)
		return E_UNSUPPORTED;
	*out = text;
	return OK;
}

static enum status
read_lines(struct arena *a, const struct form_field *in, const struct field *f, struct str *out)
{
	struct str lines = S("");
	struct jid j;

	if (in->count > f->max)
		return E_UNSUPPORTED;
	for (size_t i = 0; i < in->count; i++) {
		if (str_is_empty(str_trim(in->values[i])))
			continue;
		if (jid_parse(a, str_trim(in->values[i]), &j) != OK)
			return E_UNSUPPORTED;
		lines = str_format(a, "%.*s%s%.*s", STR_ARG(lines), lines.len ? "\n" : "",
		    STR_ARG(jid_full(j)));
	}
	*out = lines;
	return OK;
}

static enum status
read_number(const struct form *form, const struct field *f, uint32_t *out)
{
	uint64_t n;

	if (form_u64(form, f->var, f->max, &n) != OK)
		return E_UNSUPPORTED;
	*out = (uint32_t)n;
	return OK;
}

/* An empty one is another word for "none", as clients send it. */
static enum status
read_many(const struct form *form, const struct field *f, uint32_t *out)
{
	struct str text = str_trim(form_value(form, f->var));
	uint32_t n = 0;

	if (text.len && !str_eq(text, S("none")) && (read_number(form, f, &n) != OK || n == 0))
		return E_UNSUPPORTED;
	*out = n;
	return OK;
}

static enum status
read_roles(const struct form_field *in, uint8_t *out)
{
	enum room_role role;
	unsigned set = 0;

	for (size_t i = 0; i < in->count; i++) {
		if (!room_role_named(str_trim(in->values[i]), &role) || role == ROOM_ABSENT)
			return E_UNSUPPORTED;
		set |= ROLE_BIT(role);
	}
	*out = (uint8_t)set;
	return OK;
}

static enum status
read_choice(const struct form *form, const struct field *f, uint8_t *out)
{
	struct str word = str_trim(form_value(form, f->var));

	for (size_t i = 0; i < f->choices.count; i++) {
		if (str_eq(word, f->choices.at[i].word)) {
			*out = f->choices.at[i].value;
			return OK;
		}
	}
	return E_UNSUPPORTED;
}

static enum status
read_field(struct arena *a, const struct form *form, const struct form_field *in,
    const struct field *f, struct room_conf *conf)
{
	void *value = place_in(conf, f);

	switch (f->sort) {
	case TEXT:
		return read_text(in, f, value);
	case LINES:
		return read_lines(a, in, f, value);
	case FLAG:
		return form_bool(form, f->var, value) == OK ? OK : E_UNSUPPORTED;
	case NUMBER:
		return read_number(form, f, value);
	case MANY:
		return read_many(form, f, value);
	case ROLES:
		return read_roles(in, value);
	case ONE_OF:
		return read_choice(form, f, value);
	}
	return E_UNSUPPORTED;
}

/* Its two names; both are fine if they say the same. */
static enum status
read_archiving(const struct form *form, struct room_conf *conf, struct str *why)
{
	bool logging;
	enum status s = form_bool(form, LOGGING, &logging);

	if (s == E_NOT_FOUND)
		return OK;
	if (s == OK && form_field(form, ARCHIVING) && logging != conf->archived) {
		*why = S("Logging and archiving are the same here: both or none.");
		return E_UNSUPPORTED;
	}
	if (s != OK) {
		*why = S("muc#roomconfig_enablelogging is yes or no.");
		return E_UNSUPPORTED;
	}
	conf->archived = logging;
	return OK;
}

/* Section 10.1.3: "because the password for a password-protected room is blank". Without the
 * word whether one is needed, an empty one is none. */
static enum status
read_password(const struct form *form, struct room_conf *conf, struct str *why)
{
	const struct form_field *secret = form_field(form, SECRET_FIELD);
	bool needed;
	enum status s = form_bool(form, PROTECTED, &needed);

	if (secret)
		conf->password = form_value(form, SECRET_FIELD);
	if (conf->password.len > ROOM_PASSWORD_MAX) {
		*why = S("The password is too long.");
		return E_UNSUPPORTED;
	}
	if (s == E_INVALID || (s == OK && needed && !conf->password.len)) {
		*why = S("A room that needs a password needs one that is not empty.");
		return E_UNSUPPORTED;
	}
	if (s == OK && !needed)
		conf->password = S("");
	return OK;
}

static enum status
read_list(struct arena *a, const struct form *form, struct str var, struct config_list *out,
    struct str *why)
{
	const struct form_field *in = form_field(form, var);
	struct jid *jids, j;

	if (!in)
		return OK;
	jids = arena_alloc(a, in->count * sizeof(*jids));
	for (size_t i = 0; i < in->count; i++) {
		if (str_is_empty(str_trim(in->values[i])))
			continue;
		if (jid_parse(a, str_trim(in->values[i]), &j) != OK) {
			*why = str_format(a, "\"%.*s\" is no address.", STR_ARG(in->values[i]));
			return E_UNSUPPORTED;
		}
		jids[out->n++] = jid_to_bare(j);
	}
	out->jid = jids;
	out->given = true;
	return OK;
}

enum status
config_form_read(const struct form *f, const struct room_conf *was, struct arena *a,
    struct config_submitted *out, struct str *why)
{
	struct config_submitted read = { .conf = *was };
	const struct form_field *in;
	enum status s;

	if (f->kind != FORM_SUBMIT || !str_eq(f->form_type, NS_MUC_CONFIG))
		return E_INVALID;
	for (size_t i = 0; i < FIELDS; i++) {
		if (!(in = form_field(f, fields[i].var)))
			continue;
		if (read_field(a, f, in, &fields[i], &read.conf) != OK) {
			*why = str_format(a, "That is no value for \"%s\".", fields[i].label);
			return E_UNSUPPORTED;
		}
	}
	if ((s = read_archiving(f, &read.conf, why)) != OK ||
	    (s = read_password(f, &read.conf, why)) != OK ||
	    (s = read_list(a, f, ADMINS, &read.admins, why)) != OK ||
	    (s = read_list(a, f, OWNERS, &read.owners, why)) != OK)
		return s;
	*out = read;
	return OK;
}

/* --- for the operator ----------------------------------------------------------------------
 */

#define PREFIX S("muc#roomconfig_")

static struct str
short_name(struct str var)
{
	return str_starts(var, PREFIX) ? str_slice(var, PREFIX.len, var.len) : var;
}

/* One text of all its values. */
static struct str
joined(struct arena *a, const struct form_field *f)
{
	struct str text = f->count ? f->values[0] : S("");

	for (size_t i = 1; i < f->count; i++)
		text = str_format(a, "%.*s;%.*s", STR_ARG(text), STR_ARG(f->values[i]));
	return text;
}

const struct config_setting *
config_settings(struct arena *a, const struct room_conf *conf, size_t *n)
{
	struct config_setting *out = arena_alloc(a, (FIELDS + 2) * sizeof(*out));
	struct form_field all[FIELDS + 2];

	for (size_t i = 0; i < FIELDS; i++)
		all[i] = describe(a, &fields[i], conf);
	describe_password(a, conf, &all[FIELDS]);
	for (size_t i = 0; i < FIELDS + 2; i++)
		out[i] = (struct config_setting){ short_name(all[i].var), joined(a, &all[i]) };
	*n = FIELDS + 2;
	return out;
}

/* The field of that short name; "no string" when there is none. */
static struct str
var_of(struct str name)
{
	static const struct str others[] = { PROTECTED, SECRET_FIELD, LOGGING };

	for (size_t i = 0; i < FIELDS; i++)
		if (str_eq(short_name(fields[i].var), name))
			return fields[i].var;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (str_eq(short_name(others[i]), name))
			return others[i];
	return (struct str){ 0 };
}

static enum status
read_setting(struct arena *a, struct str text, struct form_field *out)
{
	struct str value = text, name, *values;
	size_t max = 1;

	if (!str_split(&value, '=', &name) || !value.at)
		return E_INVALID;
	*out = (struct form_field){ .var = var_of(str_trim(name)) };
	if (!out->var.at)
		return E_INVALID;
	for (size_t i = 0; i < value.len; i++)
		max += value.at[i] == ';';
	values = arena_alloc(a, max * sizeof(*values));
	while (value.len && str_split(&value, ';', &values[out->count]))
		out->count++;
	if (out->count == 0)
		values[out->count++] = S("");
	out->values = values;
	return OK;
}

static bool
is_among(const struct form_field *all, size_t n, struct str var)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq(all[i].var, var))
			return true;
	return false;
}

enum status
config_settings_read(const struct str_list *texts, const struct room_conf *was, struct arena *a,
    struct config_submitted *out, struct str *why)
{
	struct form_field *all = arena_alloc(a, texts->count * sizeof(*all));

	for (size_t i = 0; i < texts->count; i++) {
		if (read_setting(a, texts->at[i], &all[i]) != OK ||
		    is_among(all, i, all[i].var)) {
			*why = str_format(a,
			    "\"%.*s\" is no field of a room's form, or said twice",
			    STR_ARG(texts->at[i]));
			return E_INVALID;
		}
	}
	return config_form_read(&(struct form){ .kind = FORM_SUBMIT,
				    .form_type = NS_MUC_CONFIG,
				    .fields = all,
				    .count = texts->count },
	    was, a, out, why);
}
