/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "daemon/log_section.h"

#include "base/limits.h"
#include "base/log.h"

/* "c2s=debug" */
static enum status
parse_area(struct str text, struct str *area, enum log_level *level)
{
	size_t equals = str_find(text, '=');

	*area = str_slice(text, 0, equals);
	if (area->len == 0 || equals == text.len)
		return E_INVALID;
	return log_level_parse(str_slice(text, equals + 1, text.len), level);
}

static enum status
check(const void *section, struct arena *a, struct str *reason)
{
	const struct log_section_conf *conf = section;
	enum log_level level;
	struct str area;

	for (size_t i = 0; i < conf->areas.count; i++)
		if (parse_area(conf->areas.at[i], &area, &level) != OK) {
			*reason = str_format(a,
			    "\"%.*s\" is not an area with its level, such as c2s=debug",
			    STR_ARG(conf->areas.at[i]));
			return E_INVALID;
		}
	return OK;
}

const struct section log_section = {
	.name = "log",
	.doc = "What the server writes about its work.",
	.conf_size = sizeof(struct log_section_conf),
	.options = LIST(struct option,
	    { "level", CHOICE, FIELD(log_section_conf, level), "info", NULL, NULL,
		"error: someone must act; warn: something was refused or lost; info: a life "
		"began or ended; debug: the rest.",
		.words = "error warn info debug" },
	    { "areas", STRINGS, FIELD(log_section_conf, areas), "", NULL, "32",
		"Other levels for single areas, such as c2s=debug." },
	    { "file", STRING, FIELD(log_section_conf, file), "", NULL, NULL,
		"File to append to, relative to the data directory; standard error when "
		"empty." },
	    { "json", BOOL, FIELD(log_section_conf, json), "no", NULL, NULL,
		"One JSON object a line instead of key=value." },
	    { "accounts", CHOICE, FIELD(log_section_conf, accounts), "plain", NULL, NULL,
		"How addresses of people appear: as they are, as a pseudonym that lasts until "
		"the server stops, or not at all.",
		.words = "plain hashed hidden" }),
	.check = check,
};

enum status
log_section_open(const struct log_section_conf *section, struct str data, struct arena *a,
    struct str *reason)
{
	struct log_conf conf = {
		.level = (enum log_level)section->level,
		.accounts = (enum log_accounts)section->accounts,
		.json = section->json,
	};
	enum log_level level;
	struct str area;
	enum status s;

	if (section->file.at)
		conf.path =
		    str_starts(section->file, S("/"))
			? section->file.at
			: str_format(a, "%.*s/%.*s", STR_ARG(data), STR_ARG(section->file)).at;
	if ((s = log_open(&conf)) != OK) {
		*reason =
		    str_format(a, "%s: %s", conf.path ? conf.path : "log", strerror(errno));
		return s;
	}
	*reason = S("the name of an area is too long");
	for (size_t i = 0; s == OK && i < section->areas.count; i++)
		if ((s = parse_area(section->areas.at[i], &area, &level)) == OK)
			s = log_set_level(area, level);
	return s;
}
