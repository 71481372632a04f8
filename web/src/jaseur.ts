// SPDX-License-Identifier: MIT
//
// What <script type="module" src="https://.../jaseur.js"> brings.

export { Connection, type ConnectionEvents, type ConnectionOptions, type ConnectionState } from "./core/connection.js";
