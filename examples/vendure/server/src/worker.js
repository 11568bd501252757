const http = require('node:http');
const { bootstrapWorker, TransactionalConnection } = require('@vendure/core');
const { release } = require('./release');
const { config } = require('./vendure-config');

const HEALTH_PORT = 3020;

/** Answers 200 while the worker reaches the database that its jobs come from, and 503 while it does not. */
function healthServer(app) {
    const { rawConnection } = app.get(TransactionalConnection);
    return http.createServer(async (request, response) => {
        const failure = await rawConnection.query('SELECT 1').then(() => undefined, error => error.message);
        response.writeHead(failure ? 503 : 200, { 'Content-Type': 'application/json', 'X-Release': release });
        response.end(JSON.stringify({ status: failure ?? 'ok', release }));
    });
}

async function main() {
    const worker = await bootstrapWorker(config);
    await worker.startJobQueue();
    // Unreferenced, so that it does not hold the process back once the jobs are given back.
    healthServer(worker.app).listen(HEALTH_PORT).unref();
}

main().catch(error => {
    console.error(error);
    process.exit(1);
});
