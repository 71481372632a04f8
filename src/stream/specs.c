/* SPDX-License-Identifier: MIT */
#include "stream/specs.h"

const struct spec_list stream_specs = LIST(struct spec,
    { RFC, 4422, "", "PLAIN, SCRAM, EXTERNAL, ANONYMOUS" },
    { RFC, 5802, "", "complete, with SHA-1, SHA-256 and SHA-512" },
    { RFC, 5929, "", "tls-server-end-point, tls-unique" },
    { RFC, 6120, "", "client to server" }, { RFC, 6121, "", "section 8, delivery" },
    { RFC, 6455, "", "server; no extensions" }, { RFC, 7395, "", "complete" },
    { RFC, 7590, "", "complete" }, { RFC, 7622, "", "complete" }, { RFC, 8265, "", "complete" },
    { RFC, 9266, "", "complete" }, { XEP, 114, "1.6", "accept" },
    { XEP, 124, "1.11.2", "one stream a session; no HTTP error codes" },
    { XEP, 175, "1.2", "complete" }, { XEP, 178, "1.2", "client to server" },
    { XEP, 198, "1.6.3", "client to server" }, { XEP, 206, "1.4", "complete" },
    { XEP, 368, "1.1.0", "client to server" }, { XEP, 386, "1.1.0", "complete" },
    { XEP, 388, "1.0.4", "complete" }, { XEP, 440, "1.0.0", "complete" },
    { XEP, 474, "0.5.0", "complete" }, { XEP, 478, "0.2.0", "complete" });
