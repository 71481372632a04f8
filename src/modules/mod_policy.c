/* SPDX-License-Identifier: MIT
 *
 * mod_policy: what becomes of people's data here, as the operator states it.
 *
 * Source   XEP-0504 0.1.0
 * Reacts   disco#info of the server
 * Keeps    nothing
 */
#include "modules/list.h"
#include "xmpp/form.h"
#include "xmpp/ns.h"

/* The words of choices, in the order of their values; the first is not told. */
#define AUTH_WORDS "unsaid no_auth plain hidden restricted"
#define TRANSMISSION_WORDS "unsaid plain encrypted e2e gre"
#define ACCESS_WORDS                                                                           \
	"admins moderators organization_member government advertisers partners none"

enum { NOBODY_HAS_ACCESS = 1 << 6 };

struct policy_conf {
	uint32_t auth, transmission, access;
	struct str algorithm, retention, backup_every, backup_retention, terms;
	bool deletion, encryption_at_rest, data_export, erasure;
	struct str_list extra;
};

/* --- what the operator may say ------------------------------------------------------------ */

/* Hours, or one of the words. */
static bool
is_hours(struct str text, bool may_be_word)
{
	uint64_t hours;

	return text.len == 0 || str_to_u64(text, UINT32_MAX, &hours) == OK ||
	       (may_be_word && (str_eq(text, S("infinite")) || str_eq(text, S("unknown"))));
}

static enum status
check(const void *conf_, struct arena *a, struct str *reason)
{
	const struct policy_conf *conf = conf_;

	if (!is_hours(conf->retention, true) || !is_hours(conf->backup_retention, true))
		*reason = S("retention is hours, \"infinite\" or \"unknown\"");
	else if (!is_hours(conf->backup_every, false))
		*reason = S("\"backup_every\" is hours");
	else if (conf->access & NOBODY_HAS_ACCESS && conf->access != NOBODY_HAS_ACCESS)
		*reason = S("\"access\" is \"none\" and others");
	else
		return OK;
	(void)a;
	return E_INVALID;
}

/* --- the form (section 3) ----------------------------------------------------------------- */

static void
add(struct form *f, struct form_field *fields, struct form_field field)
{
	fields[f->count++] = field;
}

static struct str
word_at(const char *words, uint32_t place)
{
	struct str rest = str_from_c(words), word = { 0 };

	for (uint32_t i = 0; i <= place; i++)
		str_split(&rest, ' ', &word);
	return word;
}

/* The value in the arena: a field points to it. */
static struct form_field
one_value(struct arena *a, struct str var, enum field_type type, struct str value)
{
	struct str *values = arena_alloc(a, sizeof(*values));

	*values = value;
	return (struct form_field){ .var = var, .type = type, .values = values, .count = 1 };
}

static void
add_choice(struct arena *a, struct form *f, struct form_field *fields, struct str var,
    const char *words, uint32_t choice)
{
	if (choice)
		add(f, fields, one_value(a, var, FIELD_LIST_SINGLE, word_at(words, choice)));
}

static void
add_text(
    struct arena *a, struct form *f, struct form_field *fields, struct str var, struct str text)
{
	if (text.len)
		add(f, fields, one_value(a, var, FIELD_TEXT_SINGLE, text));
}

static void
add_truth(
    struct arena *a, struct form *f, struct form_field *fields, struct str var, bool truth)
{
	add(f, fields, one_value(a, var, FIELD_BOOLEAN, truth ? S("true") : S("false")));
}

static void
add_access(struct arena *a, struct form *f, struct form_field *fields, uint32_t access)
{
	struct str rest = S(ACCESS_WORDS), *values = arena_alloc(a, 32 * sizeof(*values)), word;
	size_t n = 0;

	for (uint32_t bit = 1; str_split(&rest, ' ', &word); bit <<= 1)
		if (access & bit)
			values[n++] = word;
	if (n)
		add(f, fields,
		    (struct form_field){ .var = S("access_policy"),
			.type = FIELD_LIST_MULTI,
			.values = values,
			.count = n });
}

static enum verdict
write_form(struct call *c)
{
	enum { FIELDS_MAX = 16 };
	const struct policy_conf *conf = c->conf;
	struct arena *a = c->arena;
	struct form_field fields[FIELDS_MAX];
	struct form f = { .kind = FORM_RESULT, .form_type = NS_DATA_POLICY, .fields = fields };

	add_choice(a, &f, fields, S("auth_data"), AUTH_WORDS, conf->auth);
	add_choice(
	    a, &f, fields, S("data_transmission"), TRANSMISSION_WORDS, conf->transmission);
	add_text(a, &f, fields, S("encryption_algorithm"), conf->algorithm);
	add_text(a, &f, fields, S("data_retention"), conf->retention);
	add_truth(a, &f, fields, S("data_deletion"), conf->deletion);
	add_truth(a, &f, fields, S("encryption_at_rest"), conf->encryption_at_rest);
	add_text(a, &f, fields, S("tos"), conf->terms);
	add_truth(a, &f, fields, S("data_export"), conf->data_export);
	add_access(a, &f, fields, conf->access);
	add_truth(a, &f, fields, S("full_erasure"), conf->erasure);
	add_text(a, &f, fields, S("backup_frequency"), conf->backup_every);
	add_text(a, &f, fields, S("backup_retention"), conf->backup_retention);
	if (conf->extra.count)
		add(&f, fields,
		    (struct form_field){ .var = S("extra_info"),
			.type = FIELD_TEXT_MULTI,
			.values = conf->extra.at,
			.count = conf->extra.count });
	form_write(c->out, &f);
	return PASS;
}

/* --- the table ---------------------------------------------------------------------------- */

static const struct hook hooks[] = {
	{ .on = ON_DISCO_INFO, .in = HANDLE, .run = write_form },
};

const struct module mod_policy = {
	.name = "policy",
	.doc = "Tells people what becomes of their data here; all of it is what you state.",
	.off_by_default = true,
	.specs =
	    LIST(struct spec, { XEP, 504, "0.1.0", "of the server; no place (section 3.7)" }),
	.conf_size = sizeof(struct policy_conf),
	.check = check,
	.options = LIST(struct option,
	    { "auth", CHOICE, FIELD(policy_conf, auth), "unsaid", NULL, NULL,
		"What the server learns of passwords: \"hidden\" where they are proved only "
		"(SCRAM), \"plain\" where they are sent.",
		.words = AUTH_WORDS },
	    { "transmission", CHOICE, FIELD(policy_conf, transmission), "unsaid", NULL, NULL,
		"How data goes to and comes from other networks.",
		.words = TRANSMISSION_WORDS },
	    { "algorithm", STRING, FIELD(policy_conf, algorithm), "", NULL, "128",
		"With what it is encrypted then." },
	    { "retention", STRING, FIELD(policy_conf, retention), "", NULL, "16",
		"For how many hours messages and files are kept at most; 0: not at all; "
		"\"infinite\"; \"unknown\"." },
	    { "deletion", BOOL, FIELD(policy_conf, deletion), "no", NULL, NULL,
		"People can delete what is kept of them." },
	    { "encryption_at_rest", BOOL, FIELD(policy_conf, encryption_at_rest), "no", NULL,
		NULL, "What is on the disk is encrypted." },
	    { "terms", STRING, FIELD(policy_conf, terms), "", NULL, "1023",
		"URI of the terms of service." },
	    { "export", BOOL, FIELD(policy_conf, data_export), "no", NULL, NULL,
		"People can export all their data." },
	    { "access", FLAGS, FIELD(policy_conf, access), "", NULL, NULL,
		"Who besides the user can see his data.", .words = ACCESS_WORDS },
	    { "erasure", BOOL, FIELD(policy_conf, erasure), "no", NULL, NULL,
		"People can erase their account with all that is kept of it." },
	    { "backup_every", STRING, FIELD(policy_conf, backup_every), "", NULL, "16",
		"Hours between backups; 0: there are none." },
	    { "backup_retention", STRING, FIELD(policy_conf, backup_retention), "", NULL, "16",
		"For how many hours a backup is kept; \"infinite\"; \"unknown\"." },
	    { "extra", STRINGS, FIELD(policy_conf, extra), NULL, NULL, "16",
		"More that people should know, a line each." }),
	.hooks = TABLE(hooks),
};
