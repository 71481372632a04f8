/* SPDX-License-Identifier: MIT
 *
 * What XEP-0479 0.1.0 (XMPP Compliance Suites 2023) asks of servers, beside what is
 * implemented. What it asks of clients only is left out.
 */
#include "daemon/manual.h"
#include "daemon/specifications.h"

enum { PROVIDERS_MAX = 4 };

static const struct requirement {
	const char *suite, *feature;
	bool server, advanced; /* the level asks for it */
	struct {
		enum spec_series series;
		unsigned number;
	} providers[PROVIDERS_MAX]; /* all of them; number 0: no more */
} requirements[] = {
	{ "Core", "Core features", true, true, { { RFC, 6120 } } },
	{ "Core", "TLS", true, true, { { RFC, 7590 } } },
	{ "Core", "Direct TLS", false, true, { { XEP, 368 } } },
	{ "Core", "Feature discovery", true, true, { { XEP, 30 } } },
	{ "Core", "Feature broadcasts", false, true, { { XEP, 115 } } },
	{ "Core", "Server extensibility", true, true, { { XEP, 114 } } },
	{ "Core", "Event publishing", false, true, { { XEP, 163 } } },
	{ "Web", "Web connection mechanisms", true, true, { { RFC, 7395 }, { XEP, 206 } } },
	{ "IM", "Core features", true, true, { { RFC, 6121 } } },
	{ "IM", "User avatar compatibility", false, true, { { XEP, 398 }, { XEP, 153 } } },
	{ "IM", "vcard-temp", true, true, { { XEP, 54 } } },
	{ "IM", "Outbound message synchronization", true, true, { { XEP, 280 } } },
	{ "IM", "User blocking", false, true, { { XEP, 191 } } },
	{ "IM", "Group chat", true, true, { { XEP, 45 }, { XEP, 249 } } },
	{ "IM", "Advanced group chat", false, true,
	    { { XEP, 48 }, { XEP, 313 }, { XEP, 402 }, { XEP, 410 } } },
	{ "IM", "Persistent storage of private data via PubSub", false, true,
	    { { XEP, 223 } } },
	{ "IM", "Private XML storage", false, true, { { XEP, 49 } } },
	{ "IM", "Stream management", false, true, { { XEP, 198 } } },
	{ "IM", "History storage and retrieval", false, true, { { XEP, 313 } } },
	{ "IM", "File upload", true, true, { { XEP, 363 } } },
	{ "Mobile", "Stream management", true, true, { { XEP, 198 } } },
	{ "Mobile", "Client state indication", true, true, { { XEP, 352 } } },
	{ "Mobile", "Third party push notifications", false, true, { { XEP, 357 } } },
	{ "A/V calling", "STUN/TURN server discovery", true, true, { { XEP, 215 } } },
};

enum { REQUIREMENTS = sizeof(requirements) / sizeof(requirements[0]) };

/* The first that speaks of it; NULL: it is not implemented. */
static const struct spec_entry *
find(const struct spec_entry *e, size_t n, enum spec_series series, unsigned number)
{
	for (size_t i = 0; i < n; i++)
		if (e[i].spec->series == series && e[i].spec->number == number)
			return &e[i];
	return NULL;
}

static void
print_name(FILE *out, enum spec_series series, unsigned number)
{
	if (series == RFC)
		fprintf(out, "[RFC %u](https://www.rfc-editor.org/rfc/rfc%u)", number, number);
	else
		fprintf(out, "[XEP-%04u](https://xmpp.org/extensions/xep-%04u.html)", number,
		    number);
}

static bool
is_met(const struct requirement *r, const struct spec_entry *e, size_t n)
{
	for (size_t i = 0; i < PROVIDERS_MAX && r->providers[i].number; i++)
		if (!find(e, n, r->providers[i].series, r->providers[i].number))
			return false;
	return true;
}

/* Its specifications, or those of them that are not implemented. */
static void
print_providers(
    FILE *out, const struct requirement *r, const struct spec_entry *e, size_t n, bool missing)
{
	const char *separator = "";

	for (size_t i = 0; i < PROVIDERS_MAX && r->providers[i].number; i++) {
		if (missing && find(e, n, r->providers[i].series, r->providers[i].number))
			continue;
		fputs(separator, out);
		print_name(out, r->providers[i].series, r->providers[i].number);
		separator = ", ";
	}
}

/* What the tables say of its specifications. */
static void
print_coverage(FILE *out, const struct requirement *r, const struct spec_entry *e, size_t n)
{
	const char *separator = "";

	for (size_t k = 0; k < PROVIDERS_MAX && r->providers[k].number; k++)
		for (size_t i = 0; i < n; i++)
			if (e[i].spec->series == r->providers[k].series &&
			    e[i].spec->number == r->providers[k].number) {
				fprintf(out, "%s%s", separator, e[i].spec->coverage);
				separator = "; ";
			}
}

static void
print_requirement(FILE *out, const struct requirement *r, const struct spec_entry *e, size_t n)
{
	fprintf(out, "| **%s** | %s | %s | ", r->feature, r->server ? "required" : "",
	    r->advanced ? "required" : "");
	print_providers(out, r, e, n, false);
	fputs(is_met(r, e, n) ? " | yes" : " | **missing:** ", out);
	if (!is_met(r, e, n))
		print_providers(out, r, e, n, true);
	fputs(" | ", out);
	print_coverage(out, r, e, n);
	fputs(" |\n", out);
}

/* "yes", or how many rows of the suite are missing at the level. */
static void
print_verdict(FILE *out, const char *suite, bool advanced, const struct spec_entry *e, size_t n)
{
	unsigned missing = 0;

	for (size_t i = 0; i < REQUIREMENTS; i++) {
		const struct requirement *r = &requirements[i];

		/* Each suite asks for the core as well (section 2). */
		if ((strcmp(r->suite, suite) == 0 || strcmp(r->suite, "Core") == 0) &&
		    (advanced ? r->advanced : r->server))
			missing += !is_met(r, e, n);
	}
	if (missing)
		fprintf(out, " %u missing |", missing);
	else
		fputs(" yes |", out);
}

static bool
begins_suite(size_t i)
{
	return i == 0 || strcmp(requirements[i].suite, requirements[i - 1].suite) != 0;
}

void
manual_compliance(FILE *out)
{
	struct spec_entry entries[SPECS_MAX];
	size_t n = specifications_gather(entries);

	fputs(
	    "# Compliance\n\n"
	    "What [XEP-0479](https://xmpp.org/extensions/xep-0479.html) 0.1.0 (XMPP Compliance "
	    "Suites 2023) asks of servers, and what of it there is. Made from the tables in "
	    "the sources by `tools/gen-docs`; do not edit. What it asks of clients is left "
	    "out.\n\n"
	    "| suite | Server | Advanced Server |\n|---|---|---|\n",
	    out);
	for (size_t i = 0; i < REQUIREMENTS; i++)
		if (begins_suite(i)) {
			fprintf(out, "| %s |", requirements[i].suite);
			print_verdict(out, requirements[i].suite, false, entries, n);
			print_verdict(out, requirements[i].suite, true, entries, n);
			fputc('\n', out);
		}
	for (size_t i = 0; i < REQUIREMENTS; i++) {
		if (begins_suite(i))
			fprintf(out,
			    "\n## %s\n\n"
			    "| feature | Server | Advanced Server | by | implemented | "
			    "what of it |\n"
			    "|---|---|---|---|---|---|\n",
			    requirements[i].suite);
		print_requirement(out, &requirements[i], entries, n);
	}
}
