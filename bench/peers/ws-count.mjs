// The socket itself: receives every frame and looks into none.
import { WebSocket } from 'ws';

let frames = 0;
new WebSocket(process.argv[2], { perMessageDeflate: false }).on('message', () => frames++).on('close', () => console.log(frames));
