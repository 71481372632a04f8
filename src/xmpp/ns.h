/* SPDX-License-Identifier: MIT
 *
 * The namespaces of the protocols that are spoken here, each with its source. A suffix is
 * added as the specification adds it: NS_MAM_EXTENDED is a feature, not an element's.
 */
#ifndef XMPP_NS_H
#define XMPP_NS_H

#include "base/str.h"

/* --- RFC 6120 and 6121: streams, stanzas, rosters ------------------------------------ */

#define NS_XML S("http://www.w3.org/XML/1998/namespace")
#define NS_STREAMS S("http://etherx.jabber.org/streams")
#define NS_STREAM_ERRORS S("urn:ietf:params:xml:ns:xmpp-streams")
#define NS_CLIENT S("jabber:client")
#define NS_SERVER S("jabber:server")
#define NS_STANZAS S("urn:ietf:params:xml:ns:xmpp-stanzas")
#define NS_TLS S("urn:ietf:params:xml:ns:xmpp-tls")
#define NS_SASL S("urn:ietf:params:xml:ns:xmpp-sasl")
#define NS_BIND S("urn:ietf:params:xml:ns:xmpp-bind")
#define NS_SESSION S("urn:ietf:params:xml:ns:xmpp-session") /* RFC 3921 section 3 */
#define NS_ROSTER S("jabber:iq:roster")
#define NS_ROSTER_EXCHANGE S("http://jabber.org/protocol/rosterx") /* XEP-0144 */
#define NS_ROSTER_VERSIONS S("urn:xmpp:features:rosterver")        /* section 2.6.1 */
#define NS_PRE_APPROVAL S("urn:xmpp:features:pre-approval")        /* section 3.4 */

/* --- how streams begin --------------------------------------------------------------- */

#define NS_FRAMING S("urn:ietf:params:xml:ns:xmpp-framing") /* RFC 7395 */
#define NS_BOSH S("http://jabber.org/protocol/httpbind")    /* XEP-0124 */
#define NS_XBOSH S("urn:xmpp:xbosh")                        /* XEP-0206 */
#define NS_SASL2 S("urn:xmpp:sasl:2")                       /* XEP-0388 */
#define NS_BIND2 S("urn:xmpp:bind:0")                       /* XEP-0386 */
#define NS_FAST S("urn:xmpp:fast:0")                        /* XEP-0484 */
#define NS_SASL_CB S("urn:xmpp:sasl-cb:0")                  /* XEP-0440 */
#define NS_LIMITS S("urn:xmpp:stream-limits:0")             /* XEP-0478 */
#define NS_SM S("urn:xmpp:sm:3")                            /* XEP-0198 */
#define NS_CSI S("urn:xmpp:csi:0")                          /* XEP-0352 */

/* --- who is there, and what they can do ---------------------------------------------- */

#define NS_DISCO_INFO S("http://jabber.org/protocol/disco#info")       /* XEP-0030 */
#define NS_DISCO_ITEMS S("http://jabber.org/protocol/disco#items")     /* XEP-0030 */
#define NS_SERVER_INFO S("http://jabber.org/network/serverinfo")       /* XEP-0157: form type */
#define NS_DATA_POLICY S("urn:xmpp:data-policy:0")                     /* XEP-0504: form type */
#define NS_OUTAGE S("urn:xmpp:sos:0")                                  /* XEP-0455: form type */
#define NS_SOFTWARE_INFO S("urn:xmpp:dataforms:softwareinfo")          /* XEP-0232: form type */
#define NS_CAPS S("http://jabber.org/protocol/caps")                   /* XEP-0115 */
#define NS_CAPS_OPTIMIZE S("http://jabber.org/protocol/caps#optimize") /* XEP-0115 */
#define NS_CAPS2 S("urn:xmpp:caps")                                    /* XEP-0390 */
#define NS_CAPS2_OPTIMIZE S("urn:xmpp:caps:optimize")                  /* XEP-0390 */
#define NS_HASHES S("urn:xmpp:hashes:2")                               /* XEP-0300 */
#define NS_COMMANDS S("http://jabber.org/protocol/commands")           /* XEP-0050 */
#define NS_ADMIN S("http://jabber.org/protocol/admin")                 /* XEP-0133 */
#define NS_VERSION S("jabber:iq:version")                              /* XEP-0092 */
#define NS_LAST S("jabber:iq:last")                                    /* XEP-0012 */
#define NS_TIME S("urn:xmpp:time")                                     /* XEP-0202 */
#define NS_PING S("urn:xmpp:ping")                                     /* XEP-0199 */

/* --- accounts ------------------------------------------------------------------------ */

#define NS_REGISTER S("jabber:iq:register")                             /* XEP-0077 */
#define NS_REGISTER_FEATURE S("http://jabber.org/features/iq-register") /* section 8 */
#define NS_REGISTER_TOKEN S("urn:xmpp:ibr-token:0")                     /* XEP-0445 */
#define NS_PARS S("urn:xmpp:pars:0")                                    /* XEP-0379, 0445 */
#define NS_INVITATION S("urn:xmpp:invite#invitation")                   /* XEP-0401 */
#define NS_REGISTER_CANCEL S("jabber:iq:register:cancel")               /* form type */
#define NS_REGISTER_PASSWORD S("jabber:iq:register:changepassword")     /* form type */
#define NS_PRIVATE S("jabber:iq:private")                               /* XEP-0049 */
#define NS_BOOKMARKS S("urn:xmpp:bookmarks:1")                          /* XEP-0402 */
#define NS_BOOKMARKS_COMPAT S("urn:xmpp:bookmarks:1#compat")            /* section 5.3 */
#define NS_BOOKMARKS_COMPAT_PEP S("urn:xmpp:bookmarks:1#compat-pep")    /* section 5.3 */
#define NS_BOOKMARK_LIST S("storage:bookmarks")                         /* XEP-0048 */
#define NS_VCARD S("vcard-temp")                                        /* XEP-0054 */
#define NS_VCARD4 S("urn:ietf:params:xml:ns:vcard-4.0")                 /* XEP-0292 */
#define NS_VCARD4_NODE S("urn:xmpp:vcard4")                             /* XEP-0292 */
#define NS_VCARD_UPDATE S("vcard-temp:x:update")                        /* XEP-0153 */
#define NS_AVATAR_DATA S("urn:xmpp:avatar:data")                        /* XEP-0084 */
#define NS_AVATAR_METADATA S("urn:xmpp:avatar:metadata")                /* XEP-0084 */
#define NS_PEP_VCARD S("urn:xmpp:pep-vcard-conversion:0")               /* XEP-0398 */
#define NS_SEARCH S("jabber:iq:search")                                 /* XEP-0055 */
#define NS_BLOCKING S("urn:xmpp:blocking")                              /* XEP-0191 */
#define NS_REPORTING S("urn:xmpp:reporting:1")                          /* XEP-0377 */
#define NS_BLOCKING_ERRORS S("urn:xmpp:blocking:errors")                /* XEP-0191 */

/* --- messages ------------------------------------------------------------------------ */

#define NS_DELAY S("urn:xmpp:delay")                               /* XEP-0203 */
#define NS_CARBONS S("urn:xmpp:carbons:2")                         /* XEP-0280 */
#define NS_CARBONS_RULES S("urn:xmpp:carbons:rules:0")             /* XEP-0280 section 6.1 */
#define NS_FORWARD S("urn:xmpp:forward:0")                         /* XEP-0297 */
#define NS_MAM S("urn:xmpp:mam:2")                                 /* XEP-0313 */
#define NS_MAM_EXTENDED S("urn:xmpp:mam:2#extended")               /* XEP-0313 */
#define NS_MAM_GROUPCHAT_FIELD S("urn:xmpp:mam:2#groupchat-field") /* XEP-0313 */
#define NS_FULLTEXT S("urn:xmpp:fulltext:0")                       /* XEP-0431 */
#define NS_INBOX S("urn:xmpp:inbox:1")                             /* XEP-0430 */
#define NS_CHAT_STATES S("http://jabber.org/protocol/chatstates")  /* XEP-0085 */
#define NS_STANZA_ID S("urn:xmpp:sid:0")                           /* XEP-0359 */
#define NS_HTTP_AUTH S("http://jabber.org/protocol/http-auth")     /* XEP-0070 */
#define NS_HINTS S("urn:xmpp:hints")                               /* XEP-0334 */
#define NS_RECEIPTS S("urn:xmpp:receipts")                         /* XEP-0184 */
#define NS_MARKERS S("urn:xmpp:chat-markers:0")                    /* XEP-0333 */
#define NS_CORRECTION S("urn:xmpp:message-correct:0")              /* XEP-0308 */
#define NS_RETRACTION S("urn:xmpp:message-retract:1")              /* XEP-0424 */
#define NS_RETRACTION_TOMBSTONE S("urn:xmpp:message-retract:1#tombstone") /* XEP-0424 */
#define NS_MODERATION S("urn:xmpp:message-moderate:1")                    /* XEP-0425 */
#define NS_REACTIONS S("urn:xmpp:reactions:0")                            /* XEP-0444 */
#define NS_REPLY S("urn:xmpp:reply:0")                                    /* XEP-0461 */
#define NS_FALLBACK S("urn:xmpp:fallback:0")                              /* XEP-0428 */
#define NS_CALLS S("urn:xmpp:jingle-message:0")                           /* XEP-0353 */
#define NS_DIRECT_INVITE S("jabber:x:conference")                         /* XEP-0249 */
#define NS_MUC_USER S("http://jabber.org/protocol/muc#user")              /* XEP-0045 */
#define NS_ENCRYPTION S("urn:xmpp:eme:0")                                 /* XEP-0380 */
#define NS_OMEMO S("urn:xmpp:omemo:2")                                    /* XEP-0384 */
#define NS_OMEMO_LEGACY S("eu.siacs.conversations.axolotl") /* XEP-0384 before 0.4 */
#define NS_OPENPGP S("urn:xmpp:openpgp:0")                  /* XEP-0373 */
#define NS_OPENPGP_LEGACY S("jabber:x:encrypted")           /* XEP-0027 */

/* --- rooms --------------------------------------------------------------------------- */

#define NS_MUC S("http://jabber.org/protocol/muc")                            /* XEP-0045 */
#define NS_HATS S("urn:xmpp:hats:0")                                          /* XEP-0317 */
#define NS_HATS_COMMANDS S("urn:xmpp:hats:commands")                          /* form type */
#define NS_CHANNEL_SEARCH S("urn:xmpp:channel-search:0:search")               /* XEP-0433 */
#define NS_CHANNEL_SEARCH_PARAMS S("urn:xmpp:channel-search:0:search-params") /* form type */
#define NS_CHANNEL_SEARCH_ERROR S("urn:xmpp:channel-search:0:error")          /* XEP-0433 */
#define NS_MUC_ADMIN S("http://jabber.org/protocol/muc#admin")                /* XEP-0045 */
#define NS_MUC_OWNER S("http://jabber.org/protocol/muc#owner")                /* XEP-0045 */
#define NS_MUC_STABLE_ID S("http://jabber.org/protocol/muc#stable_id")        /* XEP-0045 */
#define NS_MUC_TRAFFIC S("http://jabber.org/protocol/muc#traffic")    /* XEP-0045: node */
#define NS_MUC_CONFIG S("http://jabber.org/protocol/muc#roomconfig")  /* form type */
#define NS_MUC_REGISTER S("http://jabber.org/protocol/muc#register")  /* form type */
#define NS_MUC_REQUEST S("http://jabber.org/protocol/muc#request")    /* form type */
#define NS_MUC_ROOM_INFO S("http://jabber.org/protocol/muc#roominfo") /* form type */
#define NS_MUC_UNIQUE S("http://jabber.org/protocol/muc#unique")      /* XEP-0307 */
#define NS_SELF_PING S("http://jabber.org/protocol/muc#self-ping-optimization") /* XEP-0410 */
#define NS_MUC_SUB S("urn:xmpp:mucsub:0") /* docs/rooms.md */
#define NS_MUC_SUB_MESSAGES S("urn:xmpp:mucsub:nodes:messages")
#define NS_OCCUPANT_ID S("urn:xmpp:occupant-id:0") /* XEP-0421 */

/* --- nodes --------------------------------------------------------------------------- */

#define NS_PUBSUB S("http://jabber.org/protocol/pubsub")               /* XEP-0060 */
#define NS_PUBSUB_EVENT S("http://jabber.org/protocol/pubsub#event")   /* XEP-0060 */
#define NS_PUBSUB_OWNER S("http://jabber.org/protocol/pubsub#owner")   /* XEP-0060 */
#define NS_PUBSUB_ERRORS S("http://jabber.org/protocol/pubsub#errors") /* XEP-0060 */
#define NS_PUBLISH_OPTIONS                                                                     \
	S("http://jabber.org/protocol/pubsub#publish-options") /* XEP-0060: form type */
#define NS_NODE_CONFIG                                                                         \
	S("http://jabber.org/protocol/pubsub#node_config") /* XEP-0060: form type */
#define NS_NODE_META                                                                           \
	S("http://jabber.org/protocol/pubsub#meta-data") /* XEP-0060: form type                \
							  */
#define NS_SUBSCRIBE_OPTIONS                                                                   \
	S("http://jabber.org/protocol/pubsub#subscribe_options") /* XEP-0060: form type */
#define NS_SUBSCRIBE_AUTHORIZATION                                                             \
	S("http://jabber.org/protocol/pubsub#subscribe_authorization") /* XEP-0060: form type  \
									*/
#define NS_DISPLAYED S("urn:xmpp:mds:displayed:0")                     /* XEP-0490 */
#define NS_DISPLAYED_ASSIST S("urn:xmpp:mds:server-assist:0")          /* XEP-0490 */

/* --- programs and services beside the server ----------------------------------------- */

#define NS_BYTESTREAMS S("http://jabber.org/protocol/bytestreams") /* XEP-0065 */
#define NS_PRIVILEGE S("urn:xmpp:privilege:2")                     /* XEP-0356 */
#define NS_DELEGATION S("urn:xmpp:delegation:2")                   /* XEP-0355 */
#define NS_EXTERNAL_SERVICES S("urn:xmpp:extdisco:2")              /* XEP-0215 */

/* --- telling devices that sleep ------------------------------------------------------ */

#define NS_PUSH S("urn:xmpp:push:0")                      /* XEP-0357 */
#define NS_PUSH_SUMMARY S("urn:xmpp:push:summary")        /* XEP-0357: form type */
#define NS_WEB_PUSH S("https://jaseur.org/ns/web-push/0") /* docs/push.md */

/* --- clients of many contacts -------------------------------------------------------- */

#define NS_WATCH S("https://jaseur.org/ns/watch/0") /* docs/watch.md */

/* --- parts that other protocols share ------------------------------------------------ */

#define NS_FORM S("jabber:x:data")                                      /* XEP-0004 */
#define NS_FORM_VALIDATE S("http://jabber.org/protocol/xdata-validate") /* XEP-0122 */
#define NS_RESULT_SET S("http://jabber.org/protocol/rsm")               /* XEP-0059 */
#define NS_JID_ESCAPING S("jid\\20escaping")                  /* XEP-0106: a feature */
#define NS_OFFLINE S("msgoffline")                            /* XEP-0160: a feature */
#define NS_OOB S("jabber:x:oob")                              /* XEP-0066 */
#define NS_UPLOAD S("urn:xmpp:http:upload:0")                 /* XEP-0363 */
#define NS_UPLOAD_PURPOSE S("urn:xmpp:http:upload:purpose:0") /* XEP-0363 section 5 */

#endif
