const http = require('node:http');
const { page } = require('./html');
const { card, queries } = require('./product');
const { products } = require('./shop');

const release = process.env.RELEASE ?? 'development';

async function home(response) {
    const { items, release: serverRelease } = await products(queries);
    response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'X-Server-Release': serverRelease });
    response.end(page({ cards: items.map(card), release, serverRelease }));
}

function fail(response, error) {
    console.error(error.cause ?? error);
    response.writeHead(502, { 'Content-Type': 'text/plain' });
    response.end('The shop does not answer.\n');
}

const server = http.createServer((request, response) => {
    response.setHeader('X-Release', release);
    if (request.url === '/health') {
        response.end(JSON.stringify({ status: 'ok', release }));
    } else if (request.url === '/') {
        home(response).catch(error => fail(response, error));
    } else {
        response.writeHead(404).end();
    }
});

// Longer than any proxy keeps an idle connection: the proxy closes first, and no request meets a closing socket.
server.keepAliveTimeout = 75_000;
server.listen(Number(process.env.PORT ?? 4000));

process.once('SIGTERM', () => server.close(() => process.exit()));
