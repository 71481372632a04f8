/* SPDX-License-Identifier: MIT
 *
 * Every maximum that a stranger, a neighbour or an operator can run into, in one place, by
 * layer from the bottom up. Each says what it bounds, in which unit, and what happens there.
 * Maxima that belong to a format (the 3071 bytes of an address) stand beside its rule.
 *
 * Sections are in the order of the folders in src/; add yours where its folder stands.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

/* --- base ----------------------------------------------------------------------------- */

enum {
	/* Bytes of a text in a log line, before escaping; the rest is cut off. */
	LOG_TEXT_BYTES = 256,

	/* Bytes of a log line; fields that do not fit are left out. */
	LOG_LINE_BYTES = 8192,

	/* Bytes of log lines that wait for a slow disk or journal; lines above are lost and
	 * counted. */
	LOG_WAITING_BYTES = 4 * 1024 * 1024,

	/* Areas with a log level of their own. */
	LOG_AREAS = 32,

	/* Metrics of the process, and the counters of one thread behind them (a histogram takes
	 * METRIC_BUCKETS + 1). */
	METRICS_MAX = 1024,
	METRIC_SLOTS = 16384,
};

/* --- loop ----------------------------------------------------------------------------- */

enum {
	/* Letters waiting in one mailbox above which all workers stop reading from sockets,
	 * and at or below which they start again. */
	MAILBOX_HIGH_LETTERS = 32768,
	MAILBOX_LOW_LETTERS = 16384,

	/* Letters opened, and descriptors served, in one turn; the rest waits for the next,
	 * so that neither starves the other or the timers. */
	TURN_LETTERS = 1024,
	TURN_EVENTS = 256,

	/* Bytes that an empty letter buffer may keep for its next use. */
	MAIL_KEPT_BYTES = 64 * 1024,
};

/* --- transport ------------------------------------------------------------------------ */

enum {
	/* Bytes read from one connection in one turn, and so the most that one keeps while its
	 * user is paused; the rest waits in the socket for the next turn. More than the longest
	 * TLS record (RFC 8446 section 5.2: 5 + 16384 + 256), so that one always fits. */
	CONN_TURN_BYTES = 17 * 1024,

	/* Bytes written to a connection within a turn above which they leave at once. Also how
	 * much TLS encrypts ahead of what the socket takes. */
	CONN_FLUSH_BYTES = 64 * 1024,

	/* A socket that is full must take this many bytes within the slow reader's timeout. */
	CONN_SLOW_BYTES = 1024,

	/* Bytes of empty chunks that a worker keeps for the next connection. */
	CHUNKS_KEPT_BYTES = 1024 * 1024,

	/* TLS handshakes in progress at one worker (45 KiB each). Further ones wait; the oldest
	 * gives way to them once it has taken this long. */
	TLS_HANDSHAKES_MAX = 2000,
	TLS_HANDSHAKE_PATIENCE_MS = 5000,

	/* Handshakes begun in one turn: each is 0.2 ms for which everybody else waits. */
	TURN_HANDSHAKES = 16,

	/* Bytes of white space after which a connection is taken for XMPP although it has not
	 * said anything yet. */
	FIRST_BYTES_MAX = 32,

	/* Bytes of a stream's header that are looked at to tell whose stream it is, where
	 * components share a port with clients; a longer one is taken for a client's. */
	STREAM_HEADER_LOOK = 2048,

	/* Connections accepted in one turn. */
	TURN_ACCEPTS = 64,

	/* How long a listener rests when the process or the system is out of descriptors. */
	ACCEPT_REST_MS = 100,

	/* Addresses without a connection that are remembered for their rate. */
	ADDRESSES_IDLE_MAX = 8192,
};

/* --- media ---------------------------------------------------------------------------- */

enum {
	/* Bytes of the secret that the relay's credentials are made with; networks that its
	 * configuration allows or denies. */
	TURN_SECRET_MAX = 64,
	TURN_NETWORKS_MAX = 64,

	/* Peers that one relayed address may talk with, and channels of it: insufficient
	 * capacity (508) beyond. */
	TURN_PERMISSIONS_MAX = 32,
	TURN_CHANNELS_MAX = 32,

	/* Bytes of a packet that is relayed; longer ones are lost. Packets read at a time. */
	TURN_PACKET_MAX = 4096,
	TURN_BATCH = 64,

	/* Refusals by UDP a second to one address (of IPv6: to its /64) that has not proved
	 * anything; more requests from there are not answered. Addresses that are told apart
	 * for it. */
	TURN_REFUSALS_PER_S = 50,
	TURN_SOURCES = 8192,

	/* Bytes that wait for a client that came over TCP or TLS; what is more is lost once the
	 * sockets in between are full, too. Packets moved to one in a turn. */
	TURN_STREAM_QUEUE_BYTES = 128 * 1024,
	TURN_STREAM_PACKETS = 64,

	/* Networks to which that does not apply, `connections.trusted_networks`. */
	TURN_TRUSTED_MAX = 256,
};

/* --- http ----------------------------------------------------------------------------- */

enum {
	/* Fields of a request: 431 beyond. Bytes of its target: 414. Those of the whole head
	 * are an option. */
	HTTP_FIELDS_MAX = 100,
	HTTP_TARGET_MAX = 8000,

	/* Bytes of the extensions of one chunk, and of all trailer fields: 400 beyond. */
	HTTP_CHUNK_LINE_MAX = 256,
	HTTP_TRAILERS_MAX = 4096,

	/* Requests of one connection that are answered in one turn; the next wait for another,
	 * so that who pipelines does not hold up others. */
	TURN_REQUESTS = 16,

	/* A request's body must come with this many bytes in each `body_timeout`. */
	HTTP_BODY_PROGRESS_BYTES = 4096,

	/* Bytes of a file that are read at a time, and of one that are sent in one turn. */
	HTTP_PIECE_BYTES = 64 * 1024,
	HTTP_TURN_FILE_BYTES = 256 * 1024,

	/* Exchanges that a worker keeps for the next request, a few KiB each. */
	HTTP_EXCHANGES_KEPT = 64,

	/* Ranges of one request; a request for more gets the whole. */
	HTTP_RANGES_MAX = 8,

	/* Milliseconds that a connection which is to close waits for its last bytes to leave.
	 */
	HTTP_LINGER_MS = 5000,

	/* Of an answer that we get as a client: bytes of its head and of its body, and interim
	 * answers before it. One with more fails. */
	HTTP_REPLY_HEAD_MAX = 16 * 1024,
	HTTP_REPLY_BODY_MAX = 16 * 1024,
	HTTP_REPLY_INTERIM_MAX = 8,

	/* As a client, at each worker: connections to one origin and to all, requests that wait
	 * for one to be free, of one origin and of all; more are refused. */
	HTTP_ORIGIN_LINKS_MAX = 2,
	HTTP_LINKS_MAX = 64,
	HTTP_ORIGIN_ASKS_MAX = 64,
	HTTP_ASKS_MAX = 1024,

	/* Addresses of a name that are tried one after the other. */
	HTTP_ADDRESSES_MAX = 4,
};

/* --- xmpp ----------------------------------------------------------------------------- */

enum {
	/* Bytes of a SASL message after base64; a longer one fails the login. Names, host and
	 * password at their longest fit. */
	SASL_MESSAGE_MAX = 4096,

	/* Fields of a data form, and values of all of them; more makes the form invalid. */
	FORM_FIELDS_MAX = 256,
	FORM_VALUES_MAX = 4096,

	/* Identities, features and forms of one disco#info, and the forms among them; one with
	 * more is not verified. */
	CAPS_PARTS_MAX = 1024,
	CAPS_FORMS_MAX = 16,

	/* Bytes of the id of an item in a paged result: an address, at most. */
	RESULT_SET_ID_MAX = 3071,

	/* Words of a full-text search that count; the rest is ignored. */
	SEARCH_WORDS_MAX = 32,

	/* Bytes of each text that a directory has of somebody (at most 255); the rest is cut.
	 */
	CARD_FIELD_MAX = 255,

	/* A JSON Web Token: its bytes. A file of keys, the keys in it, and bytes of their ids.
	 */
	JWT_MAX = 4096,
	JWT_FILE_MAX = 64 * 1024,
	JWT_KEYS_MAX = 16,
	JWT_KEY_ID_MAX = 256,
};

/* --- storage -------------------------------------------------------------------------- */

enum {
	/* Bytes of one batch's operations, names and values: E_LIMIT to who commits it. */
	STORE_BATCH_MAX = 32 * 1024 * 1024,

	/* Batches that wait to be written, their bytes, and reads that wait to be done: E_LIMIT
	 * to who asks for more. At half of it store_is_congested(). */
	STORE_QUEUE_BATCHES = 65536,
	STORE_QUEUE_BYTES = 64 * 1024 * 1024,
	STORE_QUEUE_READS = 16384,

	/* What was to be written, could not be and is tried again: batches and their bytes;
	 * more fails as it does otherwise. */
	STORE_LATE_BATCHES = 65536,
	STORE_LATE_BYTES = 64 * 1024 * 1024,

	/* Above these numbers of waiting batches, their bytes and waiting reads all workers
	 * stop reading from sockets, until half of each is left. So much below the bounds that
	 * what is in mailboxes by then still fits. */
	STORE_HIGH_BATCHES = STORE_QUEUE_BATCHES / 4,
	STORE_HIGH_BYTES = STORE_QUEUE_BYTES / 4,
	STORE_HIGH_READS = STORE_QUEUE_READS / 4,

	/* Bytes of the rows that answer one read: E_LIMIT to who asked. */
	STORE_ROWS_BYTES = 256 * 1024 * 1024,

	/* Bytes of the operations in one group commit, unless a single batch has more. */
	STORE_GROUP_BYTES = 4 * 1024 * 1024,

	/* Kinds, logs and conversations of owners whose place in the database the writer
	 * remembers, 100 to 200 bytes each; others are looked up. */
	STORE_NAMES = 65536,

	/* Unread messages of one conversation that are counted. */
	UNREAD_MAX = 9999,

	/* Bytes of a blob that is kept in a row; a larger one is a file. */
	BLOB_ROW_MAX = 16 * 1024,

	/* Bytes of a blob that are gathered before a helper writes them, and that wait until it
	 * has written what came before: at this many who writes is asked to pause; and of one
	 * piece. So a writer takes twice their sum, at most. */
	BLOB_GATHERED_MAX = 80 * 1024,
	BLOB_PIECE_MAX = 64 * 1024,

	/* Blobs that lost a holder and are looked at in one go. */
	BLOB_TIDY_ROWS = 256,
};

/* --- daemon --------------------------------------------------------------------------- */

enum {
	/* The configuration file: its size, the texts, lists and maps in it, the keys of one
	 * map (hosts, for example), and how deep they nest. More is an error of the file. */
	CONFIG_BYTES_MAX = 1024 * 1024,
	CONFIG_NODES_MAX = 65536,
	CONFIG_KEYS_MAX = 4096,
	CONFIG_DEPTH_MAX = 16,

	/* Listeners in the configuration. */
	CONFIG_LISTENERS_MAX = 64,

	/* Jobs that wait for a helper; more passwords at a time are refused. */
	HELPER_JOBS_MAX = 4096,

	/* Bytes of a request of the administration, as JSON. */
	OPERATION_REQUEST_MAX = 64 * 1024,

	/* Accounts that one command of an administrator deals with, and addresses that one
	 * lists. */
	ADMIN_ACCOUNTS_MAX = 100,
	ADMIN_LIST_MAX = 5000,

	/* Tokens of the administration, and addresses whose wrong ones are counted. */
	TOKENS_MAX = 4096,
	TOKEN_ADDRESSES_MAX = 8192,
};

/* --- xml ------------------------------------------------------------------------------ */

/* What struct xml_bounds may ask for at most, and what needs no choice. Beyond: the stream
 * ends with policy-violation. */
enum {
	XML_BYTES_MAX = 256 * 1024 * 1024,
	XML_DEPTH_MAX = 256,
	XML_ATTRIBUTES_MAX = 256,

	/* Bytes of an element's or attribute's name with its prefix, and of a namespace. The
	 * latter may have to be repeated for each element of a copy. */
	XML_NAME_MAX = 255,
	XML_NS_MAX = 255,

	/* Bytes of a numeric character reference; leading zeros could make it any length. */
	XML_REFERENCE_MAX = 32,

	/* Namespace prefixes in force at one place. */
	XML_PREFIXES_MAX = 64,

	/* Prefixes, and bytes of them and their namespaces, that a stream header may declare
	 * for the whole stream: they are kept as long as the stream. */
	XML_SCOPE_PREFIXES_MAX = 16,
	XML_SCOPE_BYTES_MAX = 2048,
};

/* --- router --------------------------------------------------------------------------- */

enum {
	/* External components in the configuration. */
	COMPONENTS_MAX = 256,

	/* Sessions of one account; more are refused with policy-violation. */
	ACCOUNT_SESSIONS_MAX = 64,

	/* Random bytes of the id that names a session to a client that comes back, and their
	 * characters. Sessions that have ended of which a worker remembers what they had
	 * handled; older ones are forgotten. */
	MANAGED_ID_BYTES = 18,
	MANAGED_ID_CHARS = 24,
	MANAGED_REMEMBERED = 1024,

	/* What a page says when it goes away: an address, with its escapes, and an id. */
	LEAVE_BYTES = 12 * 1024,

	/* Milliseconds for which an account that nobody uses stays loaded. */
	ACCOUNT_IDLE_MS = 30 * 1000,
};

/* --- stream --------------------------------------------------------------------------- */

enum {
	/* One element of somebody who has not logged in. RFC 6120 section 13.12 wants room for
	 * 10,000 bytes; registration forms are the largest thing a stranger has to say. */
	STRANGER_STANZA_BYTES = 16 * 1024,
	STRANGER_STANZA_DEPTH = 8,
	STRANGER_STANZA_ELEMENTS = 64,

	/* One stanza of a client; its bytes are an option. */
	STANZA_DEPTH = 64,
	STANZA_ELEMENTS = 16384,
	STANZA_ATTRIBUTES = 64,

	/* Exchanges of one stream that may end before an account was looked at (a mechanism or
	 * binding that is not offered, an abort); those that come further have an option. */
	AUTH_REFUSALS_MAX = 16,

	/* Random bytes of a stream's id and of the resource that the server makes. */
	STREAM_ID_BYTES = 12,
	RESOURCE_BYTES = 9,

	/* Bytes of an xml:lang that a stream may set; longer ones are ignored. */
	LANG_MAX = 35,

	/* Addresses looked at in one client certificate. */
	CERTIFIED_MAX = 8,

	/* Features that may be asked for with the bind (XEP-0386); more are not offered. */
	BIND_INLINE_MAX = 16,

	/* BOSH: requests that wait for news at a time, whatever the client asks for. */
	BOSH_HOLD_MAX = 2,

	/* Bytes of one request's body: 413 beyond. What is in it is bounded as stanzas are. */
	BOSH_BODY_MAX = 512 * 1024,

	/* Bytes for a client that wait for its next request, with the answers that are kept in
	 * case it has not got them; the session ends beyond, but for a single stanza. */
	BOSH_OUTPUT_MAX = 1024 * 1024,

	/* How often a request may be sent again; the session ends beyond. */
	BOSH_REPEATS_MAX = 10,

	/* Sessions that have not logged in: of one worker, and of these of one address. More
	 * are refused with resource-constraint. */
	BOSH_STRANGERS_MAX = 2000,
	BOSH_STRANGERS_OF_ADDRESS_MAX = 100,

	/* Random bytes of a session's id. */
	BOSH_SID_BYTES = 16,

	/* Bytes of a SASL2 user agent's id, and of a Bind 2 tag; longer ones are ignored. */
	CLIENT_ID_MAX = 128,
	BIND_TAG_MAX = 64,
};

/* --- modules -------------------------------------------------------------------------- */

enum {
	/* Bytes of the id of a request that a component makes or answers for somebody else, in
	 * which addresses and the original id stand: not-acceptable beyond. */
	SEALED_ID_BYTES = 8192,

	/* What a component may say that it can do in one namespace; how much of what all say is
	 * told of a host or an account. */
	NESTED_BYTES = 16 * 1024,
	NESTED_MAX = 256,

	/* SOCKS5 bytestreams: how long a connection may take until its tunnel is open, and to
	 * get the last of what is for it; bytes that wait for one end until the other is not
	 * read from; and for how long when it sends faster than it may. */
	TUNNEL_PATIENCE_MS = 120 * 1000,
	TUNNEL_LINGER_MS = 60 * 1000,
	TUNNEL_QUEUE_BYTES = 256 * 1024,
	TUNNEL_REST_MS = 50,

	/* A roster item: bytes of its name and of each group, and the number of groups; more
	 * is answered with not-acceptable (RFC 6121 section 2.3.3). */
	ROSTER_NAME_MAX = 1023,
	ROSTER_GROUPS_MAX = 64,

	/* Contacts that a gateway or portal may suggest at a time (XEP-0144 section 6); more
	 * are answered with not-acceptable. */
	ROSTER_EXCHANGE_MAX = 200,

	/* Addresses that one session may have sent directed presence to at a time. */
	DIRECTED_PRESENCE_MAX = 1000,

	/* Contacts that one session may watch at a time, 8 bytes each, and that one request may
	 * name; more are answered with resource-constraint and not-acceptable. */
	WATCHED_MAX = 2000,
	WATCH_CHANGES_MAX = 500,

	/* Lost sessions of one account whose presence may linger; of further ones the contacts
	 * hear at once. */
	LINGERERS_MAX = 8,

	/* Groups of shared contacts, their members, and the groups of one account; more are
	 * refused. */
	GROUPS_MAX = 10000,
	GROUP_MEMBERS_MAX = 10000,
	GROUPS_OF_ACCOUNT_MAX = 64,
	GROUP_ID_MAX = 64,

	/* Invitations of all hosts together, and how often one can be used; more are refused.
	 * Bytes of an administrator's note to one. */
	INVITES_MAX = 10000,
	INVITE_USES_MAX = 1000,
	INVITE_NOTE_MAX = 256,

	/* Questions of web sites that one account has before it at a time (XEP-0070); more are
	 * refused. */
	CONFIRM_WAITING_MAX = 3,

	/* Login tokens that wait to be used, of one worker and of one account; older ones of
	 * the account give way. */
	LOGIN_TOKENS_MAX = 65536,
	LOGIN_TOKENS_OF_ACCOUNT_MAX = 16,

	/* Addresses that one account may block. */
	BLOCKED_MAX = 2000,

	/* Bytes of a status text that is remembered of who has left; the rest is cut. */
	LAST_STATUS_MAX = 512,

	/* Clients whose capabilities a worker knows, by hash, and the bytes of one's; of the
	 * others it is not known what they want to be notified of. */
	CAPS_KNOWN_MAX = 256,
	CAPS_KNOWN_BYTES = 16 * 1024,

	/* Bytes of a capabilities hash and its node as a client announces them; longer ones are
	 * ignored. */
	CAPS_VER_MAX = 128,
	CAPS_NODE_MAX = 1023,

	/* Messages that an account remembers to have copied to its other devices: an error
	 * about an older one is not copied. 8 bytes each. */
	CARBONS_REMEMBERED = 16,

	/* Nodes of one account and of a service, at most; bytes of a node's name, items of one
	 * node, bytes of an item's id (an address, in XEP-0490), and items in one page. Beyond:
	 * not-acceptable, resource-constraint, or the oldest item goes. */
	NODES_MAX = 256,
	NODES_OF_SERVICE_MAX = 100000,
	NODE_NAME_MAX = 512,
	NODE_ITEMS_MAX = 1024,
	NODE_ITEM_ID_MAX = 3071,
	NODE_PAGE_MAX = 1024,

	/* Items that a node of a service keeps when nothing else is asked for. */
	NODE_ITEMS_OF_SERVICE = 128,

	/* Bytes of a last item that stays in memory for who comes online next, and of all of
	 * them at one worker; others are read when they are needed. */
	NODE_SHOWING_MAX = 4096,
	NODES_SHOWING_BYTES = 8 * 1024 * 1024,

	/* Bytes of a node's title (and of its type, or one of its roster groups), description
	 * and language, and its roster groups: a form with more is not acceptable. */
	NODE_TITLE_MAX = 255,
	NODE_DESCRIPTION_MAX = 1024,
	NODE_LANGUAGE_MAX = 64,
	NODE_GROUPS_MAX = 32,

	/* Who is affiliated or subscribed to one node, and the subscriptions of one account to
	 * it: too-many-subscriptions, resource-constraint. */
	NODE_AFFILIATES_MAX = 10000,
	NODE_SUBSCRIBERS_MAX = 10000,
	NODE_SUBSCRIPTIONS_OF_ONE = 16,

	/* Affiliations or subscriptions that one request may change, or one list shows. */
	NODE_CHANGES_MAX = 256,

	/* Requests to a service that wait while it reads from the store; more are answered with
	 * resource-constraint. */
	NODE_REQUESTS_WAITING_MAX = 4096,

	/* Stanzas, and bytes of them, that are held back from an inactive client; with more,
	 * all of them are sent. */
	CSI_HELD_MAX = 256,
	CSI_HELD_BYTES = 64 * 1024,

	/* Kept messages that are read from the store at a time, and bytes of them that are
	 * given to a session before it has sent them on; a single message may have more. */
	OFFLINE_PAGE = 25,
	OFFLINE_AT_ONCE = 64 * 1024,

	/* A page of an archive: messages, and bytes of them before the page ends (a single
	 * message may have more); who asks for more gets less, and asks again. */
	ARCHIVE_PAGE_MAX = 250,
	ARCHIVE_PAGE_BYTES = 64 * 1024,

	/* Messages that one query may name by their ids. */
	ARCHIVE_IDS_MAX = ARCHIVE_PAGE_MAX,

	/* Bytes of a text to search for. */
	ARCHIVE_SEARCH_BYTES = 1024,

	/* Queries of one session that wait for the one that is being answered; more are
	 * answered with resource-constraint. */
	ARCHIVE_QUERIES_MAX = 16,

	/* Addresses in an account's archiving preferences. */
	ARCHIVE_RULES_MAX = 1000,

	/* Conversations on one page of an inbox. */
	INBOX_PAGE_MAX = 100,

	/* A report of abuse: bytes of its reason, of its text (the rest is cut), and of the ids
	 * of messages; how many of these count. */
	REPORT_REASON_MAX = 255,
	REPORT_TEXT_MAX = 2048,
	REPORT_ID_MAX = 1023,
	REPORT_MESSAGES_MAX = 32,

	/* People outside the roster that an account remembers to have written to, as many that
	 * it has heard from, and senders that are counted each in a minute. 8 and 16 bytes
	 * each. */
	STRANGERS_REMEMBERED = 128,
	STRANGERS_A_MINUTE = 64,

	/* Hashes of a host's block list, of 32 bytes on each worker; more are not taken. It is
	 * asked for this long after it was not given, and after it was. */
	BLOCKLIST_MAX = 10000,
	BLOCKLIST_ASK_MS = 60 * 1000,
	BLOCKLIST_AGAIN_MS = 60 * 60 * 1000,

	/* Commands that hosts offer; sessions of one account, of which the oldest ends for one
	 * more; steps of a session, which ends with the last. */
	COMMANDS_MAX = 128,
	COMMAND_SESSIONS_MAX = 8,
	COMMAND_STEPS_MAX = 64,

	/* A search in the directory of a host: what is asked for, all texts together, and the
	 * words that count; searches that wait while the directory is read; people in a page
	 * of the store. */
	DIRECTORY_QUESTION_BYTES = 1024,
	DIRECTORY_WISHES_MAX = 16,
	DIRECTORY_WAITING_MAX = 256,
	DIRECTORY_PAGE = 500,

	/* An uploaded file: bytes of its name and of its type. */
	UPLOAD_NAME_MAX = 255,
	UPLOAD_TYPE_MAX = 127,

	/* Slots that one account may have open; more are refused for the time being. */
	UPLOAD_SLOTS_MAX = 64,

	/* Rows of uploads that are read, or removed, at a time. */
	UPLOAD_PAGE = 250,

	/* Bytes of small files, with what is known of them, that a worker has in memory for who
	 * asks for them next; those that were not asked for the longest go. */
	UPLOAD_LATELY_BYTES = 1024 * 1024,

	/* Devices of one account that want to be told by push: one more takes the place of the
	 * one that asked for it longest ago. Bytes of a registration's node, and of what its
	 * service wants published with each notification: not-acceptable beyond. */
	PUSH_REGISTRATIONS_MAX = 16,
	PUSH_NODE_MAX = 512,
	PUSH_OPTIONS_MAX = 4096,

	/* Notifications that wait for one device, and at one worker for all: the oldest gives
	 * way. */
	PUSH_NEWS_MAX = 8,
	PUSH_ALL_NEWS_MAX = 16384,

	/* Refusals in a row, which might not be meant for ever, after which they are. */
	PUSH_REFUSALS_MAX = 10,

	/* Rooms: bytes of the messages that one keeps for who comes in, how many these are when
	 * nobody says otherwise, and at most. */
	HISTORY_BYTES = 256 * 1024,
	HISTORY_PRESET = 20,
	HISTORY_MAX = 100,

	/* Nicknames that one client may take in a row, and within how many milliseconds they
	 * count; more are refused for the time being. */
	ROOM_NAMES_MAX = 8,
	ROOM_NAMES_MS = 60 * 1000,

	/* Occupants that may be in a room when it is full for everybody else: its owners and
	 * administrators. */
	ROOM_SPARE_SEATS = 20,

	/* Queries of rooms' archives that somebody may have under way at one worker. */
	ROOM_QUERIES_MAX = 4,

	/* Subscribers of a room, and subscriptions of one account that are listed. */
	ROOM_SUBSCRIBERS_MAX = 10000,
	ROOM_SUBSCRIPTIONS_PAGE = 1000,

	/* Rooms on one page of the list. */
	ROOM_LIST_MAX = 250,

	/* Milliseconds for which a room without occupants stays loaded. */
	ROOM_IDLE_MS = 30 * 1000,

	/* After the start: when temporary rooms that a crash has left are looked for. */
	ROOM_LEFT_MS = 10 * 60 * 1000,

	/* Addresses that a room keeps an affiliation of, and bytes of the reason given for
	   each. */
	ROOM_AFFILIATIONS_MAX = 100000,
	ROOM_REASON_MAX = 512,

	/* Whom one message invites; milliseconds between two requests for voice of a visitor.
	 */
	ROOM_GUESTS_MAX = 50,
	ROOM_VOICE_MS = 30 * 1000,

	/* The same between two requests of somebody to become a member, of how many of these a
	 * worker knows, and how many administrators are asked. */
	ROOM_ASK_MS = 600 * 1000,
	ROOM_ASKERS = 256,
	ROOM_ASKED_MAX = 50,

	/* Hats of a room, how many are worn, and bytes of their texts. */
	HATS_MAX = 32,
	HATS_WORN_MAX = 500,
	HAT_TEXT_MAX = 512,
	HAT_HUE_MAX = 16,

	/* Bytes of what is searched for among rooms, rooms on a page of what was found, and
	 * searches that are under way on one worker. */
	CHANNEL_QUERY_MAX = 512,
	CHANNEL_PAGE_MAX = 100,
	CHANNEL_SEARCHES_MAX = 32,

	/* Bytes of a room's card, and pictures in it. */
	ROOM_CARD_BYTES = 128 * 1024,
	ROOM_PICTURES_MAX = 4,

	/* Messages that a moderator wants back and that are being looked for. */
	ROOM_MODERATIONS_MAX = 16,

	/* Changes that one request of an administrator asks for; entries of a list that are
	 * answered when no page is asked for, and of a page. */
	ROOM_CHANGES_MAX = 500,
	ROOM_ENTRIES_MAX = 5000,
	ROOM_ENTRIES_PAGE = 500,

	/* Bytes of what owners say about a room; addresses to write to; seconds between two
	 * messages of one participant; owners and administrators that the form of its
	 * configuration lists. */
	ROOM_NAME_MAX = 256,
	ROOM_DESCRIPTION_MAX = 2048,
	ROOM_PASSWORD_MAX = 256,
	ROOM_CONTACTS_MAX = 16,
	ROOM_SLOW_MAX_S = 24 * 60 * 60,
	ROOM_FORM_LIST_MAX = 200,
};

#endif
