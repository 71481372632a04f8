/* SPDX-License-Identifier: MIT
 *
 * The description of the project for lists of software: DOAP, with what XMPP adds to it
 * (XEP-0453 0.1.2).
 */
#include "daemon/manual.h"
#include "daemon/specifications.h"
#include "xml/writer.h"

/* What the tables say of one XEP, in as many notes as there are modules that have part in it.
 */
static void
print_xep(FILE *out, const struct spec_entry *e, size_t n, struct arena *a)
{
	bool complete = false;

	for (size_t i = 0; i < n; i++)
		complete |= spec_is_complete(e[i].spec);
	fprintf(out,
	    "    <implements>\n      <xmpp:SupportedXep>\n"
	    "        <xmpp:xep rdf:resource='https://xmpp.org/extensions/xep-%04u.html'/>\n"
	    "        <xmpp:status>%s</xmpp:status>\n"
	    "        <xmpp:version>%s</xmpp:version>\n"
	    "        <xmpp:since>" JASEUR_VERSION "</xmpp:since>\n",
	    e->spec->number, complete ? "complete" : "partial", e->spec->version);
	for (size_t i = 0; i < n; i++)
		if (!spec_is_complete(e[i].spec))
			fprintf(out, "        <xmpp:note xml:lang='en'>%.*s</xmpp:note>\n",
			    STR_ARG(xml_escape(a, str_from_c(e[i].spec->coverage))));
	fputs("      </xmpp:SupportedXep>\n    </implements>\n", out);
}

static size_t
count_same(const struct spec_entry *e, size_t n)
{
	size_t same = 1;

	while (same < n && e[same].spec->series == e->spec->series &&
	       e[same].spec->number == e->spec->number)
		same++;
	return same;
}

void
manual_doap(FILE *out)
{
	struct spec_entry entries[SPECS_MAX];
	size_t n = specifications_gather(entries), same;
	struct arena a;

	arena_init(&a, 4096);
	fputs("<?xml version='1.0' encoding='UTF-8'?>\n"
	      "<!-- Made from the tables in the sources by tools/gen-docs; do not edit. -->\n"
	      "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'\n"
	      "         xmlns='http://usefulinc.com/ns/doap#'\n"
	      "         xmlns:xmpp='https://linkmauve.fr/ns/xmpp-doap#'>\n"
	      "  <Project>\n"
	      "    <name>Jaseur</name>\n"
	      "    <shortdesc xml:lang='en'>XMPP server in one program</shortdesc>\n"
	      "    <shortdesc xml:lang='fr'>Serveur XMPP en un seul programme</shortdesc>\n"
	      "    <license rdf:resource='https://spdx.org/licenses/MIT'/>\n"
	      "    <programming-language>C</programming-language>\n"
	      "    <os>Linux</os>\n"
	      "    <category "
	      "rdf:resource='https://linkmauve.fr/ns/xmpp-doap#category-server'/>\n",
	    out);
	for (size_t i = 0; i < n; i += same) {
		same = count_same(&entries[i], n - i);
		if (entries[i].spec->series == RFC)
			fprintf(out,
			    "    <implements "
			    "rdf:resource='https://www.rfc-editor.org/info/rfc%u'/>\n",
			    entries[i].spec->number);
		else
			print_xep(out, &entries[i], same, &a);
	}
	fputs("  </Project>\n</rdf:RDF>\n", out);
	arena_fini(&a);
}
