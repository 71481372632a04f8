// SPDX-License-Identifier: MIT
//
// What <script type="module" src="https://.../jaseur.js"> brings.

export { Connection, type ConnectionEvents, type ConnectionOptions, type ConnectionState } from "./core/connection.js";
export { Client, type ClientEvents } from "./model/client.js";
export { Engine, type EngineOptions } from "./model/engine.js";
export { Tabs, type TabsOptions } from "./model/tabs.js";
