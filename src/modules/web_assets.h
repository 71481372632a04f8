/* SPDX-License-Identifier: MIT
 *
 * The files of web/ that the program holds (tools/pack-assets, tools/build-web).
 */
#ifndef MODULES_WEB_ASSETS_H
#define MODULES_WEB_ASSETS_H

#include "http/asset.h"

extern const struct http_assets web_assets; /* sent as they are */
extern const struct http_assets web_pages;  /* texts that are filled in */
extern const struct http_assets web_client; /* jaseur.js, and what it loads from client/ */

#endif
