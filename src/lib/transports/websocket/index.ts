import type { WebSockets } from '../../runtime/websocket.js';
import { connect } from './connect.js';
import { serve } from './serve.js';

export const nodeWebSockets: WebSockets = { connect, serve };
